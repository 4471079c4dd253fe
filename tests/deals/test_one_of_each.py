"""A partner has one live registration of a customer and product family, whichever way one of them comes back."""

import pytest

from tests.deals.make import BEYOND_LIMIT, World, changes, publishes, submits, world
from tests.deals.test_duplicates import REVIEW
from tests.deals.test_transfers import consents, opens, successor
from tests.system import Client, Response, Tenant


async def _ends(place: World, seller: Client, end: str) -> Response:
    """A deal of the partner, brought to an end that it can come back from."""
    if end == "rejected":
        asked = await submits(seller, amount=BEYOND_LIMIT)
        return await place.vendor.act(f"/v1/deals/{asked['id']}", "reject")
    deal = await submits(seller)
    if end == "lost":
        return await seller.act(f"/v1/deals/{deal['id']}", "lose", {"reason_code": "price"})
    await publishes(place.vendor, cool_off_days=0)
    await place.tenant.advance(days=46)
    return await place.vendor.get(f"/v1/deals/{deal['id']}")


@pytest.mark.parametrize(("end", "back"), [("rejected", "appeal"), ("lost", "reopen"), ("expired", "reinstate")])
async def test_no_deal_comes_back_beside_another_of_its_partners(tenant: Tenant, end: str, back: str):
    place = await world(tenant)
    seller = await place.partner()
    ended = await _ends(place, seller, end)
    other = await submits(seller, amount={**BEYOND_LIMIT, "amount": BEYOND_LIMIT["amount"] + 1})
    caller, why = (place.vendor, {"reason": "Once more"}) if back == "reinstate" else (seller, None)
    path = f"/v1/deals/{ended['id']}"

    refused = await caller.act(path, back, why)
    await seller.act(f"/v1/deals/{other['id']}", "withdraw")
    again = await caller.act(path, back, why)

    assert (ended["status"], other["status"]) == (end, "in_review")
    assert (refused.problem, refused["link"]) == ("duplicate_registration", f"/v1/deals/{other['id']}")
    assert again["status"] == ("in_review" if back == "appeal" else "approved")


async def test_an_appeal_beside_another_is_for_the_person_who_decides_it_where_the_policy_says_so(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    rejected = await _ends(place, seller, "rejected")
    await submits(seller)
    await publishes(place.vendor, duplicates=REVIEW)

    assert (await seller.act(f"/v1/deals/{rejected['id']}", "appeal"))["status"] == "in_review"


async def test_what_the_new_partner_has_of_a_customer_that_looks_the_same_is_withdrawn_or_keeps_it_out(tenant: Tenant):
    place = await world(tenant)
    old, asks, has = [await place.partner() for _ in range(3)]
    deal = await submits(old, {"name": "Aldermoor Gépgyár Kft.", "country": "HU"})
    alike = {"name": "Aldermoor Gepgyar", "country": "HU", "domain": "aldermoor-gepgyar.hu"}
    asked, shared = await submits(asks, alike), await submits(has, {**alike, "domain": "aldermoor.hu"})
    for case in (await place.vendor.get("/v1/conflict-cases"))["data"]:
        if case["deal_id"] == shared["id"]:
            await place.vendor.act(f"/v1/conflict-cases/{case['id']}", "resolve", {"resolution": "dual"})
    await place.vendor.act(f"/v1/deals/{shared['id']}", "approve")

    refused = await opens(place, deal, has, override_reason="The customer has decided")
    moved = await opens(place, deal, asks, override_reason="The customer has decided")

    assert (asked["status"], refused.problem) == ("in_review", "duplicate_registration")
    assert moved["status"] == "transferred"
    withdrawn = await asks.get(f"/v1/deals/{asked['id']}")
    now = await successor(place, deal)
    assert (withdrawn["status"], withdrawn["duplicate_of"], now["status"]) == ("withdrawn", now["id"], "approved")


async def test_who_gets_a_registration_gives_up_what_it_has_asked_for_of_the_same(tenant: Tenant):
    place = await world(tenant)
    old, new = await place.partner(), await place.partner()
    deal = await submits(old)
    asked = await submits(new)

    await opens(place, deal, new)
    await consents(old, new)
    await tenant.system.settle()

    given_up = await place.vendor.get(f"/v1/deals/{asked['id']}")
    now = await successor(place, deal)
    assert (asked["status"], given_up["status"], given_up["duplicate_of"]) == ("in_review", "withdrawn", now["id"])
    assert now["status"] == "approved"
    cases = (await place.vendor.get("/v1/conflict-cases"))["data"]
    assert [(each["status"], each["resolution"]) for each in cases] == [("closed", "superseded")]


async def test_nobody_gets_a_registration_of_a_customer_that_it_has_been_approved_for(tenant: Tenant):
    place = await world(tenant)
    old, new = await place.partner(), await place.partner()
    deal = await submits(old)
    beside = await submits(new)
    (case,) = (await place.vendor.get("/v1/conflict-cases"))["data"]
    await place.vendor.act(f"/v1/conflict-cases/{case['id']}", "resolve", {"resolution": "dual"})
    approved = await place.vendor.act(f"/v1/deals/{beside['id']}", "approve")

    asked = await opens(place, deal, new)
    alone = await opens(place, deal, new, override_reason="The customer has decided")
    decided_again = await changes(new, f"/v1/deals/{beside['id']}", {"amount": BEYOND_LIMIT})
    meanwhile = await opens(place, deal, new, override_reason="The customer has decided")

    assert (approved["status"], decided_again["status"]) == ("approved", "in_review")
    assert [(each.status, each.problem) for each in (asked, alone, meanwhile)] == [(409, "duplicate_registration")] * 3
