"""Stages of a product's life, what is in a bundle, and which price list applies, as tables."""

from datetime import date
from decimal import Decimal

import pytest

from services.deals.bundles.rules import Bundle, cycle_through, depth_of, products_in
from services.deals.catalogue.rules import Life, Product
from services.deals.prices.rules import (
    EVERYWHERE,
    PriceList,
    choose,
    end_of,
    faults_of_entry,
    floor_of,
    is_for,
    ordinals_of,
)


def on(month: int, day: int = 1) -> date:
    return date(2031, month, day)


WHOLE = Life(on(2), on(4), on(6))


@pytest.mark.parametrize(
    ("day", "stage", "coming"),
    [
        (on(1, 31), "announced", on(2)),
        (on(2), "active", on(4)),
        (on(3, 31), "active", on(4)),
        (on(4), "end_of_sale", on(6)),
        (on(6), "end_of_life", None),
    ],
)
def test_a_stage_begins_on_its_day(day, stage, coming):
    assert (WHOLE.stage_on(day), WHOLE.next_change(day)) == (stage, coming)


@pytest.mark.parametrize(
    ("day", "country", "countries", "refusal"),
    [
        (on(1), "DE", {"DE"}, "not_available_yet"),
        (on(2), "DE", {"DE"}, None),
        (on(2), "FR", {"DE"}, "not_sold_in_country"),
        (on(2), "FR", set(), None),
        (on(2), None, {"DE"}, None),
        (on(4), "DE", {"DE"}, "no_longer_sold"),
        (on(6), "DE", {"DE"}, "no_longer_sold"),
    ],
)
def test_a_product_is_sold_while_it_is_active_and_where_it_is_sold(day, country, countries, refusal):
    product = Product("A", "cloud", "A", "piece", WHOLE, frozenset(countries))

    assert product.refusal(day=day, country=country) == refusal


BUNDLES = {
    "PAIR": Bundle("PAIR", "", {"A": 2}),
    "SET": Bundle("SET", "", {"PAIR": 3, "A": 1, "B": 1}),
    "ALL": Bundle("ALL", "", {"SET": 2, "PAIR": 1}),
    "ROUND": Bundle("ROUND", "", {"ROUNDER": 1}),
    "ROUNDER": Bundle("ROUNDER", "", {"A": 1, "ROUND": 1}),
}


@pytest.mark.parametrize(
    ("sku", "products", "depth"),
    [("A", {"A": 1}, 0), ("PAIR", {"A": 2}, 1), ("SET", {"A": 7, "B": 1}, 2), ("ALL", {"A": 16, "B": 2}, 3)],
)
def test_a_bundle_is_its_products(sku, products, depth):
    assert products_in(sku, BUNDLES) == products
    assert depth_of(sku, BUNDLES) == depth


@pytest.mark.parametrize(("sku", "way"), [("ALL", ()), ("A", ()), ("ROUND", ("ROUND", "ROUNDER", "ROUND"))])
def test_a_way_back_to_a_bundle_is_found(sku, way):
    assert cycle_through(sku, BUNDLES) == way


def listed(name, *, tier=None, countries=(), start=on(1), end=None, currency="EUR"):
    return PriceList(name, name, currency, tier, frozenset(countries), start, end)


LISTS = [
    listed("all"),
    listed("hungary", countries=["HU"]),
    listed("gold", tier="gold"),
    listed("gold in dach", tier="gold", countries=["DE", "AT"]),
    listed("gold later", tier="gold", countries=["FR"], start=on(9)),
    listed("dollars", currency="USD"),
]


@pytest.mark.parametrize(
    ("tier", "country", "day", "found"),
    [
        (None, None, on(3), "all"),
        (None, "HU", on(3), "hungary"),
        ("silver", "HU", on(3), "hungary"),
        ("gold", "HU", on(3), "gold"),
        ("gold", "DE", on(3), "gold in dach"),
        ("gold", "FR", on(3), "gold"),
        ("gold", "FR", on(9), "gold later"),
        ("gold", "DE", date(2030, 12, 31), None),
    ],
)
def test_the_narrowest_list_in_force_applies(tier, country, day, found):
    choice = choose(LISTS, currency="EUR", tier=tier, country=country, day=day)

    assert (choice.found.name if choice.found else None) == found
    assert len(choice.rejected) == len(LISTS) - (found is not None)


def test_each_list_that_does_not_apply_says_why():
    choice = choose(LISTS, currency="EUR", tier="gold", country="FR", day=on(3))

    assert {each.name: each.reason for each in choice.rejected} == {
        "all": "outranked",
        "hungary": "other_country",
        "gold in dach": "other_country",
        "gold later": "outside_dates",
        "dollars": "other_currency",
    }
    assert choose([listed("gold", tier="gold")], currency="EUR", tier="iron", country=None, day=on(3)).rejected[
        0
    ].reason == ("other_tier")


@pytest.mark.parametrize(
    ("old", "new", "ends"),
    [
        ((on(1), None), (on(4), None), on(4)),
        ((on(1), on(6)), (on(4), None), on(4)),
        ((on(1), on(6)), (on(4), on(6)), on(4)),
        ((on(4), None), (on(4), None), on(4)),
        ((on(4), None), (on(1), None), None),
        ((on(4), on(6)), (on(1), None), None),
        ((on(1), None), (on(4), on(5)), None),
        ((on(1), on(6)), (on(4), on(5)), None),
    ],
)
def test_a_list_ends_where_the_next_begins_unless_it_begins_later_or_would_go_on_after_it(old, new, ends):
    assert end_of(listed("old", start=old[0], end=old[1]), new=listed("new", start=new[0], end=new[1])) == ends


@pytest.mark.parametrize(
    ("list_tier", "countries", "tier", "country", "seen"),
    [
        (None, [], None, None, True),
        ("gold", [], "gold", "DE", True),
        ("gold", [], None, "DE", False),
        (None, ["DE"], None, "DE", True),
        (None, ["DE"], None, None, False),
    ],
)
def test_a_list_is_for_its_tier_and_its_countries(list_tier, countries, tier, country, seen):
    assert is_for(list_tier=list_tier, countries=countries, tier=tier, country=country) is seen


def test_each_country_has_a_number_of_its_own_and_everywhere_has_another():
    letters = [chr(ord("A") + number) for number in range(26)]
    every = ordinals_of(first + second for first in letters for second in letters)

    assert every == list(range(26 * 26))
    assert ordinals_of([]) == [EVERYWHERE]


@pytest.mark.parametrize(
    ("price", "cost", "margin", "floor"),
    [
        (None, None, None, None),
        (700, None, "0.2", 700),
        (None, 80, "0.2", 100),
        (None, 81, "0.2", 102),
        (700, 80, "0.2", 700),
        (90, 80, "0.2", 100),
        (None, 80, None, None),
        (None, 0, "0.5", 0),
    ],
)
def test_the_floor_is_the_higher_of_a_price_and_a_margin(price, cost, margin, floor):
    assert floor_of(price=price, cost=cost, margin=None if margin is None else Decimal(margin)) == floor


@pytest.mark.parametrize(
    ("breaks", "codes"),
    [
        ([], []),
        ([(10, 900), (100, 800)], []),
        ([(100, 900), (10, 800)], ["out_of_order"]),
        ([(10, 1000)], ["not_cheaper"]),
        ([(10, 900), (20, 900)], ["not_cheaper"]),
    ],
)
def test_who_takes_more_pays_less_for_each(breaks, codes):
    faults = faults_of_entry(at="", currency="EUR", price=1000, breaks=breaks, currencies=["EUR"])

    assert [each.code for each in faults] == codes
