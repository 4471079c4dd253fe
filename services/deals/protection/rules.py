"""How long a claim protects. Pure."""

from collections.abc import Iterable
from datetime import datetime

from shared.errors import Conflict

Pause = tuple[datetime, datetime | None]  # a time [start, stop) in which the clock stands still; no stop: it still does


class CustomerAlreadyProtected(Conflict):
    """Another registration holds this customer for this product and window."""

    code, title = "customer_already_protected", "The customer is protected already"


class ProtectionEnded(Conflict):
    """The protection of this deal has ended."""

    code, title = "protection_ended", "The protection has ended"


def end_with_pauses(granted_from: datetime, granted_until: datetime, pauses: Iterable[Pause]) -> datetime | None:
    """Return when a claim granted for `[granted_from, granted_until)` ends if its clock stood still in the pauses.

    A pause without an end still lasts, and the claim with it: None. Pauses that begin after the end change nothing.
    """
    end = granted_until
    for start, stop in sorted(pauses, key=lambda pause: pause[0]):
        if stop is not None and stop <= granted_from:
            continue
        if start >= end:
            break
        if stop is None:
            return None
        end += stop - max(start, granted_from)
    return end
