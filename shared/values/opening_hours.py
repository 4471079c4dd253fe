"""When an office is open, and time counted while it is. Pure.

A day's hours are said in local time and counted in elapsed time: on the night a clock is put forward, 01:00 to 04:00 is
two hours long, and on the night it is put back it is four.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY: Final = timedelta(days=1)
_NOTHING: Final = timedelta()


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """Open on a day of the week (Monday is 0) in `[start, end)`, both as time since midnight; the end of a day is 24 hours."""

    weekday: int
    start: timedelta
    end: timedelta


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The openings of a week in a time zone, and the days on which there are none."""

    time_zone: str
    weekly: tuple[Opening, ...]
    holidays: frozenset[date] = frozenset()

    @property
    def in_a_week(self) -> timedelta:
        """How long it is open in a week without holidays."""
        return sum((each.end - each.start for each in self.weekly), _NOTHING)

    def after(self, start: datetime, hours: int) -> datetime:
        """Return the first instant by which so many open hours have passed since `start`, in UTC; after none, `start`.

        ValueError for hours that are never open.
        """
        left = timedelta(hours=hours)
        if left <= _NOTHING:
            return start.astimezone(UTC)
        if self.in_a_week <= _NOTHING:
            raise ValueError("these hours are never open")
        for opened, closed in self._openings(start):
            begins = max(opened, start)
            if closed <= begins:
                continue
            if closed - begins >= left:
                return begins + left
            left -= closed - begins
        raise AssertionError("weeks do not end")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return for how long it is open in `[start, end)`; nothing when `end` is not after `start`."""
        passed = _NOTHING
        if self.in_a_week <= _NOTHING:
            return passed
        for opened, closed in self._openings(start):
            if opened >= end:
                break
            passed += max(_NOTHING, min(closed, end) - max(opened, start))
        return passed

    def open_days_between(self, start: datetime, end: datetime) -> int:
        """Return how many local days on which it is open follow that of `start`, up to and including that of `end`."""
        zone = ZoneInfo(self.time_zone)
        first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
        weeks, rest = divmod(max(0, (last - first).days), len(WEEKDAYS))
        weekdays = {each.weekday for each in self.weekly}
        open_days = weeks * len(weekdays) + sum(
            (first + DAY * step).weekday() in weekdays for step in range(1, rest + 1)
        )
        return open_days - sum(first < day <= last and day.weekday() in weekdays for day in self.holidays)

    def midnight_after(self, moment: datetime) -> datetime:
        """Return the end of the local day of a moment."""
        zone = ZoneInfo(self.time_zone)
        return _instant(moment.astimezone(zone).date() + DAY, _NOTHING, zone)

    def _openings(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the openings from the local day of an instant on, as instants in UTC; without end."""
        zone = ZoneInfo(self.time_zone)
        day = start.astimezone(zone).date()
        ordered = sorted(self.weekly)
        while True:
            for each in ordered if day not in self.holidays else ():
                if each.weekday == day.weekday():
                    yield _instant(day, each.start, zone), _instant(day, each.end, zone)
            day += DAY


def _instant(day: date, since_midnight: timedelta, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time; one that a clock leaves out is as long after midnight as it would have been."""
    local = datetime.combine(day, time()) + since_midnight
    return local.replace(tzinfo=zone).astimezone(UTC)


def opening_hours(
    *, time_zone: str, hours: Iterable[Mapping[str, Any]], holidays: Iterable[Mapping[str, Any]]
) -> OpeningHours:
    """Return what `{"weekday", "from": "09:00", "to": "17:00"}` and `{"on": "2026-12-25"}` say."""
    weekly = tuple(
        Opening(WEEKDAYS.index(each["weekday"]), since_midnight(each["from"]), since_midnight(each["to"]))
        for each in hours
    )
    return OpeningHours(time_zone, weekly, frozenset(date.fromisoformat(str(each["on"])) for each in holidays))


def since_midnight(clock: str) -> timedelta:
    """Return the time since midnight that `HH:MM` says, up to `24:00`."""
    hours, _, minutes = clock.partition(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


DEFAULT_HOURS: Final = tuple({"weekday": day, "from": "09:00", "to": "17:00"} for day in WEEKDAYS[:5])
"""The shipped hours: Monday to Friday, nine to five."""
DEFAULT: Final = opening_hours(time_zone="UTC", hours=DEFAULT_HOURS, holidays=())
