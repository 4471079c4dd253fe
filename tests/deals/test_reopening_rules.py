"""Which changes and sales ask for a new decision, and how long the clock stands still for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.deals.protection.rules import end_with_pauses
from services.deals.reopening.rules import is_named_alike, is_sale_in_doubt, reopens
from shared.matching import Company

APPROVED: dict[str, Any] = {
    "customer_name": "Globex",
    "customer_domain": "globex.com",
    "customer_country": "US",
    "customer_tax_id": None,
    "product_family": "cloud",
    "amount": 1000,
    "currency": "EUR",
    "approved_amount": 1000,
    "approved_currency": "EUR",
}
START = datetime(2026, 3, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, None),
        ({"amount": 1250}, None),
        ({"amount": 1251}, "approval"),
        ({"amount": 750}, None),
        ({"amount": 749}, "approval"),
        ({"amount": None, "currency": None}, "approval"),
        ({"currency": "USD"}, "approval"),
        ({"customer_country": None}, "screening"),
        ({"product_family": "edge"}, "screening"),
        ({"product_family": "edge", "amount": 9000}, "screening"),
    ],
)
def test_a_change_asks_for_what_it_puts_in_doubt(change, found):
    assert reopens(APPROVED, APPROVED | change) == found


@pytest.mark.parametrize(
    "change", [{"customer_name": "Globex Corp."}, {"customer_domain": "other.com"}, {"customer_tax_id": "1"}]
)
def test_what_is_known_of_a_customer_matters_where_it_names_another(change):
    assert reopens(APPROVED, APPROVED | change, same_customer=False) == "screening"
    assert reopens(APPROVED, APPROVED | change, same_customer=True) is None


@pytest.mark.parametrize(
    ("name", "domain", "is_alike"),
    [
        ("GÁLFFY Kft", "galffy.hu", True),
        ("Galffy", "https://www.galffy.hu/", True),
        ("Gálffy Kft.", None, True),
        ("Gálffy Gépgyár Kft.", "galffy.hu", False),
        ("Rival GmbH", "galffy.hu", False),
        ("Gálffy Kft.", "rival.de", False),
    ],
)
def test_a_company_under_another_name_or_with_another_domain_may_be_another(name, domain, is_alike):
    before = Company("Gálffy Kft.", country="HU", domain="galffy.hu")

    assert is_named_alike(before, Company(name, country="HU", domain=domain, tax_id="HU12345676")) is is_alike


def test_the_first_amount_of_a_deal_taken_over_is_held_to_what_was_approved_before():
    taken = APPROVED | {"amount": None, "currency": None}

    for amount, found in ((1, None), (1250, None), (1251, "approval")):
        assert reopens(taken, taken | {"amount": amount, "currency": "EUR"}) == found


def test_small_steps_are_measured_by_what_was_approved():
    crept = APPROVED | {"amount": 1200}

    assert reopens(crept, crept | {"amount": 1250}) is None
    assert reopens(crept, crept | {"amount": 1300}) == "approval"
    # An approval of before amounts were kept.
    unknown = crept | {"approved_amount": None, "approved_currency": None}
    assert reopens(unknown, unknown | {"amount": 1300}) is None


@pytest.mark.parametrize(
    ("deal", "amount", "currency", "doubted"),
    [
        ({}, 1250, "EUR", False),
        ({}, 1251, "EUR", True),
        ({}, 1, "EUR", False),
        ({}, 1, "JPY", True),
        ({"amount": None, "currency": None}, 1250, "EUR", False),
        ({"amount": None, "currency": None}, 1, "JPY", True),
        ({"approved_amount": None, "approved_currency": None}, 1250, "EUR", False),
        ({"amount": None, "currency": None, "approved_amount": None, "approved_currency": None}, 1, "EUR", True),
    ],
)
def test_a_sale_is_in_doubt_where_nothing_like_it_was_approved(deal, amount, currency, doubted):
    assert is_sale_in_doubt(APPROVED | deal, amount=amount, currency=currency) is doubted


@pytest.mark.parametrize(
    ("suspended", "later"),
    [
        ([], 10),
        ([(0, 5)], 15),
        ([(5, 15)], 15),
        ([(12, 14)], 10),
        ([(15, 30)], 20),
        ([(15, None)], None),
    ],
)
def test_the_clock_stands_still_while_the_vendor_owes_a_decision(suspended, later):
    # Asked about on day 10, decided on day 20; what a suspension gives back already is not given back twice.
    pauses = [(day(start), None if stop is None else day(stop)) for start, stop in [*suspended, (10, 20)]]

    ends = end_with_pauses(day(0), day(90), pauses)

    assert ends == (None if later is None else day(90 + later))
