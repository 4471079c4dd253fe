"""What an order is held against of the deal that it is for."""

from tests.deals.make import submits, world
from tests.deals.ordering import LINES, submits_order
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
