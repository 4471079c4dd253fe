"""Nobody decides in favour of a registration that they have made, changed or submitted, whichever side they are on."""

from datetime import timedelta

from tests.deals.make import BEYOND_LIMIT, GLOBEX, changes, drafts, publishes, submits, terms, world
from tests.system import Client, Response, Tenant

FORBIDDEN = (403, "four_eyes")
LATER = {"expected_close_on": "2032-06-30"}


async def registers(staff: Client, seller: Client, **fields: object) -> Response:
    """Somebody of the vendor registers a deal for a partner."""
    return await submits(staff, partner_id=seller.partner_id, **fields)


def refusal(response: Response) -> tuple[int, str | None]:
    return response.status, response.problem


async def test_the_desk_does_not_approve_what_it_has_registered_itself(tenant: Tenant):
    place = await world(tenant)
    seller, colleague = await place.partner(), tenant.vendor()
    deal = await registers(place.vendor, seller, amount=BEYOND_LIMIT)
    path = f"/v1/deals/{deal['id']}"

    refused = await place.vendor.act(path, "approve")
    approved = await colleague.act(path, "approve")

    assert (deal["status"], "approve" in deal["allowed_actions"], refusal(refused)) == ("in_review", False, FORBIDDEN)
    assert "reject" in deal["allowed_actions"]
    assert approved["status"] == "approved"


async def test_whoever_changed_or_submitted_it_does_not_approve_it_nor_does_the_holder_of_a_key_that_made_it(
    tenant: Tenant,
):
    place = await world(tenant)
    seller, editor = await place.partner(), tenant.vendor()
    key = tenant.vendor(holder=place.vendor.account_id)
    deal = await registers(key, seller, amount=BEYOND_LIMIT)
    path = f"/v1/deals/{deal['id']}"
    await place.vendor.act(path, "return")
    seen = await editor.get(path)
    await editor.patch(path, {"title": "Moving house"}, if_match=seen.headers["etag"])
    await seller.act(path, "submit")

    refused = [await each.act(path, "approve") for each in (key, place.vendor, editor)]
    offered = ["approve" in (await each.get(path))["allowed_actions"] for each in (key, place.vendor, editor)]
    listed = (await editor.get("/v1/deals", id=deal["id"]))["data"][0]["allowed_actions"]

    assert [refusal(each) for each in refused] == [FORBIDDEN] * 3
    assert (offered, "approve" in listed) == ([False] * 3, False)
    assert (await tenant.vendor().act(path, "approve"))["status"] == "approved"


async def test_whoever_changed_it_by_registering_it_a_second_time_does_not_approve_it(tenant: Tenant):
    place = await world(tenant)
    await publishes(place.vendor, duplicates=[{"action": "update"}])
    seller, drafter, submitter = await place.partner(), place.vendor, tenant.vendor()
    deal = await submits(seller, amount=BEYOND_LIMIT)
    path = f"/v1/deals/{deal['id']}"
    await tenant.vendor().act(path, "return")
    second = await drafts(drafter, partner_id=seller.partner_id, title="Theirs", amount=BEYOND_LIMIT)
    taken = await submitter.act(f"/v1/deals/{second['id']}", "submit")

    again = await seller.act(path, "submit")
    refused = [await each.act(path, "approve") for each in (drafter, submitter)]

    assert (taken["duplicate_of"], again["title"], again["status"]) == (deal["id"], "Theirs", "in_review")
    assert [refusal(each) for each in refused] == [FORBIDDEN] * 2
    assert "approve" not in (await drafter.get(path))["allowed_actions"]
    assert (await tenant.vendor().act(path, "approve"))["status"] == "approved"


async def test_whoever_keeps_a_deals_name_in_another_system_has_had_no_hand_in_it(tenant: Tenant):
    place = await world(tenant)
    deal = await submits(await place.partner(), amount=BEYOND_LIMIT)
    path = f"/v1/deals/{deal['id']}"

    named = await changes(place.vendor, path, {"external_references": [{"system": "crm", "type": "deal", "id": "7"}]})

    assert named.status == 200, named.json
    assert (await place.vendor.act(path, "approve"))["status"] == "approved"


