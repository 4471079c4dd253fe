"""Terms of licences, what days that are not served are worth, and what a tier has free."""

from datetime import UTC, date, datetime

import pytest

from services.deals.licences.rules import Invoiced, add_months, allowed, has_ended, renews_at, unserved


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
    ],
)
def test_a_term_ends_on_the_same_day_of_a_later_month(start: date, months: int, end: date):
    assert add_months(start, months) == end


@pytest.mark.parametrize(
    ("zone", "last", "ended"),
    [
        ("UTC", datetime(2026, 7, 1, 0, 0, tzinfo=UTC), True),
        ("UTC", datetime(2026, 6, 30, 23, 59, tzinfo=UTC), False),
        ("Europe/Vienna", datetime(2026, 6, 30, 22, 0, tzinfo=UTC), True),
        ("America/New_York", datetime(2026, 7, 1, 3, 59, tzinfo=UTC), False),
    ],
)
def test_a_licence_ends_where_it_is_used(zone: str, last: datetime, ended: bool):
    assert has_ended(date(2026, 7, 1), zone=zone, at=last) is ended


def test_its_renewal_is_prepared_so_many_days_before_or_never():
    assert renews_at(date(2026, 7, 1), lead_days=120, zone="UTC") == datetime(2026, 3, 3, tzinfo=UTC)
    assert renews_at(date(2026, 7, 1), lead_days=0, zone="UTC") is None


@pytest.mark.parametrize(
    ("cancelled_on", "parts"),
    [
        (date(2026, 1, 1), [("first", 3_100), ("second", 2_801)]),
        (date(2026, 1, 11), [("first", 2_100), ("second", 2_801)]),
        (date(2026, 2, 1), [("second", 2_801)]),
        (date(2026, 2, 15), [("second", 1_400)]),
        (date(2026, 3, 1), []),
    ],
)
def test_what_is_not_served_is_worth_its_days(cancelled_on: date, parts: list[tuple[str, int]]):
    invoices = [
        Invoiced("first", date(2026, 1, 1), date(2026, 2, 1), 3_100),
        Invoiced("second", date(2026, 2, 1), date(2026, 3, 1), 2_801),
    ]

    assert [(each.id, amount) for each, amount in unserved(invoices, cancelled_on=cancelled_on)] == parts


@pytest.mark.parametrize(("tier", "most"), [("gold", 5), ("silver", 2), (None, 2)])
def test_a_tier_has_its_own_number_or_that_of_all_others(tier: str | None, most: int):
    assert allowed(tier=tier, allowances=[("gold", 5), (None, 2)]) == most
    assert allowed(tier=tier, allowances=[]) == 0
