"""Deliveries, returns and invoices of orders, and what counts for deals."""

import asyncio
from datetime import timedelta
from typing import Any

from tests.deals.make import events_of, submits, world
from tests.deals.ordering import (
    LINES,
    accepted_order,
    drafts_order,
    fulfils,
    invoices,
    lines_of,
    returns,
    submits_order,
)
from tests.deals.test_products import sells
from tests.system import Client, Tenant


async def consumption(client: Client, deal: Any) -> dict[str, Any]:
    """How much of a deal is used up, in minor units."""
    found = (await client.get(f"/v1/deals/{deal['id']}/consumption")).json
    consumed = [(each["amount"], each["currency"]) for each in found["consumed"]]
    return {**found, "consumed": consumed}


async def test_an_order_is_delivered_in_parts_until_nothing_is_left(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    order = await accepted_order(place, buyer)

    part = await fulfils(place, order, 6, 4)
    assert (part["status"], part["fulfilled"]["amount"]) == ("part_fulfilled", 55_000)
    rest = await fulfils(place, order, 4)
    assert (rest["status"], rest["fulfilled"]["amount"]) == ("fulfilled", 65_000)
    found = await buyer.get(f"/v1/orders/{order['id']}/fulfilments")
    assert [(each["quantity"], each["amount"]["amount"]) for each in found["data"]] == [(4, 10_000), (10, 55_000)]
    assert [each["complete"] for each in await events_of(place, "order.fulfilled.v1")] == [False, True]
    assert {each["completed_on"] for each in await lines_of(place, order)} == {place.today().isoformat()}


async def test_never_more_is_delivered_than_was_ordered_nor_given_back_than_was_delivered(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    order = await accepted_order(place, buyer)

    assert (await fulfils(place, order, 11)).json["errors"][0]["code"] == "exceeds_order"
    await fulfils(place, order, 6)
    assert (await fulfils(place, order, 5)).json["errors"][0]["code"] == "exceeds_order"
    assert (await returns(place, order, 7)).json["errors"][0]["code"] == "exceeds_fulfilled"
    returned = await returns(place, order, 2, reason="Broken")
    assert returned["returned"]["amount"] == 5_000
    assert (await returns(place, order, 5)).json["errors"][0]["code"] == "exceeds_fulfilled"
    assert [(each["fulfilled_quantity"], each["returned_quantity"]) for each in await lines_of(place, order)] == [
        (6, 2),
        (0, 0),
    ]


async def test_what_a_system_sends_twice_is_recorded_once_and_what_it_changes_is_refused(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    deal = await submits(buyer)
    order = await accepted_order(place, buyer, deal_id=deal["id"])

    first = await fulfils(place, order, 10, 4, source_reference="DN-1")
    again = await fulfils(place, order, 10, 4, source_reference="DN-1")
    other = await fulfils(place, order, 9, 4, source_reference="DN-1")
    assert (first["version"], again["version"], other.problem) == (again["version"], first["version"], "already_exists")
    for _ in range(2):
        await returns(place, order, 1, source_reference="RN-1")
        await invoices(place, order, 65_000, source_reference="4711")

    assert (await returns(place, order, 2, source_reference="RN-1")).problem == "already_exists"
    seen = await buyer.get(f"/v1/orders/{order['id']}")
    assert (seen["status"], seen["returned"]["amount"], seen["invoiced"]["amount"]) == ("invoiced", 2_500, 65_000)
    assert len(await events_of(place, "order.matched.v1")) == 2
    assert len(await events_of(place, "order.returned.v1")) == 1
    assert len(await events_of(place, "order.invoiced.v1")) == 1


async def test_each_piece_has_a_serial_number_of_its_own(tenant: Tenant):
    place = await world(tenant)
    order = await accepted_order(place, await place.partner())
    (first, _) = await lines_of(place, order)

    async def delivers(*serials: str) -> Any:
        line = {"line_id": first["id"], "quantity": 2, "serials": list(serials)}
        body = {"fulfilled_on": place.today().isoformat(), "lines": [line]}
        return await place.vendor.act(f"/v1/orders/{order['id']}", "fulfil", body, if_match="*")

    assert (await delivers("A")).json["errors"][0]["code"] == "serial_count"
    assert (await delivers("A", "A")).json["errors"][0]["code"] == "serial_count"
    assert (await delivers("A", "B"))["status"] == "part_fulfilled"
    assert (await delivers("B", "C")).json["errors"][0]["code"] == "serial_known"
    at_once = await asyncio.gather(*(delivers("D", "E") for _ in range(3)))
    assert sorted(each.status for each in at_once) == [200, 422, 422]


async def test_nothing_is_given_back_before_it_was_delivered(tenant: Tenant):
    place = await world(tenant)
    order = await accepted_order(place, await place.partner())
    ordered = place.today()
    await tenant.advance(days=5)
    await fulfils(place, order, 0, 2)
    await tenant.advance(days=5)
    await fulfils(place, order, 2)

    early = await returns(place, order, 1, on=ordered + timedelta(days=5))

    assert [(each["pointer"], each["code"]) for each in early["errors"]] == [("/returned_on", "out_of_range")]
    assert (await returns(place, order, 0, 1, on=ordered + timedelta(days=5))).status == 200
    assert (await returns(place, order, 1, on=ordered + timedelta(days=10))).status == 200


async def test_invoices_never_exceed_the_order_nor_credit_notes_the_invoices(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    order = await accepted_order(place, buyer)

    assert (await invoices(place, order, 65_001)).json["errors"][0]["code"] == "exceeds_order"
    early = await invoices(place, order, 60_000)
    assert (early["status"], early["invoiced"]["amount"]) == ("accepted", 60_000)
    assert (await invoices(place, order, 1)).problem == "already_exists"
    assert (await invoices(place, order, 5_001, number="INV-2")).json["errors"][0]["code"] == "exceeds_order"
    await invoices(place, order, 5_000, number="INV-2")
    assert (await fulfils(place, order, 10, 4))["status"] == "invoiced"
    assert (await invoices(place, order, 65_001, verb="credit")).json["errors"][0]["code"] == "exceeds_order"
    credited = await invoices(place, order, 5_000, verb="credit")
    assert (credited["status"], credited["invoiced"]["amount"]) == ("invoiced", 60_000)
    found = (await buyer.get(f"/v1/orders/{order['id']}/invoices"))["data"]
    assert [(each["kind"], each["number"]) for each in found] == [
        ("credit_note", "INV-1"),
        ("invoice", "INV-2"),
        ("invoice", "INV-1"),
    ]


async def test_nothing_happens_to_an_order_before_it_was_ordered_or_in_the_future(tenant: Tenant):
    place = await world(tenant)
    order = await accepted_order(place, await place.partner())

    for day in (place.today() - timedelta(days=1), place.today() + timedelta(days=2)):
        refused = await fulfils(place, order, 1, on=day)
        assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [
            ("/fulfilled_on", "out_of_range")
        ]


async def test_what_is_not_delivered_of_a_closed_order_is_not_delivered_any_more(tenant: Tenant):
    place = await world(tenant)
    order = await accepted_order(place, await place.partner())
    await fulfils(place, order, 1)

    closed = await place.vendor.act(f"/v1/orders/{order['id']}", "close")

    assert closed["status"] == "closed"
    assert (await fulfils(place, order, 1)).problem == "invalid_transition"
    assert (await returns(place, order, 1))["returned"]["amount"] == 2_500


async def test_only_the_vendor_records_what_happens_to_an_order(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    order = await accepted_order(place, buyer)
    (first, _) = await lines_of(place, order)
    body = {"fulfilled_on": place.today().isoformat(), "lines": [{"line_id": first["id"], "quantity": 1}]}

    assert (await buyer.act(f"/v1/orders/{order['id']}", "fulfil", body)).problem == "forbidden"


async def test_a_delivery_counts_for_the_deal_and_a_return_takes_it_back_on_its_own_terms(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    deal = await submits(buyer, amount={"amount": 100_000, "currency": "EUR"})
    order = await accepted_order(place, buyer, deal_id=deal["id"])

    await fulfils(place, order, 10, 4)
    used = await consumption(buyer, deal)
    assert (used["registered"]["amount"], used["consumed"], used["remaining"]["amount"], used["quantity"]) == (
        100_000,
        [(65_000, "EUR")],
        35_000,
        14,
    )
    await returns(place, order, 3, 1)

    after = await consumption(buyer, deal)
    assert (after["consumed"], after["returned_quantity"]) == ([(47_500, "EUR")], 4)
    matched = {each["sku"]: each for each in await events_of(place, "order.matched.v1")}
    assert {
        sku: (each["net"]["amount"], each["partner_id"], each["product_family"]) for sku, each in matched.items()
    } == {
        "GX-100": (25_000, buyer.partner_id, "cloud"),
        "GX-200": (40_000, buyer.partner_id, "cloud"),
    }
    returned = await events_of(place, "order.returned.v1")
    assert [(each["match_id"], each["net"]["amount"]) for each in returned] == [
        (matched["GX-100"]["match_id"], 7_500),
        (matched["GX-200"]["match_id"], 10_000),
    ]


async def test_a_return_takes_back_the_latest_delivery_first(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    deal = await submits(buyer)
    order = await accepted_order(
        place, buyer, deal_id=deal["id"], ordered_on=(place.today() - timedelta(days=9)).isoformat()
    )
    await fulfils(place, order, 6, on=place.today())
    await fulfils(place, order, 4, on=place.today() - timedelta(days=5))

    await returns(place, order, 8)

    found = (await buyer.get("/v1/order-matches", deal_id=deal["id"]))["data"]
    assert {each["happened_on"]: each["returned_quantity"] for each in found} == {
        place.today().isoformat(): 6,
        (place.today() - timedelta(days=5)).isoformat(): 2,
    }


async def test_what_a_distributor_takes_into_its_stock_does_not_count_for_a_deal(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    deal = await submits(buyer)
    order = await accepted_order(place, buyer, deal_id=deal["id"], kind="sell_in")

    await fulfils(place, order, 10, 4)

    assert (await consumption(buyer, deal))["consumed"] == []


async def test_what_is_delivered_of_another_family_does_not_count_for_a_deal(tenant: Tenant):
    place = await world(tenant, "cloud", "plus")
    buyer = await place.partner()
    deal = await submits(buyer)
    lines = [{**LINES[0], "product_family": "plus"}, {**LINES[1], "product_family": "cloud"}]
    order = await accepted_order(place, buyer, deal_id=deal["id"], lines=lines)

    await fulfils(place, order, 10, 4)
    await returns(place, order, 5)

    assert (await consumption(buyer, deal))["consumed"] == [(40_000, "EUR")]


async def test_the_family_of_a_line_is_the_one_of_its_sku_in_the_catalogue(tenant: Tenant):
    place = await world(tenant, "cloud", "plus")
    buyer = await place.partner()
    deal = await submits(buyer)
    await sells(place, "GX-100", product_family="plus")
    await sells(place, "GX-200")

    refused = await drafts_order(buyer, lines=[{**LINES[0], "product_family": "cloud"}, LINES[1]])
    order = await submits_order(buyer, deal_id=deal["id"])
    await place.vendor.act(f"/v1/orders/{order['id']}", "accept")
    await fulfils(place, order, 10, 4)

    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [
        ("/lines/0/product_family", "other_family_than_sku")
    ]
    assert [each["product_family"] for each in await lines_of(place, order)] == ["plus", "cloud"]
    assert (await consumption(buyer, deal))["consumed"] == [(40_000, "EUR")]


async def test_what_is_delivered_on_a_deal_that_was_taken_back_does_not_count(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    deal = await submits(buyer)
    order = await accepted_order(place, buyer, deal_id=deal["id"])
    await place.vendor.act(f"/v1/deals/{deal['id']}", "revoke", {"reason": "It was a fraud."})

    await fulfils(place, order, 10, 4)

    assert await events_of(place, "order.matched.v1") == []


async def test_what_was_ordered_in_the_tail_of_a_protection_counts_when_it_is_delivered_later(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    deal = await submits(buyer)
    await tenant.advance(days=100)
    order = await accepted_order(place, buyer, deal_id=deal["id"])
    await tenant.advance(days=60)

    await fulfils(place, order, 10, 4)

    assert (await place.vendor.get(f"/v1/deals/{deal['id']}"))["status"] == "expired"
    assert (await consumption(buyer, deal))["consumed"] == [(65_000, "EUR")]


async def test_a_rival_does_not_learn_how_much_of_a_deal_is_used_up(tenant: Tenant):
    place = await world(tenant)
    deal = await submits(await place.partner())

    assert (await (await place.partner()).get(f"/v1/deals/{deal['id']}/consumption")).status == 404
