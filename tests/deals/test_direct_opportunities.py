"""What the vendor sells itself stands in the way of registrations, and is never named to partners."""

from typing import Any

from tests.deals.make import GLOBEX, World, submits, world
from tests.system import Response, Tenant

_ASKED = {"customer": {"name": "Globex", "domain": "globex.com", "country": "US"}, "product_family": "cloud"}
_REFERENCE = "/v1/direct-opportunities/by-external-reference/crm/opportunity/006-42"


async def _sells(place: World, **more: Any) -> Response:
    body = {"title": "Datacentre of Globex", "customer": GLOBEX, "product_family": "cloud", **more}
    return await place.vendor.post("/v1/direct-opportunities", body)


async def test_a_registration_that_meets_the_vendor_goes_to_a_person_with_a_case(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    opportunity = await _sells(place)

    deal = await submits(seller)

    assert (deal["status"], deal["conflict_class"]) == ("in_review", "probable")
    (case,) = (await place.vendor.get("/v1/conflict-cases", deal_id=deal["id"])).json["data"]
    (finding,) = case["findings"]
    assert (finding["source"], finding["direct_opportunity_id"]) == ("direct_opportunity", opportunity["id"])
    own = (await seller.get(f"/v1/conflict-cases/{case['id']}")).json
    assert (own["findings"], "vendor_direct" in own["reasons"]) == ([], True)


async def test_a_partner_learns_that_the_vendor_is_there_and_nothing_else(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    opportunity = await _sells(place)

    checked = await seller.post("/v1/conflict-checks", _ASKED)

    assert (checked["class"], "vendor_direct" in checked["reasons"]) == ("probable", True)
    assert opportunity["id"].encode() not in checked.body and b"Datacentre" not in checked.body
    assert (await seller.get(f"/v1/direct-opportunities/{opportunity['id']}")).status == 404
    assert (await seller.get("/v1/direct-opportunities"))["data"] == []


async def test_only_an_open_one_for_the_same_products_and_countries_is_in_the_way(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    seller = await place.partner()
    made = await _sells(place, territories=["US"])
    path = f"/v1/direct-opportunities/{made['id']}"

    others = await seller.post("/v1/conflict-checks", _ASKED | {"product_family": "storage"})
    closed = await place.vendor.act(path, "close")
    free = await seller.post("/v1/conflict-checks", _ASKED)
    reopened = await place.vendor.act(path, "reopen")

    assert (others["class"], others["reasons"]) == ("none", [])
    assert (closed["status"], free["class"], free["reasons"]) == ("closed", "none", [])
    assert (reopened["status"], reopened["ended_at"]) == ("open", None)
    assert (await seller.post("/v1/conflict-checks", _ASKED))["class"] == "probable"


async def test_a_crm_says_the_same_twice_and_then_something_else(tenant: Tenant):
    place = await world(tenant)
    body = {"title": "Datacentre", "customer": GLOBEX, "product_family": "cloud", "opened_on": "2026-01-02"}
    body |= {"territories": ["US", "CA"]}

    first = await place.vendor.request("PUT", _REFERENCE, body)
    again = await place.vendor.request("PUT", _REFERENCE, body)
    changed = await place.vendor.request("PUT", _REFERENCE, body | {"title": "Two datacentres"})

    assert [each.status for each in (first, again, changed)] == [201, 200, 200]
    assert (again["version"], changed["version"], changed["title"]) == (1, 2, "Two datacentres")
    assert changed["external_reference"] == {"system": "crm", "type": "opportunity", "id": "006-42"}


async def test_it_goes_along_with_a_customer_that_is_merged(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    made = await _sells(place)
    other = await place.vendor.post(
        "/v1/customers", {"name": "Umbra Holding", "domain": "umbra.example", "country": "US"}
    )

    merged = await place.vendor.act(f"/v1/customers/{other['id']}", "merge", {"customer_id": made["customer_id"]})
    found = await place.vendor.get("/v1/direct-opportunities", customer_id=other["id"])

    assert (merged.status, [each["id"] for each in found["data"]]) == (200, [made["id"]])
    assert (await seller.post("/v1/conflict-checks", _ASKED))["class"] == "probable"


async def test_a_country_that_does_not_exist_is_refused(tenant: Tenant):
    place = await world(tenant)

    answer = await _sells(place, territories=["US", "ZZ"])

    assert (answer.problem, answer.json["errors"][0]["pointer"]) == ("invalid", "/territories/1")
