"""Which promotions go together and what each step of a price changes, as tables."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.deals.pricing.rules import Special, Tariff, price
from services.deals.promotions.rules import Promotion, Sale, best_for, faults_of_discount, price_after

DAY = date(2031, 3, 1)
SALE = Sale("A", frozenset({"cloud"}), 10, "EUR", "gold", "DE", DAY)


def promotion(code, **terms):
    given = {"percent": Decimal("0.1")} if not {"percent", "amount"} & terms.keys() else {}
    return Promotion(code, code, date(2031, 1, 1), date(2031, 4, 1), **given, **terms)


@pytest.mark.parametrize(
    ("terms", "sale", "why"),
    [
        ({}, {}, None),
        ({}, {"day": date(2030, 12, 31)}, "outside_dates"),
        ({}, {"day": date(2031, 4, 1)}, "outside_dates"),
        ({"amount": 5, "currency": "EUR"}, {}, None),
        ({"amount": 5, "currency": "USD"}, {}, "other_currency"),
        ({"skus": frozenset({"A"})}, {}, None),
        ({"skus": frozenset({"B"})}, {}, "other_products"),
        ({"product_families": frozenset({"cloud"})}, {}, None),
        ({"product_families": frozenset({"cloud"})}, {"families": frozenset({"cloud", "disks"})}, "other_products"),
        ({"skus": frozenset({"B"}), "product_families": frozenset({"cloud"})}, {}, None),
        ({"tiers": frozenset({"gold"})}, {}, None),
        ({"tiers": frozenset({"gold"})}, {"tier": None}, "other_tier"),
        ({"countries": frozenset({"DE"})}, {}, None),
        ({"countries": frozenset({"DE"})}, {"country": "FR"}, "other_country"),
        ({"minimum_quantity": 10}, {}, None),
        ({"minimum_quantity": 11}, {}, "below_quantity"),
    ],
)
def test_a_promotion_is_for_what_it_says(terms, sale, why):
    assert promotion("p", **terms).mismatch(replace(SALE, **sale)) == why


SHARE = promotion("share", percent=Decimal("0.10"), stackable=True)
AMOUNT = promotion("amount", amount=100, stackable=True)
ALONE = promotion("alone", percent=Decimal("0.15"))
LARGE = promotion("large", percent=Decimal("0.30"))


@pytest.mark.parametrize(
    ("promotions", "taken", "unit"),
    [
        ([], [], "1000"),
        ([SHARE], ["share"], "900.0"),
        ([AMOUNT, SHARE], ["share", "amount"], "800.0"),
        ([AMOUNT, SHARE, ALONE], ["share", "amount"], "800.0"),
        ([AMOUNT, SHARE, ALONE, LARGE], ["large"], "700.00"),
        ([ALONE, LARGE], ["large"], "700.00"),
        ([SHARE, promotion("equal", percent=Decimal("0.10"))], ["share"], "900.0"),
        ([promotion("all of it", amount=5_000)], ["all of it"], "0"),
    ],
)
def test_what_makes_it_cheapest_is_taken_stacked_or_alone(promotions, taken, unit):
    applied = best_for(SALE, Decimal(1_000), promotions)

    assert [each.code for each in applied.taken] == taken
    assert price_after(applied.taken, Decimal(1_000)) == Decimal(unit)
    assert {each.code for each, why in applied.rejected if why == "outranked"} == {
        each.code for each in promotions
    } - set(taken)


TARIFF = Tariff("plst", "Prices", 999, ((10, 949), (100, 899)), floor=800)


@pytest.mark.parametrize(
    ("quantity", "promotions", "special", "steps", "net", "below"),
    [
        (1, [], None, [("list", 999)], 999, False),
        (10, [], None, [("list", 9_990), ("break", -500)], 9_490, False),
        (250, [], None, [("list", 249_750), ("break", -25_000)], 224_750, False),
        (1, [SHARE], None, [("list", 999), ("promotion", -100)], 899, False),
        (3, [SHARE], None, [("list", 2_997), ("promotion", -300)], 2_697, False),
        (1, [SHARE, AMOUNT], None, [("list", 999), ("promotion", -100), ("promotion", -100)], 799, True),
        (10, [], Special("spa", percent=Decimal("0.125")), [("list", 9_990), ("break", -500), ("special_price", -1_186)], 8_304, False),
        (10, [SHARE], Special("spa", unit_price=700), [("list", 9_990), ("break", -500), ("special_price", -2_490)], 7_000, True),
    ],
)  # fmt: skip
def test_the_steps_of_a_line_add_up_to_its_net_amount(quantity, promotions, special, steps, net, below):
    priced = price(replace(SALE, quantity=quantity), TARIFF, promotions=promotions, special=special)

    assert [(each.kind, each.amount) for each in priced.steps] == steps
    assert priced.net == net == sum(each.amount for each in priced.steps)
    assert priced.is_below_floor is below


@pytest.mark.parametrize("quantity", range(1, 40))
@pytest.mark.parametrize("share", ["0.333333", "0.005", "0.1", "0.999999"])
def test_however_it_rounds_nothing_is_lost_between_the_steps(quantity, share):
    odd = promotion("odd", percent=Decimal(share), stackable=True)
    other = promotion("other", percent=Decimal("0.017"), stackable=True)

    priced = price(replace(SALE, quantity=quantity), TARIFF, promotions=[odd, other], special=None)

    assert sum(each.amount for each in priced.steps) == priced.net
    assert abs(priced.unit * quantity - priced.net) <= Decimal("0.5")


@pytest.mark.parametrize(
    ("percent", "amount", "codes"),
    [
        ("0.1", None, []),
        ("1", None, []),
        (None, 5, []),
        (None, None, ["one_of_two"]),
        ("0.1", 5, ["one_of_two"]),
        ("0", None, ["out_of_range"]),
        ("1.5", None, ["out_of_range"]),
    ],
)
def test_a_discount_is_a_share_or_an_amount(percent, amount, codes):
    assert [each.code for each in faults_of_discount(percent=percent, amount=amount)] == codes
