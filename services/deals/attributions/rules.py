"""What a split has to be at every instant, and what an amendment makes of it. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class Inherited:
    """A partner's share and its role, on the days `[start, end)`."""

    partner_id: str
    role: str
    basis_points: int
    start: date | None
    end: date | None


def inherited(locked: Sequence[Inherited], *, giver: str, heir: str, since: date) -> list[Inherited]:
    """Return a split from a day on, with one partner in the place of another; what the heir had already is added to it.

    Each partner has one share on a day, so that a split whose shares change on days is told in stretches between them.
    """
    live = [each for each in locked if each.end is None or each.end > since]
    days = sorted({max(each.start or since, since) for each in live} | {each.end for each in live if each.end})
    found: list[Inherited] = []
    for place, start in enumerate(days):
        end = days[place + 1] if place + 1 < len(days) else None
        parts: dict[str, Inherited] = {}
        for each in live:
            if (each.start or since) <= start and (each.end is None or each.end > start):
                partner_id = heir if each.partner_id == giver else each.partner_id
                known = parts.get(partner_id)
                role, points = each.role, each.basis_points
                if known is not None:
                    role, points = SOURCE if role == SOURCE else known.role, points + known.basis_points
                parts[partner_id] = Inherited(partner_id, role, points, start, end)
        for each in parts.values():
            before = next((i for i, had in enumerate(found) if had.end == start and _same(had, each)), None)
            if before is None:
                found.append(each)
            else:
                found[before] = replace(found[before], end=end)
    return found


def _same(one: Inherited, other: Inherited) -> bool:
    return (one.partner_id, one.role, one.basis_points) == (other.partner_id, other.role, other.basis_points)


def _first(share: Share) -> date:
    return share.start or date.min


def _end(share: Share) -> date:
    return share.end or date.max
