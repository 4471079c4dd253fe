"""Product families, customers and partners as other services know them."""

import asyncio
from typing import Any

from shared.events.catalog.partners import VisibilityChanged
from shared.reach import keep_visibility
from shared.web.peer import call
from tests.deals.make import events_of, submits, world
from tests.system import Tenant


async def asked(tenant: Tenant, path: str, query: str) -> Any:
    """A sister service asks an internal route."""
    system = tenant.system
    token = system.token(aud="internal", kind="internal", sub="service:leads", tenant="system", scope="*:*")
    headers = {"authorization": f"Bearer {token}"}
    return await call(system.apps["deals"], "GET", path, query=f"tenant={tenant.id}&{query}", headers=headers)


async def test_families_draw_an_ordinal_of_their_own_also_when_made_at_once(tenant: Tenant):
    vendor = tenant.vendor()

    made = await asyncio.gather(
        *(vendor.post("/v1/product-families", {"code": f"family-{number}", "name": "x"}) for number in range(8))
    )

    assert sorted(each["ordinal"] for each in made) == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_a_family_code_is_unique_and_never_changes(tenant: Tenant):
    place = await world(tenant)
    family = (await place.vendor.get("/v1/product-families")).json["data"][0]
    path = f"/v1/product-families/{family['id']}"
    seen = await place.vendor.get(path)

    again = await place.vendor.post("/v1/product-families", {"code": "cloud", "name": "Again"})
    recoded = await place.vendor.patch(path, {"code": "other"}, if_match=seen.headers["etag"])
    renamed = await place.vendor.patch(path, {"name": "Clouds"}, if_match=seen.headers["etag"])

    assert again.problem == "already_exists"
    assert recoded.status == 422
    assert (renamed["code"], renamed["name"]) == ("cloud", "Clouds")
    told = await events_of(place, "product_family.state.v1")
    assert [(each["code"], each["name"], each["status"]) for each in told] == [
        ("cloud", "Cloud", "active"),
        ("cloud", "Clouds", "active"),
    ]


async def test_a_retired_family_takes_no_new_deals_until_it_is_restored(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    family = (await place.vendor.get("/v1/product-families")).json["data"][0]
    path = f"/v1/product-families/{family['id']}"

    assert (await place.vendor.act(path, "retire"))["status"] == "retired"
    refused = await seller.post("/v1/deals", {"title": "x", "customer": {"name": "y"}, "product_family": "cloud"})
    assert refused.json["errors"][0]["code"] == "product_family_retired"
    await place.vendor.act(path, "restore")
    assert (await submits(seller))["status"] == "approved"


async def test_partners_read_the_catalogue_and_do_not_write_it(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    family = (await seller.get("/v1/product-families")).json["data"][0]

    assert (await seller.post("/v1/product-families", {"code": "mine", "name": "x"})).problem == "forbidden"
    assert (await seller.act(f"/v1/product-families/{family['id']}", "retire")).problem == "forbidden"


async def test_sister_services_look_up_what_their_projections_have_not_received(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    await submits(seller)
    customer = (await place.vendor.get("/v1/customers")).json["data"][0]

    family = await asked(tenant, "/internal/product-families", "code=cloud")
    known = await asked(tenant, "/internal/customers", f"id={customer['id']}")

    assert family.json()["data"] == {"code": "cloud", "name": "Cloud", "ordinal": 1, "status": "active"}
    assert known.json()["version"] == customer["version"]
    assert set(known.json()["data"]) == {"customer_id", "name", "country", "key_hashes"}
    assert (await asked(tenant, "/internal/product-families", "code=nothing")).status == 404
    assert (await asked(tenant.system.tenant(), "/internal/customers", f"id={customer['id']}")).status == 404


async def test_a_distributor_sees_what_the_last_visibility_it_was_given_says(tenant: Tenant):
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    await submits(seller)
    viewer = f"{distributor.partner_id}/subtree"
    above = tenant.partner(str(distributor.partner_id), scope="deals:read:subtree")

    async def told(version: int, *partners: str | None) -> None:
        event = VisibilityChanged(viewer=viewer, partners={str(partner): "records" for partner in partners})
        await place.delivers(keep_visibility, event, subject=viewer, version=version, at=tenant.now())

    assert (await above.get("/v1/deals")).json["data"] == []
    await told(2, seller.partner_id, distributor.partner_id)
    await told(1)
    assert len((await above.get("/v1/deals")).json["data"]) == 1
    await told(3, distributor.partner_id)
    assert (await above.get("/v1/deals")).json["data"] == []
