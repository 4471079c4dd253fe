"""Decisions about places in account teams."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.errors import Conflict, Fault, Invalid

OWNER: Final = "owner"


class AlreadyOnTeam(Conflict):
    """This member of the staff looks after the partner on some of these days already."""

    code, title = "already_on_team", "Already on the team"


class OwnerTaken(Conflict):
    """The partner has another owner on some of these days."""

    code, title = "owner_taken", "The partner has an owner"


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's place in a partner's team on the days `[start, end)`; without an end it stays."""

    id: str
    partner_id: str
    account_id: str
    role: str
    start: date
    end: date | None

    def meets(self, start: date, end: date | None) -> bool:
        """Whether some of its days lie in `[start, end)`; one that was taken back before it began has none."""
        return self.end != self.start and (end is None or self.start < end) and (self.end is None or start < self.end)


@dataclass(frozen=True, slots=True)
class Handover:
    """What becomes of a place: it ends on a day; the heir gets one until its end, or becomes owner in the one it has."""

    place: Place
    ends: date
    begins: bool
    promoted: str | None = None


def status_on(day: date, *, start: date, end: date | None) -> str:
    """Return the status of a place on a day."""
    if end is not None and (end <= day or end == start):
        return "ended"
    return "scheduled" if day < start else "active"


def require_days(start: date, end: date | None, *, today: date) -> None:
    """Raise Invalid for a place that would end before it begins, or has ended."""
    if end is not None and end <= start:
        raise Invalid(errors=[Fault("/effective_to", "out_of_range", "A period ends after it begins.")])
    if end is not None and end <= today:
        raise Invalid(errors=[Fault("/effective_to", "in_the_past", "A later day; to end it today, use end.")])


def handed_over(places: Iterable[Place], *, heirs: Iterable[Place], day: date) -> list[Handover]:
    """Return what a day's handover does to somebody's places, given those that the heir has already.

    A place that has not begun goes over as a whole. Where the heir looks after the partner already, it gets no second
    place, and takes over being the owner in the one it has.
    """
    own = list(heirs)
    found = []
    for place in places:
        begin = max(day, place.start)
        met = next((each for each in own if each.partner_id == place.partner_id and each.meets(begin, place.end)), None)
        promoted = met.id if met and place.role == OWNER and met.role != OWNER else None
        found.append(Handover(place, ends=begin, begins=met is None, promoted=promoted))
    return found
