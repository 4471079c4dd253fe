"""Who answers for whom at a time, and which delegations cannot be. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.errors import Fault

LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Delegation:
    """What `giver` is asked goes to `heir`, at the times `[start, end)`."""

    giver: str
    heir: str
    start: datetime
    end: datetime

    def meets(self, other: "Delegation") -> bool:
        """Whether there is a time at which both are in force."""
        return self.start < other.end and other.start < self.end


def faults(wanted: Delegation, *, standing: Sequence[Delegation], at: datetime) -> list[Fault]:
    """Return what keeps a delegation from being made: its times, one that there is already, or a way back to its giver."""
    found = []
    if wanted.giver == wanted.heir:
        found.append(Fault("/to_account_id", "delegation_cycle", "Somebody else has to answer."))
    if wanted.end <= max(wanted.start, at):
        found.append(Fault("/ends_at", "out_of_range", "A delegation ends after it has begun, and not in the past."))
    if wanted.end - wanted.start > LONGEST:
        found.append(Fault("/ends_at", "longer_than_a_year", "A delegation lasts a year at most."))
    if any(each.giver == wanted.giver and each.meets(wanted) for each in standing):
        found.append(Fault("/starts_at", "overlapping", "Another delegation of yours is in force at these times."))
    if not found and _leads_back(wanted, standing):
        found.append(Fault("/to_account_id", "delegation_cycle", "At these times that account delegates to you."))
    return found


def heirs(giver: str, standing: Mapping[str, str]) -> list[str]:
    """Return who may answer for somebody now, the nearest first: whoever is away as well has named the next."""
    way = [giver]
    while (following := standing.get(way[-1])) is not None and following not in way:
        way.append(following)
    return way[1:]


def heir_of(giver: str, standing: Mapping[str, str], *, able: Collection[str]) -> tuple[str, ...]:
    """Return the accounts from a giver to the last who may answer: the last of them is asked, the giver where nobody else may.

    Whoever is away passes on what it is given; where nobody after it may answer, it stays with it.
    """
    way = (giver, *heirs(giver, standing))
    last = max((place for place, each in enumerate(way) if place and each in able), default=0)
    return way[: last + 1]


def _leads_back(wanted: Delegation, standing: Iterable[Delegation]) -> bool:
    """Whether what is delegated could come back to its giver, by delegations that are in force at some of its times."""
    meeting = [each for each in standing if each.meets(wanted)]
    reached, growing = {wanted.heir}, True
    while growing:
        more = {each.heir for each in meeting if each.giver in reached} - reached
        reached |= more
        growing = bool(more)
    return wanted.giver in reached
