"""Whether a calendar makes sense. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from zoneinfo import available_timezones

from shared.errors import Conflict, Fault, Invalid
from shared.values.opening_hours import since_midnight

# Less than that, and a deadline of a few hours lies years ahead.
LEAST_IN_A_WEEK: Final = timedelta(hours=1)


class DefaultCalendarStays(Conflict):
    """The default calendar counts where no other is named, so it is never retired."""

    code, title = "default_calendar_stays", "The default calendar stays"


def require_sensible(calendar: Mapping[str, Any]) -> None:
    """Raise Invalid for a zone nobody knows, hours that are none or meet, and a holiday that is there twice."""
    faults = [*_of_zone(calendar["time_zone"]), *_of_hours(calendar["hours"]), *_of_holidays(calendar["holidays"])]
    if faults:
        raise Invalid(errors=faults)


def _of_zone(zone: str) -> Iterator[Fault]:
    if zone not in available_timezones():
        yield Fault("/time_zone", "unknown_time_zone", "Not a time zone of the IANA database.")


def _of_hours(hours: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    kept: list[tuple[str, timedelta, timedelta]] = []
    for place, each in enumerate(hours):
        start, end = since_midnight(each["from"]), since_midnight(each["to"])
        if end <= start:
            yield Fault(
                f"/hours/{place}/to", "out_of_range", "Hours end after they begin; what goes on is of the next day."
            )
        elif any(day == each["weekday"] and start < closes and opens < end for day, opens, closes in kept):
            yield Fault(f"/hours/{place}", "overlaps", "These hours meet others of the same day.")
        kept.append((each["weekday"], start, end))
    if sum((max(timedelta(), end - start) for _, start, end in kept), timedelta()) < LEAST_IN_A_WEEK:
        yield Fault("/hours", "out_of_range", "A week has at least one hour.")


def _of_holidays(holidays: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    days = [str(each["on"]) for each in holidays]
    for place, day in enumerate(days):
        if day in days[:place]:
            yield Fault(f"/holidays/{place}/on", "duplicate", "This day is there twice.")
