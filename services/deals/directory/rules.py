"""When a partner was suspended, from the statuses it has had. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.errors import Conflict


class PartnerNotActive(Conflict):
    """The partner is not active, so nothing can be registered for it."""

    code, title = "partner_not_active", "The partner is not active"


@dataclass(frozen=True, slots=True, order=True)
class StatusChange:
    """A status a partner took on, in the order of versions."""

    version: int
    since: datetime
    status: str


@dataclass(frozen=True, slots=True)
class Suspension:
    """A time `[start, end)` in which the partner was suspended; without an end it still is."""

    start: datetime
    end: datetime | None


def suspensions(changes: Iterable[StatusChange]) -> tuple[Suspension, ...]:
    """Return the suspensions that a history of statuses contains; the order it is given in does not matter."""
    found: list[Suspension] = []
    start: datetime | None = None
    for change in sorted(changes):
        if change.status == "suspended":
            start = start or change.since
        elif start is not None:
            found.append(Suspension(start, change.since))
            start = None
    return (*found, Suspension(start, None)) if start is not None else tuple(found)
