"""Which tier counts on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Assignment:
    """A tier from a day on; `made_at` and `id` settle two assignments for one day: the later one stands."""

    tier: str
    effective_on: date
    made_at: datetime
    id: str


def tier_on(history: Iterable[Assignment], day: date) -> Assignment | None:
    """Return the assignment that counts on a day, or None before the first."""
    begun = (each for each in history if each.effective_on <= day)
    return max(begun, key=lambda each: (each.effective_on, each.made_at, each.id), default=None)
