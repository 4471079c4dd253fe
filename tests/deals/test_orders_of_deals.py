"""What an order is held against of the deal that it is for."""

from tests.deals.make import BEYOND_LIMIT, changes, submits, world
from tests.deals.ordering import LINES, accepted_order, fulfils, submits_order
from tests.deals.selling_out import reports, sold
from tests.system import Tenant


async def test_what_is_ordered_already_is_not_left_of_a_deal_until_it_is_called_off(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    deal = await submits(buyer, amount={"amount": 100_000, "currency": "EUR"})

    first, second = [await submits_order(buyer, deal_id=deal["id"]) for _ in range(2)]
    await place.vendor.act(f"/v1/orders/{first['id']}", "cancel")
    third = await submits_order(buyer, deal_id=deal["id"])

    assert [each["status"] for each in (first, second, third)] == ["validated", "submitted", "validated"]


async def test_an_order_for_another_customer_than_its_deals_goes_to_a_person(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    deal = await submits(buyer)

    own, other = [
        await submits_order(buyer, deal_id=deal["id"], customer=customer, lines=LINES[:1])
        for customer in ({"name": "GLOBEX Corp.", "domain": "www.globex.com"}, {"name": "Umbrella", "country": "US"})
    ]

    assert (own["status"], other["status"]) == ("validated", "submitted")
    assert [each["rule"] for each in other["decision_trace"] if each["reasons"]] == ["same_customer"]


async def test_an_order_for_a_deal_that_nobody_has_approved_yet_goes_to_a_person(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    deal = await submits(buyer, amount=BEYOND_LIMIT)

    order = await submits_order(buyer, deal_id=deal["id"])

    assert (deal["status"], order["status"]) == ("in_review", "submitted")
    assert [each["rule"] for each in order["decision_trace"] if each["reasons"]] == ["deal_is_live"]


async def test_what_is_sold_while_an_approved_deal_is_decided_again_counts_for_it(tenant: Tenant):
    place = await world(tenant)
    buyer, distributor = await place.partner(), await place.partner()
    deal = await submits(buyer)
    order = await accepted_order(place, buyer, deal_id=deal["id"], lines=LINES[:1])
    again = await changes(buyer, f"/v1/deals/{deal['id']}", {"amount": BEYOND_LIMIT})
    order = await fulfils(place, order, 4)
    await reports(place, distributor, sold(place, sku="GX-200"))
    counted = (await buyer.get("/v1/order-matches", deal_id=deal["id"], sort="created_at"))["data"]

    assert again["status"] == "in_review"
    assert [(each["source"], each["quantity"]) for each in counted] == [("fulfilment", 4), ("pos_line", 3)]
    assert (await submits_order(buyer, deal_id=deal["id"], lines=LINES[:1]))["status"] == "validated"
