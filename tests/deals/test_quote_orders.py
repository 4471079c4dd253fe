"""Accepted quotes become orders: once, at their prices, and checked against what the house knows."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from services.deals.order_checks.rules import Asked, below, by_sku, day_of_prices, has_credentials
from services.deals.quote_orders.rules import OrderedLine, ordered
from services.deals.quotes.rules import AcceptedLine
from tests.deals.make import World, world
from tests.deals.ordering import lines_of, submits_order
from tests.deals.test_price_lists import euros, publishes
from tests.deals.test_price_promotions import promotes
from tests.deals.test_products import sells
from tests.deals.test_quotes import issues, path_of
from tests.system import Client, Response, Tenant


@pytest.fixture
async def place(tenant: Tenant) -> World:
    made = await world(tenant)
    await sells(made)
    entry = {"sku": "CL-100", "price": euros(999), "breaks": [{"from_quantity": 10, "price": euros(949)}]}
    await publishes(made, entries=[entry], name="Prices")
    return made


async def accepted(seller: Client, **fields: Any) -> Response:
    return await seller.act(path_of(await issues(seller, **fields)), "accept")


async def orders(seller: Client, quote: Response, **fields: Any) -> Response:
    return await seller.act(path_of(quote), "order", {"kind": "direct", **fields})


async def test_an_accepted_quote_becomes_an_order_at_its_prices(place: World):
    seller = await place.partner()
    await promotes(place, "spring", percent="0.10")
    quote = await accepted(seller)

    order = await orders(seller, quote, number="PO-1", due_on="2031-01-31")

    assert (order.status, order["status"], order["quote_id"]) == (201, "draft", quote["id"])
    assert (order["partner_id"], order["amount"]) == (seller.partner_id, quote["net"])
    assert order["customer"] == {"name": "Globex AG", "country": "DE", "domain": None, "tax_id": None}
    lines = await lines_of(place, order)
    assert [(each["sku"], each["quantity"], each["unit_price"]["amount"]) for each in lines] == [
        ("CL-100", 9, 854),
        ("CL-100", 1, 855),
    ]
    assert {(each["product_family"], each["due_on"]) for each in lines} == {("cloud", "2031-01-31")}
    assert "lines" not in order["editable_fields"]
    line = {"sku": "CL-100", "quantity": 1, "unit_price": 1}
    changed = await seller.patch(f"/v1/orders/{order['id']}", {"lines": [line]}, if_match="*")
    assert changed.problem == "invalid_transition"


async def test_a_quote_is_ordered_once_and_says_by_which_order(place: World):
    seller = await place.partner()
    quote = await accepted(seller)
    assert "order" in quote["allowed_actions"]

    answers = await asyncio.gather(*(orders(seller, quote) for _ in range(3)))
    again = await orders(seller, quote)

    (made,) = [each for each in answers if each.status == 201]
    assert (
        sorted((each.problem or "", each.json.get("order_id")) for each in answers if each is not made)
        == [("quote_already_ordered", made["id"])] * 2
    )
    assert (again.problem, again["order_id"]) == ("quote_already_ordered", made["id"])
    seen = await seller.get(path_of(quote))
    assert (seen["order_id"], seen["allowed_actions"]) == (made["id"], [])
    assert [each["id"] for each in (await seller.get("/v1/orders", quote_id=quote["id"]))["data"]] == [made["id"]]


async def test_a_quote_whose_order_was_called_off_is_ordered_again(place: World):
    seller = await place.partner()
    quote = await accepted(seller)
    first = await orders(seller, quote)

    await seller.act(f"/v1/orders/{first['id']}", "cancel")
    second = await orders(seller, quote)

    assert second.status == 201
    assert (await seller.get(path_of(quote)))["order_id"] == second["id"]


async def test_only_an_accepted_quote_is_ordered_and_only_by_its_partner(place: World):
    seller = await place.partner()
    issued = await issues(seller)
    quote = await accepted(seller)

    hidden = await orders(await place.partner(), quote)

    assert (await orders(seller, issued)).problem == "invalid_transition"
    assert (await seller.act(path_of(issued), "order", {})).problem == "invalid_transition"
    assert (await seller.post(f"{path_of(quote)}/order", {}, if_match='"99"')).status == 412
    assert (await seller.act(path_of(quote), "order", {})).status == 422
    beside = await orders(seller, quote, partner_id=seller.partner_id)
    assert [(each["pointer"], each["code"]) for each in beside["errors"]] == [("/partner_id", "unknown_field")]
    assert (hidden.status, hidden.problem) == (404, "not_found")


async def test_what_a_quote_takes_of_a_special_price_is_counted_once(place: World):
    seller = await place.partner()
    terms = {"percent": "0.2", "quantity_cap": 10, "expires_on": "2031-06-30"}
    special = await seller.post("/v1/special-prices", {"sku": "CL-100", "currency": "EUR", **terms})
    path = f"/v1/special-prices/{special['id']}"
    assert (await place.vendor.act(path, "approve")).status == 200
    quote = await accepted(seller, lines=[{"sku": "CL-100", "quantity": 4, "special_price_id": special["id"]}])

    order = await orders(seller, quote)
    submitted = await seller.act(f"/v1/orders/{order['id']}", "submit")

    assert submitted["status"] == "validated"
    assert (await seller.get(path))["used_quantity"] == 4


async def publishes_policy(place: World, *rules: str) -> None:
    checks = [{"code": f"check_{number}", "when": when} for number, when in enumerate(rules)]
    made = await place.vendor.post("/v1/order-policies", {"name": "Checks", "rules": checks, "accept_when": "true"})
    assert made.status == 201, made.json
    assert (await place.vendor.act(f"/v1/order-policies/{made['id']}", "publish")).status == 200


async def inputs(place: World, order: Response) -> dict[str, Any]:
    """What the checks of an order were decided by, as the vendor is told."""
    trace = (await place.vendor.get(f"/v1/orders/{order['id']}"))["decision_trace"]
    return {name: value for each in trace for name, value in (each["inputs"] or {}).items()}


async def test_orders_are_checked_for_price_territory_and_credentials(place: World):
    seller = await place.partner()
    await sells(place, sku="CL-200", required_credential="cloud-expert")
    await publishes_policy(
        place,
        "!order.price.below.known || order.price.below == 0",
        "!partner.covers_country.known || partner.covers_country",
        "!partner.has_credentials.known || partner.has_credentials",
        "!order.can_be_sold.known || order.can_be_sold || order.can_be_sold == false",
    )
    german = {"name": "Globex AG", "country": "DE"}

    def line(sku: str, unit_price: int, quantity: int = 10) -> dict[str, Any]:
        return {"sku": sku, "quantity": quantity, "unit_price": unit_price}

    fair = await submits_order(seller, customer=german, lines=[line("CL-100", 949, 6), line("CL-100", 949, 4)])
    cheap = await submits_order(seller, customer=german, lines=[line("CL-100", 900)])
    unknown = await submits_order(seller, lines=[line("XX-1", 1), line("CL-200", 1)])
    resold = await submits_order(seller, kind="sell_through", lines=[line("CL-100", 1)])

    assert [each["status"] for each in (fair, cheap, unknown, resold)] == [
        "accepted",
        "submitted",
        "accepted",
        "accepted",
    ]
    assert await inputs(place, fair) == {
        "order.can_be_sold": True,
        "order.price.below": 0,
        "partner.covers_country": True,
        "partner.has_credentials": True,
    }
    assert (await inputs(place, cheap))["order.price.below"] == 490
    assert (await inputs(place, unknown)) == {
        "order.can_be_sold": False,
        "order.price.below": None,
        "partner.covers_country": None,
        "partner.has_credentials": None,
    }
    assert (await inputs(place, resold))["order.price.below"] is None
    assert {each["inputs"] for each in cheap["decision_trace"]} == {None}


async def test_what_cannot_be_sold_goes_to_a_person_and_hides_no_price_that_is_too_low(place: World):
    seller = await place.partner()
    today = place.today()
    await sells(
        place, sku="OLD", end_of_sale_on=today.isoformat(), available_on=(today - timedelta(days=9)).isoformat()
    )
    await sells(place, sku="SWISS", countries=["CH"])
    german = {"name": "Globex AG", "country": "DE"}
    cheap = {"sku": "CL-100", "quantity": 50, "unit_price": 1}
    past = (today - timedelta(days=30)).isoformat()

    async def failed(**fields: Any) -> list[str]:
        order = await submits_order(seller, customer=german, **fields)
        return [reason for each in order["decision_trace"] for reason in each["reasons"]]

    def one(sku: str) -> dict[str, Any]:
        return {"sku": sku, "quantity": 1, "unit_price": 100_000}

    assert await failed(lines=[one("CL-100")]) == []
    assert await failed(lines=[cheap], ordered_on=past) == ["at_its_price"]
    assert await failed(lines=[cheap, one("OLD")]) == ["at_its_price", "can_be_sold"]
    assert [await failed(lines=[one(sku)]) for sku in ("OLD", "SWISS", "XX-1")] == [["can_be_sold"]] * 3


async def test_a_customer_outside_its_partners_territories_goes_to_a_person(place: World):
    seller = await place.partner()
    await place.tells_of(seller.partner_id, status="active", territories=["DE", "AT"])
    await publishes_policy(place, "!partner.covers_country.known || partner.covers_country")

    inside, outside = [
        await submits_order(seller, customer={"name": "Globex", "country": country}) for country in ("AT", "HU")
    ]

    assert (inside["status"], outside["status"]) == ("accepted", "submitted")


@pytest.mark.parametrize(
    ("quantity", "net", "expected"),
    [
        (10, 8_541, [(9, 854), (1, 855)]),
        (10, 8_540, [(10, 854)]),
        (3, 2, [(1, 0), (2, 1)]),
        (1, 7, [(1, 7)]),
        (5, 0, [(5, 0)]),
    ],
)
def test_lines_of_an_order_come_to_what_those_of_its_quote_come_to(
    quantity: int, net: int, expected: list[tuple[int, int]]
):
    lines = ordered([AcceptedLine("A", "Name", quantity, net, {})])

    assert lines == [OrderedLine("A", "Name", many, price) for many, price in expected]
    assert sum(each.quantity * each.unit_price for each in lines) == net


def test_what_costs_more_makes_up_for_nothing_and_a_missing_price_leaves_the_rest_unknown():
    asked = by_sku([Asked("A", 2, 20), Asked("B", 1, 50), Asked("A", 3, 20)])

    assert asked == [Asked("A", 5, 40), Asked("B", 1, 50)]
    assert below(asked, {"A": 45, "B": 10}) == 5
    assert below(asked, {"A": 45}) == 5
    assert below(asked, {"A": 40}) is None


@pytest.mark.parametrize(
    ("days", "is_vendor", "expected"), [(-9, False, 0), (9, False, 0), (-9, True, -9), (9, True, 0)]
)
def test_prices_are_those_of_the_day_an_order_is_handed_in_but_the_vendor_may_hand_in_an_earlier_one(
    days: int, is_vendor: bool, expected: int
):
    today = date(2026, 5, 10)

    day = day_of_prices(today + timedelta(days=days), today=today, is_vendor=is_vendor)

    assert day == today + timedelta(days=expected)


@pytest.mark.parametrize(
    ("required", "expected"), [({"A": None}, True), ({"A": "expert"}, None), ({}, None), ({"A": None, "B": "x"}, True)]
)
def test_nothing_is_required_of_a_partner_or_it_is_not_known_whether_it_has_it(
    required: dict[str, str | None], expected: bool | None
):
    assert has_credentials(required, skus=["A"]) is expected
