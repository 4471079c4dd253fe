"""Special prices: asked for, granted by somebody else, used until none is left."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from services.deals.special_prices.rules import covers
from tests.deals.make import World, events_of, submits, world
from tests.deals.test_price_lists import day, euros, publishes
from tests.deals.test_products import sells
from tests.system import Client, Response, Tenant

ENTRY = {
    "sku": "CL-100",
    "price": euros(1_000),
    "breaks": [{"from_quantity": 10, "price": euros(900)}],
    "floor_price": euros(700),
}


@pytest.fixture
async def place(tenant: Tenant) -> World:
    made = await world(tenant)
    await sells(made)
    await publishes(made, entries=[ENTRY])
    return made


async def asks_for(place: World, caller: Client, **fields: Any) -> Response:
    """Somebody asks for a special price."""
    body = {"sku": "CL-100", "currency": "EUR", "quantity_cap": 5, "expires_on": day(place, 20), **fields}
    if not {"percent", "unit_price"} & body.keys():
        body["percent"] = "0.20"
    return await caller.post("/v1/special-prices", body)


async def granted(place: World, caller: Client, **fields: Any) -> Response:
    asked = await asks_for(place, caller, **fields)
    assert asked.status == 201, asked.json
    return await place.vendor.act(f"/v1/special-prices/{asked['id']}", "approve")


async def quotes(caller: Client, quantity: int, special: Response | None = None, **fields: Any) -> Response:
    """A partner drafts a quote and issues it."""
    line = {"sku": "CL-100", "quantity": quantity, "special_price_id": special["id"] if special else None}
    body = {"customer": {"name": "Globex", "country": "DE"}, "currency": "EUR", "lines": [line], **fields}
    drafted = await caller.post("/v1/quotes", body)
    assert drafted.status == 201, drafted.json
    return await caller.act(f"/v1/quotes/{drafted['id']}", "issue")


async def test_a_special_price_is_granted_by_somebody_else_and_told_to_its_partner(place: World):
    seller = await place.partner()
    asked = await asks_for(place, seller, reason="A rival offers less.")
    path = f"/v1/special-prices/{asked['id']}"

    approved = await place.vendor.act(path, "approve", {"percent": "0.10", "quantity_cap": 3, "reason": "A tenth."})

    assert (asked["status"], approved["status"]) == ("requested", "approved")
    assert (approved["percent"], approved["quantity_cap"], approved["decision_reason"]) == ("0.10", 3, "A tenth.")
    (requested,) = await events_of(place, "deal.spa.requested.v1")
    assert (requested["special_price_id"], requested["quantity_cap"]) == (asked["id"], 5)
    (told,) = await events_of(place, "deal.spa.approved.v1")
    assert (told["partner_id"], told["quantity_cap"]) == (seller.partner_id, 3)
    rival = await place.partner()
    assert (await rival.get(path)).problem == "not_found"
    assert (await rival.get("/v1/special-prices"))["data"] == []
    assert (await seller.act(path, "approve")).problem == "forbidden"


async def test_nobody_approves_what_they_asked_for(place: World):
    seller = await place.partner()
    asked = await asks_for(place, place.vendor, partner_id=seller.partner_id)
    path = f"/v1/special-prices/{asked['id']}"

    assert (await place.vendor.act(path, "approve")).problem == "four_eyes"
    assert "approve" not in (await place.vendor.get(path))["allowed_actions"]
    assert (await place.tenant.vendor().act(path, "approve"))["status"] == "approved"


async def test_nothing_is_granted_to_a_partner_that_was_suspended_since_it_asked(place: World):
    seller = await place.partner()
    asked = await asks_for(place, seller)
    await place.tells_of(seller.partner_id, status="suspended")

    refused = await place.vendor.act(f"/v1/special-prices/{asked['id']}", "approve")

    assert (refused.status, refused.problem) == (409, "partner_not_active")


async def test_below_the_floor_a_second_person_approves_the_same_and_partners_learn_nothing_of_it(place: World):
    seller = await place.partner()
    asked = await asks_for(place, seller, percent="0.40")
    path = f"/v1/special-prices/{asked['id']}"
    second, third = place.tenant.vendor(), place.tenant.vendor()

    first = await place.vendor.act(path, "approve")
    again = await place.vendor.act(path, "approve")
    other_terms = await second.act(path, "approve", {"percent": "0.35"})
    settled = await third.act(path, "approve")

    assert (first["status"], first["below_floor"]) == ("requested", True)
    assert again.problem == "four_eyes"
    assert (other_terms["status"], other_terms["first_approved_by"]) == ("requested", second.account_id)
    assert (settled["status"], settled["percent"]) == ("approved", "0.35")
    seen = await seller.get(path)
    assert (seen["below_floor"], seen["first_approved_by"]) == (None, None)


async def test_the_second_person_sees_what_the_first_has_approved_and_no_partner_does(place: World):
    seller = await place.partner()
    asked = await asks_for(place, seller, percent="0.60", quantity_cap=10)
    path = f"/v1/special-prices/{asked['id']}"
    second = place.tenant.vendor()
    assert (await second.get(path))["first_terms"] is None

    await place.vendor.act(path, "approve", {"percent": "0.50", "quantity_cap": 3})
    shown = await second.get(path)
    hidden = await seller.get(path)
    settled = await second.act(path, "approve")

    terms = {"percent": "0.50", "unit_price": None, "quantity_cap": 3, "expires_on": day(place, 20)}
    assert (shown["percent"], shown["quantity_cap"], shown["first_terms"]) == ("0.60", 10, terms)
    assert hidden["first_terms"] is None
    assert (settled["status"], settled["percent"], settled["quantity_cap"]) == ("approved", "0.50", 3)
    priced = await asks_for(place, seller, unit_price=euros(500))
    first = await place.vendor.act(f"/v1/special-prices/{priced['id']}", "approve")
    assert first["first_terms"]["unit_price"] == euros(500)
    listed = (await seller.get("/v1/special-prices", fields="id,first_terms"))["data"]
    assert [each["first_terms"] for each in listed] == [None, None]


async def test_what_was_approved_below_the_floor_is_good_so_low_and_no_lower(place: World):
    seller = await place.partner()
    second = place.tenant.vendor()
    special = await granted(place, seller, percent="0.35")
    assert (await second.act(f"/v1/special-prices/{special['id']}", "approve"))["status"] == "approved"
    as_approved = await quotes(seller, 1, special)

    await publishes(place, entries=[{**ENTRY, "price": euros(899), "breaks": []}])
    lower = await quotes(seller, 1, special)

    assert (as_approved["status"], as_approved["net"]) == ("issued", euros(650))
    assert lower.problem == "needs_special_price"


@pytest.mark.parametrize(
    ("lowest", "unit", "covered"), [("630", "630.00", True), ("630", "629.9", False), (None, "630", False)]
)
def test_a_price_is_covered_down_to_the_lowest_that_was_approved(lowest: str | None, unit: str, covered: bool):
    assert covers(None if lowest is None else Decimal(lowest), unit=Decimal(unit)) is covered


async def test_below_the_floor_is_refused_where_the_list_says_so(place: World):
    seller = await place.partner()
    await publishes(place, entries=[ENTRY], below_floor="refused")
    asked = await asks_for(place, seller, unit_price=euros(699))
    path = f"/v1/special-prices/{asked['id']}"

    assert (await place.vendor.act(path, "approve")).problem == "below_floor"
    assert (await place.vendor.act(path, "approve", {"unit_price": euros(700)}))["status"] == "approved"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"percent": "0.1", "unit_price": euros(5)}, "one_of_two"),
        ({"unit_price": euros(1_000)}, "not_cheaper"),
        ({"unit_price": {"amount": 5, "currency": "USD"}}, "currency_mismatch"),
        ({"expires_on": "2020-01-01"}, "in_the_past"),
        ({"sku": "CL-999"}, "not_in_price_list"),
        ({"deal_id": "deal_01h455vb4pex5vsknk084sn02q"}, "unknown_deal"),
    ],
)
async def test_what_is_asked_for_makes_sense(place: World, fields: dict[str, Any], code: str):
    seller = await place.partner()

    assert (await asks_for(place, seller, **fields))["errors"][0]["code"] == code


async def test_a_special_price_is_rejected_or_withdrawn_or_runs_out(place: World):
    seller = await place.partner()
    paths = [f"/v1/special-prices/{(await asks_for(place, seller))['id']}" for _ in range(3)]

    rejected = await place.vendor.act(paths[0], "reject", {"reason": "No."})
    withdrawn = await seller.act(paths[1], "withdraw")
    await place.vendor.act(paths[2], "approve")
    await place.tenant.advance(days=21)

    assert (rejected["status"], rejected["decision_reason"]) == ("rejected", "No.")
    assert withdrawn["status"] == "withdrawn"
    assert (await seller.get(paths[2]))["status"] == "expired"
    assert (await place.vendor.act(paths[2], "approve")).problem == "invalid_transition"
    for path, ended in zip(paths, ("rejected", "withdrawn", "expired"), strict=True):
        (told,) = await events_of(place, f"deal.spa.{ended}.v1")
        assert (f"/v1/special-prices/{told['special_price_id']}", told["status"]) == (path, ended)


async def test_accepted_quotes_use_it_up_and_the_last_ones_go_to_one(place: World):
    seller = await place.partner()
    special = await granted(place, seller)
    path = f"/v1/special-prices/{special['id']}"
    first = await quotes(seller, 2, special)
    both = [await quotes(seller, 3, special) for _ in range(2)]

    assert (await seller.act(f"/v1/quotes/{first['id']}", "accept"))["status"] == "accepted"
    assert ((await seller.get(path))["used_quantity"], (await seller.get(path))["status"]) == (2, "approved")
    answers = await asyncio.gather(*(seller.act(f"/v1/quotes/{each['id']}", "accept") for each in both))

    assert sorted(each.status for each in answers) == [200, 409]
    assert {each.problem for each in answers} == {None, "special_price_used_up"}
    assert ((await seller.get(path))["used_quantity"], (await seller.get(path))["status"]) == (5, "consumed")
    (told,) = await events_of(place, "deal.spa.consumed.v1")
    assert (told["special_price_id"], told["quantity_cap"]) == (special["id"], 5)


async def test_a_quote_is_good_no_longer_than_its_special_price_and_says_which_is_over(place: World):
    seller = await place.partner()
    special, kept = await granted(place, seller, expires_on=day(place, 5)), await granted(place, seller)
    short, long = await quotes(seller, 1, special), await quotes(seller, 1, kept, valid_days=10)
    taken_back = await quotes(seller, 1, kept)

    assert short["valid_until"] == f"{day(place, 5)}T00:00:00Z"
    assert long["valid_until"][:10] == day(place, 10)
    await place.tenant.advance(days=4)
    assert (await seller.act(f"/v1/quotes/{short['id']}", "accept"))["status"] == "accepted"
    await seller.act(f"/v1/special-prices/{kept['id']}", "withdraw")
    refused = await seller.act(f"/v1/quotes/{taken_back['id']}", "accept")
    assert (refused.status, refused.problem) == (409, "special_price_over")


async def test_a_quote_is_revised_to_what_is_left_of_its_special_price(place: World):
    seller = await place.partner()
    special = await granted(place, seller)
    first, other = await quotes(seller, 4, special), await quotes(seller, 3, special)
    await seller.act(f"/v1/quotes/{other['id']}", "accept")

    second = await seller.act(f"/v1/quotes/{first['id']}", "revise")
    path = f"/v1/quotes/{second['id']}"
    too_many = await seller.act(path, "issue")
    line = {"sku": "CL-100", "quantity": 2, "special_price_id": special["id"]}
    await seller.patch(path, {"lines": [line]}, if_match="*")

    assert (second["status"], second["lines"][0]["quantity"]) == ("draft", 4)
    assert too_many["errors"][0]["code"] == "exceeds_special_price"
    issued = await seller.act(path, "issue")
    assert (await seller.act(path, "accept"))["status"] == "accepted"
    assert issued["net"] == euros(1_600)


async def test_a_special_price_is_for_its_partner_its_product_its_deal_and_its_quantity(place: World):
    seller, rival = await place.partner(), await place.partner()
    await sells(place, "B")
    await publishes(place, entries=[ENTRY, {"sku": "B", "price": euros(5)}])
    deal = await submits(seller)
    special = await granted(place, seller, deal_id=deal["id"])
    customer = {"name": "Globex"}

    async def refused(caller: Client, **fields: Any) -> str:
        line = {"sku": "CL-100", "quantity": 1, "special_price_id": special["id"]} | fields.pop("line", {})
        answer = await caller.post(
            "/v1/quotes", {"customer": customer, "currency": "EUR", "lines": [line], "deal_id": deal["id"], **fields}
        )
        return str(answer["errors"][0]["code"])

    assert await refused(rival, deal_id=None) == "unknown_special_price"
    assert await refused(seller, line={"sku": "B"}) == "unknown_special_price"
    assert await refused(seller, deal_id=None) == "other_deal"
    theirs = await granted(place, seller, customer_name="Initech AG")
    assert await refused(seller, line={"special_price_id": theirs["id"]}) == "other_customer"
    assert (await quotes(seller, 1, theirs, customer={"name": "INITECH"}))["status"] == "issued"
    assert await refused(seller, line={"quantity": 6}) == "exceeds_special_price"
    await place.tenant.advance(days=21)
    assert await refused(seller) == "special_price_over"
