"""Activities: what is logged of a deal, who sees it, and what it does for the protection."""

from datetime import timedelta

from tests.deals.make import submits, world
from tests.system import Tenant


async def test_a_shared_activity_keeps_the_protection_from_lapsing_and_an_internal_one_does_not(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    path = f"/v1/deals/{deal['id']}"
    await tenant.advance(days=40)
    met = {"kind": "meeting", "happened_on": place.today().isoformat(), "summary": "Showed them the pilot"}

    hidden = await place.vendor.post(f"{path}/activities", {**met, "visibility": "internal"})
    unmoved = await seller.get(path)
    logged = await seller.post(f"{path}/activities", met)

    assert (hidden.status, logged.status) == (201, 201)
    assert (unmoved["lapses_at"], unmoved["version"]) == (deal["lapses_at"], deal["version"])
    assert (await seller.get(path))["lapses_at"] > deal["lapses_at"]
    await tenant.advance(days=40)
    assert (await seller.get(path))["status"] == "approved"


async def test_a_partner_never_sees_an_internal_activity_nor_that_there_is_one(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)
    path = f"/v1/deals/{deal['id']}/activities"
    call = {"kind": "call", "happened_on": place.today().isoformat()}
    hidden = await place.vendor.post(path, {**call, "visibility": "internal"})
    shared = await place.vendor.post(path, call)

    for listed in ("/v1/deal-activities", path):
        assert [each["id"] for each in (await seller.get(listed))["data"]] == [shared["id"]]
        assert len((await place.vendor.get(listed))["data"]) == 2
    assert (await seller.get(f"/v1/deal-activities/{hidden['id']}")).status == 404
    assert (await rival.get(path)).status == 404
    assert (await seller.get("/v1/deal-activities/count"))["count"] == 1


async def test_what_cannot_be_logged_is_refused_where_it_is_said(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    not_yet = (place.today() + timedelta(days=2)).isoformat()

    refused = await seller.post(
        f"/v1/deals/{deal['id']}/activities", {"kind": "call", "happened_on": not_yet, "visibility": "internal"}
    )

    assert [each["pointer"] for each in refused["errors"]] == ["/happened_on", "/visibility"]
