"""A seller changes what is its own, reads what is the partner's, and asks for nothing by what it is not shown."""

from tests.deals.make import drafts, submits, world
from tests.system import Tenant

SELLER = "deals:read deals:write:own"


async def test_a_seller_reads_a_colleagues_deal_and_cannot_change_it(tenant: Tenant) -> None:
    place = await world(tenant)
    partner_id = (await place.partner()).partner_id
    first, second = tenant.partner(partner_id, SELLER), tenant.partner(partner_id, SELLER)
    deal = await drafts(first)

    seen = await second.get(f"/v1/deals/{deal['id']}")
    refused = await second.act(f"/v1/deals/{deal['id']}", "submit")

    assert (seen.status, seen["allowed_actions"], seen["editable_fields"]) == (200, [], [])
    assert (refused.status, refused.problem) == (403, "not_yours")
    assert "submit" in (await first.get(f"/v1/deals/{deal['id']}"))["allowed_actions"]
    assert (await first.act(f"/v1/deals/{deal['id']}", "submit")).status == 200


async def test_a_permission_to_read_ones_own_lists_only_those(tenant: Tenant) -> None:
    place = await world(tenant)
    partner_id = (await place.partner()).partner_id
    own = "deals:read:own deals:write:own"
    first, second = tenant.partner(partner_id, own), tenant.partner(partner_id, own)
    deal = await drafts(first)

    assert [each["id"] for each in (await first.get("/v1/deals"))["data"]] == [deal["id"]]
    assert (await second.get("/v1/deals"))["data"] == []
    assert (await second.get(f"/v1/deals/{deal['id']}")).problem == "not_found"


async def test_the_vendor_finds_what_is_registered_of_a_customer_and_a_partner_that_asks_by_it_finds_nothing(
    tenant: Tenant,
):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    await submits(seller, {"name": "Hooli", "domain": "hooli.example"})
    customer = (await place.vendor.get(f"/v1/deals/{deal['id']}"))["customer_id"]

    for noun in ("deals", "protection-claims"):
        found = await place.vendor.get(f"/v1/{noun}", customer_id=customer)
        asked = await seller.get(f"/v1/{noun}", customer_id=customer)
        assert [each.get("deal_id", each["id"]) for each in found["data"]] == [deal["id"]]
        counted = await seller.get(f"/v1/{noun}/count", customer_id=customer)
        assert (asked["data"], asked["has_more"], counted["count"]) == ([], False, 0)
