"""What is told of a deal that is drafted or edited: that it was, which of its members, and to whom."""

from tests.deals.make import BEYOND_LIMIT, changes, drafts, events_of, world
from tests.extensions.make import defines
from tests.system import Client, Tenant


async def heard(caller: Client) -> list[list[str]]:
    """Which members of deals somebody hears of that they have changed, oldest first."""
    await caller.system.settle()
    told = await caller.get("/v1/events", limit=200)
    assert told.status == 200, told.json
    return [each["data"]["fields"] for each in told["data"] if each["type"] == "deal.updated.v1"]


async def test_a_draft_and_what_changes_of_it_is_told_by_the_names_of_its_members(tenant: Tenant) -> None:
    place = await world(tenant)
    seller = await place.partner()
    deal = await drafts(seller)
    path = f"/v1/deals/{deal['id']}"

    await changes(seller, path, {"title": "Another", "amount": BEYOND_LIMIT, "next_step": None})
    await changes(seller, path, {"title": "Another"})
    await changes(seller, path, {"customer": {"email": "anna@globex.com"}, "territories": ["DE"]})

    assert await events_of(place, "deal.created.v1") == [
        {
            "deal_id": deal["id"],
            "partner_id": seller.partner_id,
            "product_family": "cloud",
            "lead_id": None,
            "status": "draft",
        }
    ]
    assert await heard(seller) == await heard(place.vendor) == [["amount", "title"], ["customer", "territories"]]
    assert await heard(await place.partner()) == []


async def test_of_what_the_vendor_keeps_to_itself_no_partner_hears(tenant: Tenant) -> None:
    place = await world(tenant)
    seller = await place.partner()
    await defines(place.vendor, "margin")
    deal = await drafts(seller)

    changed = await changes(
        place.vendor, f"/v1/deals/{deal['id']}", {"custom_fields": {"margin": "12"}, "next_step": "Call them."}
    )

    assert changed.status == 200, changed.json
    assert await heard(seller) == [["next_step"]]
    assert await heard(place.vendor) == [["next_step"], ["custom_fields"]]
