"""What a split has to be at every instant, and what an amendment makes of it. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.deals.engagements.rules import ROLES as ENGAGED
from services.deals.engagements.rules import SOURCE
from shared.errors import Conflict
from shared.values.basis_points import WHOLE

ROLES: Final = (SOURCE, *ENGAGED)
CREDIT_TYPES: Final = ("sourced", "influenced", "commission")


class AllocationCapExceeded(Conflict):
    """The shares of a deal would be more than all of it at some time."""

    code, title = "allocation_cap_exceeded", "More than all of the deal"


class AllocationIncomplete(Conflict):
    """A split is locked when its shares are all of the deal at every time, no more and no less."""

    code, title = "allocation_incomplete", "Not all of the deal"


@dataclass(frozen=True, slots=True)
class Share:
    """A partner's share in basis points on the days `[start, end)`; without a start from the first, without an end for good."""

    partner_id: str
    basis_points: int
    start: date | None = None
    end: date | None = None


def sums(shares: Iterable[Share]) -> Iterator[int]:
    """Yield what the shares add up to in each stretch of days in which it stays the same, from the first to the last of theirs."""
    found = list(shares)
    starts = {_first(each) for each in found}
    ends = {_end(each) for each in found}
    days = sorted(starts | ends)
    for start in days[:-1]:
        yield sum(each.basis_points for each in found if _first(each) <= start < _end(each))


def require_within_cap(shares: Iterable[Share]) -> None:
    """Raise AllocationCapExceeded when there is a day on which shares are more than the whole."""
    if any(total > WHOLE for total in sums(shares)):
        raise AllocationCapExceeded()


def require_whole(shares: Iterable[Share]) -> None:
    """Raise AllocationIncomplete unless the shares are the whole on every day from their first to their last."""
    found = list(sums(shares))
    if not found or any(total != WHOLE for total in found):
        raise AllocationIncomplete()


@dataclass(frozen=True, slots=True)
class Amendment:
    """What becomes of the locked shares, by their place: those that end on the day of the change, and those it replaces."""

    shortened: tuple[int, ...]
    replaced: tuple[int, ...]


def amended(locked: Sequence[Share], *, since: date | None) -> Amendment:
    """Return what a new split from a day on makes of the one in force; without a day it replaces all of it.

    What was in force before the day stays so: a split is changed for days, never for the past of other days.
    """
    shortened, replaced = [], []
    for place, share in enumerate(locked):
        if since is None or _first(share) >= since:
            replaced.append(place)
        elif _end(share) > since:
            shortened.append(place)
    return Amendment(tuple(shortened), tuple(replaced))


def _first(share: Share) -> date:
    return share.start or date.min


def _end(share: Share) -> date:
    return share.end or date.max
