"""Time is counted while an office is open, in its own time zone, whatever clocks and holidays do."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.values.opening_hours import DEFAULT, OpeningHours, opening_hours, since_midnight


def hours(*weekly: tuple[str, str, str], zone: str = "UTC", holidays: tuple[str, ...] = ()) -> OpeningHours:
    return opening_hours(
        time_zone=zone,
        hours=[{"weekday": day, "from": start, "to": end} for day, start, end in weekly],
        holidays=[{"on": day} for day in holidays],
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}Z")


EVERY_DAY = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WORKDAYS = tuple((day, "09:00", "17:00") for day in EVERY_DAY[:5])
BERLIN = hours(*WORKDAYS, zone="Europe/Berlin")
CHRISTMAS = hours(*WORKDAYS, holidays=("2026-12-25", "2026-12-28"))
NIGHTS = hours(*((day, "00:00", "24:00") for day in EVERY_DAY), zone="Europe/Berlin")
# On the nights on which clocks change in Berlin: 29 March and 25 October 2026.
SMALL_HOURS = hours(("sunday", "01:00", "04:00"), zone="Europe/Berlin")
SPLIT = hours(("monday", "13:00", "15:00"), ("monday", "09:00", "12:00"))


@pytest.mark.parametrize(
    ("calendar", "start", "count", "end"),
    [
        # 2026-03-02 is a Monday.
        (DEFAULT, "2026-03-02T10:00:00", 2, "2026-03-02T12:00:00"),
        (DEFAULT, "2026-03-02T10:00:00", 0, "2026-03-02T10:00:00"),
        (DEFAULT, "2026-03-02T03:00:00", 1, "2026-03-02T10:00:00"),
        (DEFAULT, "2026-03-02T16:30:00", 1, "2026-03-03T09:30:00"),
        (DEFAULT, "2026-03-02T17:00:00", 1, "2026-03-03T10:00:00"),
        # A whole day ends when the office closes, not when it opens again.
        (DEFAULT, "2026-03-02T09:00:00", 8, "2026-03-02T17:00:00"),
        # Over a weekend, and 48 hours are six working days.
        (DEFAULT, "2026-03-06T16:00:00", 2, "2026-03-09T10:00:00"),
        (DEFAULT, "2026-03-07T12:00:00", 1, "2026-03-09T10:00:00"),
        (DEFAULT, "2026-03-02T09:00:00", 48, "2026-03-09T17:00:00"),
        # Over holidays on both sides of a weekend.
        (CHRISTMAS, "2026-12-24T16:00:00", 2, "2026-12-29T10:00:00"),
        # In Berlin nine o'clock is eight in winter and seven in summer.
        (BERLIN, "2026-03-27T15:00:00", 2, "2026-03-30T08:00:00"),
        (BERLIN, "2026-10-23T14:00:00", 2, "2026-10-26T09:00:00"),
        # The night that is an hour shorter, and the one that is an hour longer.
        (SMALL_HOURS, "2026-03-28T12:00:00", 2, "2026-03-29T02:00:00"),
        (SMALL_HOURS, "2026-10-24T12:00:00", 4, "2026-10-25T03:00:00"),
        (NIGHTS, "2026-03-28T23:00:00", 23, "2026-03-29T22:00:00"),
        # Through midnight, where one day's hours end and the next one's begin.
        (NIGHTS, "2026-06-10T21:30:00", 1, "2026-06-10T22:30:00"),
        # Lunch does not count, and the order in which hours are given does not matter.
        (SPLIT, "2026-03-02T11:00:00", 2, "2026-03-02T14:00:00"),
        (SPLIT, "2026-03-02T11:00:00", 4, "2026-03-09T10:00:00"),
    ],
)
def test_hours_are_added_while_it_is_open(calendar: OpeningHours, start: str, count: int, end: str) -> None:
    assert calendar.after(at(start), count) == at(end)
    assert calendar.between(at(start), at(end)) == timedelta(hours=count)


@pytest.mark.parametrize(
    ("start", "end", "passed"),
    [
        ("2026-03-06T16:00:00", "2026-03-09T08:00:00", timedelta(hours=1)),
        ("2026-03-07T00:00:00", "2026-03-09T00:00:00", timedelta()),
        ("2026-03-02T09:59:59", "2026-03-02T10:00:00", timedelta(seconds=1)),
        ("2026-03-02T10:00:00", "2026-03-02T10:00:00", timedelta()),
        ("2026-03-03T10:00:00", "2026-03-02T10:00:00", timedelta()),
        ("2026-03-02T00:00:00", "2026-03-16T00:00:00", timedelta(hours=80)),
    ],
)
def test_hours_between_instants_are_those_in_which_it_was_open(start: str, end: str, passed: timedelta) -> None:
    assert DEFAULT.between(at(start), at(end)) == passed


def test_the_answer_is_in_utc_whatever_the_question_was_in() -> None:
    start = datetime.fromisoformat("2026-03-02T11:00:00+01:00")

    assert DEFAULT.after(start, 1) == at("2026-03-02T11:00:00")
    assert DEFAULT.after(start, 0).tzinfo is UTC


def test_hours_that_never_come_are_refused() -> None:
    never = OpeningHours("UTC", ())

    assert never.between(at("2026-03-02T00:00:00"), at("2027-03-02T00:00:00")) == timedelta()
    with pytest.raises(ValueError, match="never open"):
        never.after(at("2026-03-02T00:00:00"), 1)


@pytest.mark.parametrize(("text", "minutes"), [("00:00", 0), ("09:05", 545), ("24:00", 1440)])
def test_a_time_of_day_is_read_as_time_since_midnight(text: str, minutes: int) -> None:
    assert since_midnight(text) == timedelta(minutes=minutes)
