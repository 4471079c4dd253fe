"""Orders of accounts that are on hold: no policy accepts them."""

from tests.deals.make import changes, world
from tests.deals.ordering import drafts_order, submits_order
from tests.system import Tenant


async def test_no_policy_accepts_an_order_on_credit_hold(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    draft = await place.vendor.post(
        "/v1/order-policies",
        {"name": "All pass", "accept_when": "true", "rules": [{"code": "any", "when": "true"}]},
    )
    assert (await place.vendor.act(f"/v1/order-policies/{draft['id']}", "publish")).status == 200
    drafted = await drafts_order(buyer)
    path = f"/v1/orders/{drafted['id']}"
    await changes(place.vendor, path, {"credit_hold": True})

    held = await buyer.act(path, "submit")

    assert held["status"] == "validated"
    assert (await place.vendor.act(path, "accept")).problem == "on_credit_hold"
    assert (await submits_order(buyer))["status"] == "accepted"
