"""Decisions about the hierarchy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.errors import Conflict, Fault, Invalid

# From the least that an edge opens to the most.
_LEVELS: Final = ("none", "aggregate", "records", "records_and_money")
_OPENING: Final = _LEVELS.index("records")


class Circular(Conflict):
    """The partner above would on some day stand below itself."""

    code, title = "circular_relationship", "The hierarchy would be circular"


class AlreadyRelated(Conflict):
    """Both partners are in this relationship already on some of these days."""

    code, title = "already_related", "Already related"


@dataclass(frozen=True, slots=True)
class Edge:
    """A partner above another on the days `[start, end)`; without an end it lasts."""

    parent: str
    child: str
    visibility: str
    start: date
    end: date | None = None


def reached(edges: Iterable[Edge], *, above: str) -> Mapping[str, str]:
    """Return what a partner sees of those below it over edges in force, where it sees records at all.

    A way opens as much as the narrowest of its edges, and of several ways the widest counts.
    """
    below: dict[str, list[Edge]] = {}
    for edge in edges:
        below.setdefault(edge.parent, []).append(edge)
    levels = {above: len(_LEVELS) - 1}
    waiting = [above]
    while waiting:
        seen = waiting.pop()
        for edge in below.get(seen, ()):
            level = min(levels[seen], _LEVELS.index(edge.visibility))
            if level >= _OPENING and level > levels.get(edge.child, -1):
                levels[edge.child] = level
                waiting.append(edge.child)
    return {partner: _LEVELS[level] for partner, level in levels.items() if partner != above}


def require_acyclic(edges: Iterable[Edge], new: Edge) -> None:
    """Raise Circular when, with the edge, there would be a day on which its parent stands below its child.

    Edges meet on a way only as far as all of them count on the same days.
    """
    below: dict[str, list[Edge]] = {}
    for edge in edges:
        below.setdefault(edge.parent, []).append(edge)
    waiting = [(new.child, new.start, new.end)]
    been = set(waiting)
    while waiting:
        partner, start, end = waiting.pop()
        if partner == new.parent:
            raise Circular()
        for edge in below.get(partner, ()):
            step = (edge.child, max(start, edge.start), _earlier(end, edge.end))
            if (step[2] is None or step[1] < step[2]) and step not in been:
                been.add(step)
                waiting.append(step)


def status_on(day: date, *, start: date, end: date | None) -> str:
    """Return the status of a settled edge on a day."""
    if end is not None and (end <= day or end == start):
        return "ended"
    return "scheduled" if day < start else "active"


def require_days(start: date, end: date | None, *, today: date) -> None:
    """Raise Invalid for an edge that would end before it begins, or has ended."""
    if end is not None and end <= start:
        raise Invalid(errors=[Fault("/effective_to", "out_of_range", "A period ends after it begins.")])
    if end is not None and end <= today:
        raise Invalid(errors=[Fault("/effective_to", "in_the_past", "A later day; to end it today, use end.")])


def _earlier(first: date | None, second: date | None) -> date | None:
    return min((each for each in (first, second) if each is not None), default=None)
