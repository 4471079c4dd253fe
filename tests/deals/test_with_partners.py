"""Deals beside the real partners service: nobody waits for an event to arrive, and every order ends the same."""

from datetime import datetime, timedelta

from tests.deals.make import GLOBEX, World, drafts, submits, world
from tests.system import Client, Tenant


async def activates(place: World, name: str = "Globex Resale") -> Client:
    """The vendor makes a partner and activates it; no event has been delivered yet."""
    made = await place.vendor.post("/v1/partners", {"name": name, "country": "DE"})
    assert (await place.vendor.act(f"/v1/partners/{made['id']}", "activate")).status == 200
    return place.tenant.partner(made["id"])


async def test_a_partner_registers_a_deal_before_the_news_of_it_has_arrived(tenant: Tenant):
    place = await world(tenant)
    seller = await activates(place)

    assert (await submits(seller))["status"] == "approved"

    await tenant.system.settle()
    assert (await submits(seller, {**GLOBEX, "domain": "initech.com", "name": "Initech"}))["status"] == "approved"


async def test_a_partner_registers_a_deal_though_only_the_news_of_its_making_has_arrived(tenant: Tenant):
    place = await world(tenant)
    made = await place.vendor.post("/v1/partners", {"name": "Globex Resale", "country": "DE"})
    await tenant.system.settle()
    assert (await place.vendor.act(f"/v1/partners/{made['id']}", "activate")).status == 200

    assert (await submits(tenant.partner(made["id"])))["status"] == "approved"


async def test_a_suspended_partner_registers_nothing_and_its_protection_waits_for_it(tenant: Tenant):
    place = await world(tenant)
    seller = await activates(place)
    deal = await submits(seller)
    await tenant.system.settle()

    await place.vendor.act(f"/v1/partners/{seller.partner_id}", "suspend", {"reason": "Overdue invoices"})
    await tenant.system.settle()
    draft = await drafts(seller, {**GLOBEX, "domain": "initech.com"})
    assert (await seller.act(f"/v1/deals/{draft['id']}", "submit")).problem == "partner_not_active"
    await tenant.advance(days=120)
    await place.vendor.act(f"/v1/partners/{seller.partner_id}", "reinstate", {"reason": "Paid"})
    await tenant.system.settle()

    back = await seller.get(f"/v1/deals/{deal['id']}")
    longer = datetime.fromisoformat(back["protected_until"]) - datetime.fromisoformat(deal["protected_until"])
    assert back["status"] == "approved"
    assert timedelta(days=120) <= longer < timedelta(days=120, minutes=5)


async def test_reading_the_partners_log_again_from_its_beginning_changes_nothing(tenant: Tenant):
    place = await world(tenant)
    seller = await activates(place)
    deal = await submits(seller)
    await tenant.system.settle()
    before = await place.vendor.get(f"/v1/deals/{deal['id']}")

    consumer = tenant.system.apps["deals"].state.background.consumers["partners"]
    await consumer.restart()
    await tenant.system.settle()

    assert (await place.vendor.get(f"/v1/deals/{deal['id']}")).body == before.body
