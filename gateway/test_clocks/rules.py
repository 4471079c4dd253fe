"""How far a clock may go."""

from datetime import datetime

from shared.errors import Conflict, Fault, Forbidden, Invalid

FURTHEST_SECONDS = 20 * 366 * 86_400


class OnlyForward(Conflict):
    """A test clock goes forward only."""

    code, title = "only_forward", "Only forward"


class LiveTenant(Forbidden):
    """Only a test tenant has a clock of its own."""

    code, title = "live_tenant", "Not a test tenant"


def advanced(offset_seconds: int, *, now: datetime, seconds: int | None, to: datetime | None) -> int:
    """Return the new offset to wall time, by a number of seconds or to an instant on the tenant's clock.

    Raises OnlyForward, and Invalid for neither, for both, or for more than twenty years in all.
    """
    if (seconds is None) == (to is None):
        raise Invalid(errors=[Fault("/seconds", "one_of", "Give either seconds or to.")])
    # `to` of a whole second is reached, never missed by a fraction.
    step = seconds if seconds is not None else -int(-(to - now).total_seconds() // 1) if to is not None else 0
    if step <= 0:
        raise OnlyForward()
    if offset_seconds + step > FURTHEST_SECONDS:
        raise Invalid(errors=[Fault("/seconds", "out_of_range", "A clock goes at most twenty years ahead.")])
    return offset_seconds + step
