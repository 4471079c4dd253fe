"""Half-open periods of time, [start, end)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` up to, but not including, `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("a period ends after it starts")

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end


def calendar_day(instant: datetime) -> date:
    """Return the UTC day of an instant."""
    return instant.astimezone(UTC).date()


def month_of(day: date) -> Period:
    """Return the calendar month that contains the day."""
    start = day.replace(day=1)
    end = start.replace(year=start.year + 1, month=1) if start.month == 12 else start.replace(month=start.month + 1)
    return Period(start, end)


def quarter_of(day: date) -> Period:
    """Return the calendar quarter that contains the day."""
    first = day.month - (day.month - 1) % 3
    start = day.replace(month=first, day=1)
    end = start.replace(year=start.year + 1, month=1) if first == 10 else start.replace(month=first + 3)
    return Period(start, end)
