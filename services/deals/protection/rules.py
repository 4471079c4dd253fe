"""How long a claim protects, and what is told of its end. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from shared.errors import Conflict

Pause = tuple[datetime, datetime | None]  # a time [start, stop) in which the clock stands still; no stop: it still does
NOTICES: Final = (30, 14, 7, 1)
"""How many days before the end of a protection its partner is told."""
VENDOR: Final = "vendor"
"""The cause of a pause that somebody at the vendor has set."""
EXTENSION: Final = "extension"
"""The cause of the pause while the vendor owes a decision about more time."""


class CustomerAlreadyProtected(Conflict):
    """Another registration holds this customer for this product and window."""

    code, title = "customer_already_protected", "The customer is protected already"


class ProtectionEnded(Conflict):
    """The protection of this deal has ended."""

    code, title = "protection_ended", "The protection has ended"


class NotProtecting(Conflict):
    """The claim protects nothing now, so its clock can be neither stopped nor started."""

    code, title = "not_protecting", "The claim does not protect"


class ProtectionPaused(Conflict):
    """The clock of this protection stands still already."""

    code, title = "protection_paused", "The protection is paused"


class ProtectionNotPaused(Conflict):
    """The vendor has not stopped the clock of this protection."""

    code, title = "protection_not_paused", "The protection is not paused"


@dataclass(frozen=True, slots=True)
class Terms:
    """What an approved deal is held to, in days; a claim keeps the terms under which it was granted.

    None for `stale_after_days` warns of nothing, None for `released_after_days` releases nothing for want of activity.
    """

    stale_after_days: int | None = 30
    released_after_days: int | None = 45
    extensions: int = 1
    extension_days: int = 90
    extensions_decided_by: str = "policy"
    tail_days: int = 90
    incumbency_days: int = 365
    on_termination: str = "release"

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Terms":
        """Read terms as they are stored."""
        return cls(**stored)

    def to_json(self) -> dict[str, Any]:
        """Return the terms as they are stored."""
        return asdict(self)


STANDARD: Final = Terms()
"""The terms where a vendor has set none."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a claim protects as far as is known now; both are None while its clock stands still.

    `protected_until` is when its time is used up, `lapses_at` when it is released unless something is done for the deal.
    """

    protected_until: datetime | None
    lapses_at: datetime | None

    @property
    def ends_at(self) -> datetime | None:
        """When the protection ends if nothing more happens; None while the clock stands still."""
        known = [each for each in (self.protected_until, self.lapses_at) if each is not None]
        return min(known) if known else None


def end_with_pauses(granted_from: datetime, granted_until: datetime, pauses: Iterable[Pause]) -> datetime | None:
    """Return when a claim granted for `[granted_from, granted_until)` ends if its clock stood still in the pauses.

    A pause without an end still lasts, and the claim with it: None. Pauses that begin after the end change nothing, and
    where pauses overlap the time is given back once.
    """
    end, counted = granted_until, granted_from
    for start, stop in sorted(pauses, key=lambda pause: pause[0]):
        if stop is not None and stop <= counted:
            continue
        if start >= end:
            break
        if stop is None:
            return None
        end += stop - max(start, counted)
        counted = stop
    return end


def standing(
    *,
    granted_from: datetime,
    granted_until: datetime,
    active_at: datetime | None,
    pauses: Sequence[Pause],
    terms: Terms,
) -> Standing:
    """Return how far a claim protects; the days without activity stand still in pauses as well.

    `active_at` None is for a claim of which no activity is asked any more.
    """
    until = end_with_pauses(granted_from, granted_until, pauses)
    if terms.released_after_days is None or active_at is None:
        return Standing(until, None)
    return Standing(until, end_with_pauses(active_at, active_at + timedelta(days=terms.released_after_days), pauses))


def time_left(*, granted_from: datetime, granted_until: datetime, pauses: Sequence[Pause], at: datetime) -> timedelta:
    """Return how much of its time a claim has not used up at a moment; nothing once it has ended."""
    end = end_with_pauses(
        granted_from, granted_until, [(start, min(stop or at, at)) for start, stop in pauses if start < at]
    )
    return max(end - at, timedelta()) if end is not None else timedelta()


def granted_time(*, days: int, left: timedelta | None, used: int, most: int) -> tuple[timedelta, int]:
    """Return for how long a claim is granted, and how many extensions it has used then.

    What has protected something else before, and has some of that time `left`, begins anew where an extension is left to it,
    which that uses up; else it goes on for what is left.
    """
    full = timedelta(days=days)
    if left is None:
        return full, used
    return (full, used + 1) if used < most and full - left >= timedelta(days=1) else (left, used)


def stale_at(active_at: datetime, pauses: Sequence[Pause], terms: Terms) -> datetime | None:
    """Return when the partner is warned that nothing is being done for the deal; None for never, or for not yet known."""
    if terms.stale_after_days is None:
        return None
    return end_with_pauses(active_at, active_at + timedelta(days=terms.stale_after_days), pauses)


def notice_due(*, protected_until: datetime, told: int | None, at: datetime) -> int | None:
    """Return of how many days left to tell now, the fewest that hold; None when nothing new is to be told.

    `told` is the last that was told of this end, or that lay before the protection began.
    """
    due = [days for days in NOTICES if protected_until - timedelta(days=days) <= at and (told is None or days < told)]
    return min(due) if due else None


def told_from_the_start(*, granted_from: datetime, granted_until: datetime) -> int | None:
    """Return the fewest of the notices for which a protection is too short: it begins with fewer days than that."""
    passed = [days for days in NOTICES if granted_until - timedelta(days=days) <= granted_from]
    return min(passed) if passed else None


def next_look(*, now: Standing, stale: datetime | None, told: int | None, at: datetime) -> datetime | None:
    """Return when the protection has to be looked at again: at a notice, a warning or its end; None while it is paused."""
    if now.protected_until is None or now.ends_at is None:
        return now.ends_at
    notices = [now.protected_until - timedelta(days=days) for days in NOTICES if told is None or days < told]
    moments = [*notices, *([stale] if stale is not None else []), now.ends_at]
    return min((each for each in moments if each > at), default=now.ends_at)
