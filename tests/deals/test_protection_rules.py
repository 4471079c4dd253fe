"""The rules of a protection's clock: pauses, what is left, and what is told when."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.deals.protection.pauses import closed, opened, over, pauses_of, taken_along
from services.deals.protection.rules import (
    NOTICES,
    ProtectionNotPaused,
    ProtectionPaused,
    Standing,
    Terms,
    end_with_pauses,
    granted_time,
    next_look,
    notice_due,
    standing,
    time_left,
    told_from_the_start,
)

START = datetime(2030, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


@pytest.mark.parametrize(
    ("pauses", "end"),
    [
        ([(10, 20), (15, 25)], 105),
        ([(10, 30), (15, 20)], 110),
        ([(15, 20), (10, 30)], 110),
        ([(10, 20), (10, 20)], 100),
        ([(10, 20), (20, 30)], 110),
        ([(10, 20), (15, None)], None),
        ([(80, 100), (95, 120)], 130),
        ([(-5, 5), (0, 10)], 100),
    ],
)
def test_the_time_of_overlapping_pauses_is_given_back_once(pauses, end):
    given_ = [(day(start), None if stop is None else day(stop)) for start, stop in pauses]

    assert end_with_pauses(day(0), day(90), given_) == (None if end is None else day(end))


steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SPANS = st.lists(st.tuples(st.integers(-20, 200), st.integers(1, 50)), max_size=6)


@steady
@given(SPANS)
def test_what_a_claim_gets_is_exactly_its_days_whatever_pauses_there_are(spans):
    pauses = [(day(start), day(start + length)) for start, length in spans]

    end = end_with_pauses(day(0), day(90), pauses)

    assert end is not None
    stood_still = {n for start, length in spans for n in range(start, start + length)}
    assert sum(1 for n in range((end - START).days) if n not in stood_still) == 90


@steady
@given(SPANS, st.integers(0, 300))
def test_what_is_left_at_a_moment_is_what_has_not_been_used(spans, at):
    pauses = [(day(start), day(start + length)) for start, length in spans]

    left = time_left(granted_from=day(0), granted_until=day(90), pauses=pauses, at=day(at))

    stood_still = {n for start, length in spans for n in range(start, start + length)}
    assert left.days == max(0, 90 - sum(1 for n in range(at) if n not in stood_still))


@pytest.mark.parametrize(
    ("active", "pauses", "terms_", "until", "lapses"),
    [
        (0, [], Terms(), 90, 45),
        (60, [], Terms(), 90, 105),
        (0, [(10, 20)], Terms(), 100, 55),
        (0, [(10, None)], Terms(), None, None),
        (0, [(50, None)], Terms(), None, 45),
        (None, [], Terms(), 90, None),
        (0, [], Terms(released_after_days=None), 90, None),
        (0, [], Terms(released_after_days=10), 90, 10),
    ],
)
def test_how_far_a_claim_protects(active, pauses, terms_, until, lapses):
    found = standing(
        granted_from=day(0),
        granted_until=day(90),
        active_at=None if active is None else day(active),
        pauses=[(day(start), None if stop is None else day(stop)) for start, stop in pauses],
        terms=terms_,
    )

    assert found == Standing(None if until is None else day(until), None if lapses is None else day(lapses))
    assert found.ends_at == min((each for each in (found.protected_until, found.lapses_at) if each), default=None)


@pytest.mark.parametrize(
    ("at", "told", "due"),
    [(59, None, None), (60, None, 30), (61, 30, None), (76, 30, 14), (89, 30, 1), (89, 1, None), (120, 7, 1)],
)
def test_of_several_notices_that_are_due_the_last_is_told(at, told, due):
    assert notice_due(protected_until=day(90), told=told, at=day(at)) == due


@pytest.mark.parametrize(("length", "told"), [(90, None), (30, 30), (20, 30), (14, 14), (5, 7), (1, 1)])
def test_a_short_protection_is_told_only_what_lies_ahead(length, told):
    assert told_from_the_start(granted_from=day(0), granted_until=day(length)) == told


def test_every_look_lies_ahead_and_the_last_is_the_end():
    now, told, seen = day(0), None, []
    stands = Standing(day(90), None)
    while now < day(90):
        at = next_look(now=stands, stale=None, told=told, at=now)
        assert at is not None and at > now
        told, now = notice_due(protected_until=day(90), told=told, at=at) or told, at
        seen.append(90 - (at - START).days)
    assert seen == [*NOTICES, 0]


def test_a_cause_stops_the_clock_once_and_starts_what_it_has_stopped():
    kept = opened([], "vendor", at=day(1))

    with pytest.raises(ProtectionPaused):
        opened(kept, "vendor", at=day(2))
    with pytest.raises(ProtectionNotPaused):
        closed(kept, "extension", at=day(2))
    assert pauses_of(closed(opened(kept, "extension", at=day(2)), "vendor", at=day(3))) == [
        (day(1), day(3)),
        (day(2), None),
    ]


def test_what_is_owed_ends_with_a_claim_and_what_somebody_says_is_owed_goes_along_with_it():
    kept = opened(closed(opened([], "review", at=day(1)), "review", at=day(2)), "vendor", at=day(3))
    kept = opened(kept, "extension", at=day(4))

    ended, along = over(kept, at=day(5)), taken_along(kept, at=day(5))

    assert pauses_of(ended) == [(day(1), day(2)), (day(3), day(5)), (day(4), day(5))]
    assert [(each["cause"], span) for each, span in zip(along, pauses_of(along), strict=True)] == [
        ("vendor", (day(5), None))
    ]
    assert taken_along(ended, at=day(6)) == []


@pytest.mark.parametrize(
    ("left", "used", "most", "granted"),
    [
        (None, 0, 1, (90, 0)),
        (None, 1, 1, (90, 1)),
        (70, 0, 1, (90, 1)),
        (70, 1, 1, (70, 1)),
        (70, 0, 0, (70, 0)),
        (90, 0, 1, (90, 0)),
        (120, 1, 2, (120, 1)),
    ],
)
def test_what_was_protected_for_something_else_begins_anew_as_often_as_it_is_extended(left, used, most, granted):
    days, total = granted

    found = granted_time(days=90, left=None if left is None else timedelta(days=left), used=used, most=most)

    assert found == (timedelta(days=days), total)