async def test_a_case_is_not_decided_by_whoever_had_a_hand_in_one_of_its_registrations(tenant: Tenant):
    place = await world(tenant)
    seller, rival, other = await place.partner(), await place.partner(), tenant.vendor()
    await registers(other, seller)
    await registers(place.vendor, rival)
    (case,) = (await place.vendor.get("/v1/conflict-cases"))["data"]
    path = f"/v1/conflict-cases/{case['id']}"

    for_itself = await place.vendor.act(path, "resolve", {"resolution": "dual"})
    for_the_other = await other.act(path, "resolve", {"resolution": "upheld"})
    by_a_third = await tenant.vendor().act(path, "resolve", {"resolution": "dual"})

    assert "resolve" not in case["allowed_actions"]
    assert [refusal(each) for each in (for_itself, for_the_other)] == [FORBIDDEN] * 2
    assert by_a_third["status"] == "resolved"


async def test_a_tender_is_not_awarded_to_a_deal_by_whoever_registered_it(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    customer = await place.vendor.post("/v1/customers", GLOBEX)
    closes_at = (tenant.now() + timedelta(days=1)).isoformat()
    body = {
        "name": "Data centre",
        "customer_id": customer["id"],
        "product_family": "cloud",
        "closes_at": closes_at,
        "terms": {"discount": "0.1500", "valid_until": "2199-01-01", "conditions": "None."},
    }
    tender = await place.vendor.post("/v1/tenders", body)
    deal = await registers(place.vendor, seller)
    await tenant.advance(days=2)
    path = f"/v1/tenders/{tender['id']}"

    refused = await place.vendor.act(path, "award", {"deal_id": deal["id"]})
    awarded = await tenant.vendor().act(path, "award", {"deal_id": deal["id"]})

    assert refusal(refused) == FORBIDDEN
    assert awarded["status"] == "awarded"


async def test_more_time_is_given_by_somebody_else_than_who_asks_for_it_or_made_the_deal(tenant: Tenant):
    place = await world(tenant)
    seller, colleague = await place.partner(), tenant.vendor()
    await terms(place, extensions_decided_by="person")
    deal = await registers(place.vendor, seller)
    path = f"/v1/deals/{deal['id']}"
    await seller.act(path, "stage", {"stage": "qualified"})

    asked = await place.vendor.act(path, "extend", LATER)
    (request,) = (await place.vendor.get("/v1/protection-extensions", deal_id=deal["id"]))["data"]
    refused = await place.vendor.act(f"/v1/protection-extensions/{request['id']}", "approve")
    given = await colleague.act(f"/v1/protection-extensions/{request['id']}", "approve")

    assert (asked.status, request["status"], "approve" in request["allowed_actions"]) == (200, "asked", False)
    assert refusal(refused) == FORBIDDEN
    assert given["status"] == "granted"


async def test_an_expired_deal_is_brought_back_by_somebody_else_than_who_made_it(tenant: Tenant):
    place = await world(tenant)
    deal = await registers(place.vendor, await place.partner())
    path = f"/v1/deals/{deal['id']}"
    await tenant.advance(days=50)

    seen = await place.vendor.get(path)
    refused = await place.vendor.act(path, "reinstate", {"reason": "They asked"})
    back = await tenant.vendor().act(path, "reinstate", {"reason": "They asked"})

    assert (seen["status"], "reinstate" in seen["allowed_actions"], refusal(refused)) == ("expired", False, FORBIDDEN)
    assert back["status"] == "approved"


async def test_whoever_appeals_for_a_partner_does_not_grant_it(tenant: Tenant):
    place = await world(tenant)
    seller, colleague = await place.partner(), tenant.vendor()
    deal = await submits(seller, amount=BEYOND_LIMIT)
    path = f"/v1/deals/{deal['id']}"
    await place.vendor.act(path, "reject")

    appealed = await place.vendor.act(path, "appeal")

    assert (appealed["status"], "approve" in appealed["allowed_actions"]) == ("in_review", False)
    assert refusal(await place.vendor.act(path, "approve")) == FORBIDDEN
    assert (await colleague.act(path, "approve"))["status"] == "approved"


async def test_a_case_that_comes_back_by_an_appeal_is_not_decided_by_whoever_appealed(tenant: Tenant):
    place = await world(tenant)
    await submits(await place.partner())
    rival, colleague = await place.partner(), tenant.vendor()
    deal = await submits(rival)
    (case,) = (await place.vendor.get("/v1/conflict-cases"))["data"]
    path, decided = f"/v1/conflict-cases/{case['id']}", {"resolution": "dual"}
    await place.vendor.act(path, "resolve", {"resolution": "upheld"})
    await place.vendor.act(f"/v1/deals/{deal['id']}", "reject")
    await place.vendor.act(f"/v1/deals/{deal['id']}", "appeal")

    assert refusal(await place.vendor.act(path, "resolve", decided)) == FORBIDDEN
    assert (await colleague.act(path, "resolve", decided)).status == 200
