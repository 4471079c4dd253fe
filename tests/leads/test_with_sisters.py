"""Leads beside the services it depends on: nothing fails because an event has not arrived yet."""

from tests.leads import make
from tests.system import Client, Tenant


async def vendors_world(vendor: Client) -> str:
    """A product family and an active partner, made at their owners a moment ago; returns the partner's id."""
    family = await vendor.post("/v1/product-families", {"code": make.FAMILY, "name": "Pumps"})
    assert family.status == 201, family.json
    partner = await vendor.post("/v1/partners", {"name": "Acme", "country": "HU"})
    assert partner.status == 201, partner.json
    if partner["status"] != "active":
        await vendor.act(f"/v1/partners/{partner['id']}", "activate")
    return str(partner["id"])


async def test_a_partner_made_a_moment_ago_gets_a_lead_and_the_deal_is_there_when_it_is_answered(
    tenant: Tenant,
) -> None:
    vendor = tenant.vendor()
    partner_id = await vendors_world(vendor)
    seller = tenant.partner(partner_id)

    path = await make.lead(vendor, amount={"amount": 4_000_00, "currency": "EUR"})
    offered = await vendor.act(path, "offer", {"partner_id": partner_id})
    await seller.act(path, "accept")
    converted = await seller.act(path, "convert", {"title": "Pumps"})

    assert offered["partner_id"] == partner_id
    assert (converted.status, converted["status"]) == (200, "converted")
    deal = await seller.get(f"/v1/deals/{converted['deal_id']}")
    assert (deal.status, deal["title"], deal["partner_id"]) == (200, "Pumps", partner_id)
    await tenant.system.settle()
    assert len((await vendor.get("/v1/deals"))["data"]) == 1


async def test_a_lead_is_routed_to_a_partner_its_owner_has_told_of_and_comes_back_with_its_suspension(
    tenant: Tenant,
) -> None:
    vendor = tenant.vendor()
    partner_id = await vendors_world(vendor)
    await tenant.system.settle()
    path, routed = await make.routed(vendor)

    await vendor.act(f"/v1/partners/{partner_id}", "suspend", {"reason": "audit"})
    await tenant.system.settle()

    assert routed["partner_id"] == partner_id
    lead = await vendor.get(path)
    assert (lead["status"], lead["reason"], lead["partner_id"]) == ("unroutable", "no_candidate", None)
    assert (await tenant.partner(partner_id).get("/v1/offers"))["data"][0]["status"] == "recalled"


async def test_a_conversion_that_deals_missed_arrives_by_the_feed(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    partner_id = await vendors_world(vendor)
    seller = tenant.partner(partner_id)
    path = await make.lead(vendor)
    await vendor.act(path, "offer", {"partner_id": partner_id})
    await seller.act(path, "accept")
    database = tenant.system.apps["leads"].state.database
    reachable = database.peers
    database.peers = {**reachable, "deals": make.unreachable()}

    converted = await seller.act(path, "convert", {})
    database.peers = reachable
    await tenant.system.settle()

    operation = await seller.get(converted.headers["location"])
    assert converted.status == 202
    assert (operation["status"], operation["result"]["id"]) == ("succeeded", converted["deal_id"])
    assert (await seller.get(operation["result"]["href"])).status == 200
    assert (await vendor.get(converted.headers["location"])).status == 200
    assert (await tenant.partner("ptr_another").get(converted.headers["location"])).status == 404
