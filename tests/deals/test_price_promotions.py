"""Promotions, and asking for a price: what applies, what does not, and why."""

from typing import Any

import pytest

from tests.deals.make import World, world
from tests.deals.test_price_lists import day, euros, publishes
from tests.deals.test_products import sells
from tests.system import Client, Response, Tenant


async def promotes(place: World, code: str, **fields: Any) -> str:
    """The vendor publishes a promotion of ten days and returns its path."""
    span = {"effective_from": day(place, 0), "effective_to": day(place, 10)}
    made = await place.vendor.post("/v1/price-promotions", {"code": code, "name": code.title(), **span, **fields})
    assert made.status == 201, made.json
    path = f"/v1/price-promotions/{made['id']}"
    assert (await place.vendor.act(path, "publish"))["status"] == "published"
    return path


async def asks(caller: Client, sku: str = "CL-100", quantity: int = 1, **fields: Any) -> Response:
    """Somebody asks what so many cost."""
    body = {"currency": "EUR", "lines": [{"sku": sku, "quantity": quantity}], **fields}
    return await caller.post("/v1/price-checks", body)


def steps(answer: Response) -> list[tuple[str, str, int]]:
    return [(each["kind"], each["source"], each["amount"]["amount"]) for each in answer["lines"][0]["steps"]]


@pytest.fixture
async def place(tenant: Tenant) -> World:
    made = await world(tenant)
    await sells(made)
    return made


async def test_a_price_is_explained_step_by_step(place: World):
    seller = await place.partner(tier="gold")
    entry = {"sku": "CL-100", "price": euros(999), "breaks": [{"from_quantity": 10, "price": euros(949)}]}
    await publishes(place, name="for all", entries=[entry])
    gold = await publishes(place, name="gold", tier="gold", entries=[entry])
    await promotes(place, "spring", percent="0.10")
    await promotes(place, "silver_days", percent="0.50", tiers=["silver"])

    answer = await asks(seller, quantity=10)

    assert steps(answer) == [("list", gold["id"], 9_990), ("break", "10", -500), ("promotion", "spring", -949)]
    assert answer["total"] == answer["lines"][0]["net"] == euros(8_541)
    assert answer["lines"][0]["not_applied"] == [{"code": "silver_days", "name": "Silver_Days", "reason": "other_tier"}]
    assert [(each["name"], each["reason"]) for each in answer["not_applied"]] == [("for all", "outranked")]


async def test_a_promotion_acts_on_its_days_and_not_once_it_is_withdrawn(place: World):
    seller = await place.partner()
    await publishes(place)
    path = await promotes(place, "spring", percent="0.10")
    await promotes(place, "later", amount=euros(100), effective_from=day(place, 20), effective_to=day(place, 30))

    assert (await asks(seller))["total"] == euros(900)
    assert (await asks(seller, on=day(place, 25)))["total"] == euros(900)
    assert (await asks(seller, on=day(place, 15)))["total"] == euros(1_000)
    await place.tenant.advance(days=12)
    assert (await seller.get(path))["status"] == "ended"
    other = await promotes(place, "summer", percent="0.20")
    assert (await asks(seller))["total"] == euros(800)
    assert (await place.vendor.act(other, "withdraw"))["status"] == "withdrawn"
    assert (await asks(seller))["total"] == euros(1_000)


async def test_partners_see_promotions_once_they_are_published_and_never_write_them(place: World):
    seller = await place.partner()
    span = {"effective_from": day(place, 0), "effective_to": day(place, 10)}
    draft = await place.vendor.post("/v1/price-promotions", {"code": "a", "name": "A", "percent": "0.1", **span})
    path = f"/v1/price-promotions/{draft['id']}"

    assert (await seller.get(path)).problem == "not_found"
    assert (
        await seller.post("/v1/price-promotions", {"code": "b", "name": "B", "percent": "0.1", **span})
    ).problem == ("forbidden")
    changed = await place.vendor.patch(path, {"percent": None, "amount": euros(50), "skus": ["B", "A"]}, if_match="*")
    assert (changed["percent"], changed["amount"], changed["skus"]) == (None, euros(50), ["A", "B"])
    await place.vendor.act(path, "publish")
    assert (await seller.get(path))["allowed_actions"] == []
    assert (await seller.act(path, "withdraw")).problem == "forbidden"
    assert (await place.vendor.patch(path, {"name": "x"}, if_match="*")).problem == "invalid_transition"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "one_of_two"),
        ({"percent": "0.1", "amount": euros(5)}, "one_of_two"),
        ({"percent": "0"}, "out_of_range"),
        ({"percent": "0.1", "effective_to": "2020-01-01"}, "empty_period"),
    ],
)
async def test_what_a_promotion_takes_off_is_clear(place: World, fields: dict[str, Any], code: str):
    span = {"effective_from": day(place, 0), "effective_to": day(place, 10)}

    refused = await place.vendor.post("/v1/price-promotions", {"code": "a", "name": "A", **span, **fields})

    assert refused["errors"][0]["code"] == code


async def test_what_cannot_be_sold_is_named_with_the_reason(place: World):
    seller = await place.partner()
    await sells(place, "FR", countries=["FR"])
    await sells(place, "SOON", available_on=day(place, 9))
    await sells(place, "GONE", end_of_sale_on=day(place, 0))
    await sells(place, "UNPRICED")
    skus = ["CL-100", "FR", "SOON", "GONE"]
    await publishes(place, entries=[{"sku": sku, "price": euros(5)} for sku in skus])
    lines = [{"sku": sku, "quantity": 1} for sku in (*skus, "UNPRICED", "NOTHING")]

    refused = await asks(seller, lines=lines)

    assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [
        ("/lines/1/sku", "not_sold_in_country"),
        ("/lines/2/sku", "not_available_yet"),
        ("/lines/3/sku", "no_longer_sold"),
        ("/lines/4/sku", "not_in_price_list"),
        ("/lines/5/sku", "unknown_sku"),
    ]


async def test_a_bundle_has_a_price_of_its_own_and_is_sold_while_all_in_it_is(place: World):
    seller = await place.partner()
    other = await sells(place, "B")
    parts = [{"sku": "CL-100", "quantity": 2}, {"sku": "B", "quantity": 1}]
    await place.vendor.post("/v1/bundles", {"sku": "SET", "name": "Set", "components": parts})
    await publishes(place, entries=[{"sku": "SET", "price": euros(2_500)}])
    await promotes(place, "clouds", percent="0.1", product_families=["cloud"])

    assert (await asks(seller, "SET", 2))["total"] == euros(4_500)
    await place.vendor.act(f"/v1/products/{other['id']}", "end-sale")
    assert (await asks(seller, "SET", 2))["errors"][0]["code"] == "no_longer_sold"


async def test_without_a_list_in_the_currency_there_is_no_price(place: World):
    seller = await place.partner()
    await publishes(place, currency="JPY")

    assert (await asks(seller)).problem == "no_price_list"
    yen = await asks(seller, currency="JPY", quantity=3)
    assert yen["total"] == {"amount": 3_000, "currency": "JPY"}
    assert (await asks(place.vendor)).problem == "invalid"
    assert (await asks(place.vendor, currency="JPY", partner_id=seller.partner_id)).status == 200
    rival = await place.partner()
    assert (await asks(rival, currency="JPY", partner_id=seller.partner_id))["errors"][0]["code"] == "unknown_partner"
