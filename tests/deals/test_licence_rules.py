"""Terms of licences, what days that are not served are worth, and what a tier has free."""

from datetime import UTC, date, datetime

import pytest

from services.deals.licences.rules import (
    Invoiced,
    Taken,
    add_months,
    allowed,
    faults_of_issue,
    has_ended,
    in_the_way,
    left_to_invoice,
    most_at_once,
    renews_at,
    unserved,
)
from services.deals.screening.rules import Asked, compare, verdict_over
from shared.matching import Company
from tests.deals.test_conflict_sources import entry

GLOBEX = Company("Globex", country="US", domain="globex.com")


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
    ("first", "months", "ends"),
    [
        ("2026-08-31", 1, "09-30 10-31 11-30 12-31 01-31 02-28 03-31"),
        ("2027-12-30", 1, "01-30 02-29 03-30 04-30"),
        ("2026-08-31", 3, "11-30 02-28 05-31 08-31"),
        ("2024-02-29", 12, "02-28 02-28 02-28 02-29 02-28"),
        ("2026-02-28", 1, "03-28 04-28"),
    ],
)
def test_terms_that_follow_keep_the_day_on_which_the_first_began(first: str, months: int, ends: str):
    day = start = date.fromisoformat(first)
    found = []
    for _ in ends.split():
        day = add_months(day, months, anchor_day=start.day)
        found.append(f"{day:%m-%d}")

    assert " ".join(found) == ends


_JUNE = Invoiced("june", date(2026, 6, 1), date(2026, 7, 1), 100)
_AUGUST = Invoiced("august", date(2026, 8, 1), date(2026, 9, 1), 100, unserved=40)


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (date(2026, 7, 1), date(2026, 8, 1), None),
        (date(2026, 5, 1), date(2026, 6, 1), None),
        (date(2026, 6, 30), date(2026, 7, 5), (_JUNE, date(2026, 6, 30), date(2026, 7, 1))),
        (date(2026, 5, 1), date(2027, 5, 1), (_JUNE, date(2026, 6, 1), date(2026, 7, 1))),
        (date(2026, 7, 1), date(2026, 8, 3), (_AUGUST, date(2026, 8, 1), date(2026, 8, 3))),
    ],
)
def test_a_day_is_invoiced_once(start: date, end: date, found: object):
    assert in_the_way([_AUGUST, _JUNE], start=start, end=end) == found


@pytest.mark.parametrize(("amount", "left"), [(1_000, 840), (160, 0), (100, 0)])
def test_no_more_is_invoiced_than_a_term_comes_to(amount: int, left: int):
    assert left_to_invoice(amount, invoices=[_JUNE, _AUGUST]) == left


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


@pytest.mark.parametrize(
    ("issued_on", "is_possible"),
    [
        (date(2025, 5, 31), False),
        (date(2025, 6, 1), True),
        (date(2026, 6, 2), True),
        (date(2026, 6, 3), False),
    ],
)
def test_an_invoice_is_issued_on_a_day_that_has_begun_and_a_year_ahead_at_most(issued_on: date, is_possible: bool):
    faults = faults_of_issue(issued_on, starts_on=date(2026, 6, 1), latest=date(2026, 6, 2))

    assert [each.code for each in faults] == ([] if is_possible else ["out_of_range"])


@pytest.mark.parametrize(
    ("family", "verdict", "deal_type"), [("cloud", "probable", "renewal"), ("storage", "none", "expansion")]
)
def test_what_another_is_partner_of_record_of_is_for_a_person_and_never_new(family, verdict, deal_type):
    used = entry(source="licence", licence_id="lic_1", deal_id=None, product_family=family, protects=False)

    screening = verdict_over([compare(Asked(GLOBEX, "cloud", "cus_1"), used)])

    assert (screening.conflict_class, screening.deal_type) == (verdict, deal_type)
    assert "installed_base" in screening.reasons


@pytest.mark.parametrize(
    ("family", "customer", "verdict"),
    [("cloud", "cus_1", "none"), ("storage", "cus_1", "blocking"), ("cloud", "cus_2", "blocking")],
)
def test_nobody_stands_in_the_way_of_what_is_renewed_by_its_partner_of_record(family, customer, verdict):
    own = entry(source="installed_base", licence_id="lic_1", deal_id=None, product_family=family, customer_id=customer)

    screening = verdict_over([compare(Asked(GLOBEX, "cloud", "cus_1"), each) for each in (own, entry())])

    assert screening.conflict_class == verdict


_YEAR = Taken(5, date(2026, 1, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("taken", "start", "most"),
    [
        ([], date(2026, 1, 1), 0),
        ([_YEAR], date(2026, 6, 1), 5),
        ([_YEAR], date(2027, 1, 1), 0),
        # The next term begins when this one ends.
        ([_YEAR, Taken(4, date(2027, 1, 1), date(2028, 1, 1))], date(2026, 6, 1), 5),
        ([_YEAR, Taken(4, date(2026, 12, 31), date(2028, 1, 1))], date(2026, 6, 1), 9),
        (
            [_YEAR, Taken(3, date(2026, 2, 1), date(2026, 3, 1)), Taken(2, date(2026, 4, 1), date(2026, 5, 1))],
            _YEAR.start,
            8,
        ),
        # One that was called off before it began.
        ([_YEAR, Taken(4, date(2026, 9, 1), date(2026, 9, 1))], date(2026, 6, 1), 5),
    ],
)
def test_pieces_count_together_on_the_days_on_which_a_partner_has_them(taken: list[Taken], start: date, most: int):
    assert most_at_once(taken, start=start) == most
