"""What comes back is looked at as a submission is: rivals that have come meanwhile, and the partner's own other registrations."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.deals.make import BEYOND_LIMIT, World, changes, drafts, events_of, publishes, submits, world
from tests.deals.test_conflict_cases import claims_of, contested
from tests.deals.test_duplicates import REVIEW
from tests.system import Client, Response, Tenant

KNOWN = {"name": "Aldermoor Gépgyár Kft.", "country": "HU"}
ALIKE = {"name": "Aldermoor Gepgyar", "country": "HU", "domain": "aldermoor-gepgyar.hu"}
WAYS = [("rejected", "appeal"), ("lost", "reopen"), ("expired", "reinstate")]


async def _ends(place: World, seller: Client, end: str) -> Response:
    """A deal of the partner, brought to an end that it can come back from."""
    if end == "rejected":
        asked = await submits(seller, KNOWN, amount=BEYOND_LIMIT)
        return await place.vendor.act(f"/v1/deals/{asked['id']}", "reject")
    deal = await submits(seller, KNOWN)
    if end == "lost":
        return await seller.act(f"/v1/deals/{deal['id']}", "lose", {"reason_code": "price"})
    await publishes(place.vendor, cool_off_days=0)
    await place.tenant.advance(days=46)
    return await place.vendor.get(f"/v1/deals/{deal['id']}")


async def _comes_back(place: World, seller: Client, deal: Response, way: str) -> Response:
    caller, why = (place.vendor, {"reason": "Once more"}) if way == "reinstate" else (seller, None)
    return await caller.act(f"/v1/deals/{deal['id']}", way, why)


async def _cases(place: World) -> list[tuple[str, str, list[str]]]:
    page = await place.vendor.get("/v1/conflict-cases", sort="created_at")
    return [(each["deal_id"], each["class"], [found["deal_id"] for found in each["findings"]]) for each in page["data"]]


@pytest.mark.parametrize(("end", "way"), WAYS)
async def test_what_comes_back_beside_a_rivals_registration_of_a_customer_like_it_gets_a_case(
    tenant: Tenant, end: str, way: str
):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    ended = await _ends(place, seller, end)
    taken = await submits(rival, ALIKE)

    back = await _comes_back(place, seller, ended, way)

    assert (ended["status"], taken["status"], taken["conflict_class"]) == (end, "approved", "none")
    until = ended["protected_until"] if end == "expired" else None
    assert (back["status"], back["conflict_class"], back["protected_until"]) == ("in_review", "probable", until)
    assert await _cases(place) == [(ended["id"], "probable", [taken["id"]])]
    claims = await claims_of(place)
    assert [claims[each["id"]]["status"] for each in (ended, taken)] == ["pending", "active"]
    assert (await place.vendor.get(f"/v1/deals/{ended['id']}"))["decision_due_at"] is not None


@pytest.mark.parametrize(("end", "way"), WAYS[1:])
async def test_nothing_comes_back_to_a_customer_that_is_certainly_a_rivals(tenant: Tenant, end: str, way: str):
    place = await world(tenant)
    certain = {"possible": 50, "probable": 60, "certain": 65}
    policy = await place.vendor.post("/v1/conflict-policies", {"name": "Sure", "thresholds": certain})
    await place.vendor.act(f"/v1/conflict-policies/{policy['id']}", "publish")
    seller, rival = await place.partner(), await place.partner()
    ended = await _ends(place, seller, end)
    taken = await submits(rival, ALIKE)

    refused = await _comes_back(place, seller, ended, way)
    await rival.act(f"/v1/deals/{taken['id']}", "lose")
    free = await _comes_back(place, seller, ended, way)

    assert taken["status"] == "approved"
    assert (refused.status, refused.problem) == (409, "customer_already_protected")
    assert free["status"] == "approved"


@pytest.mark.parametrize(("end", "way"), WAYS)
async def test_nothing_comes_back_beside_another_of_its_partner_for_a_customer_like_it(
    tenant: Tenant, end: str, way: str
):
    place = await world(tenant)
    seller = await place.partner()
    ended = await _ends(place, seller, end)
    other = await submits(seller, ALIKE, amount={"amount": 70_000, "currency": "EUR"})

    refused = await _comes_back(place, seller, ended, way)
    await publishes(place.vendor, duplicates=REVIEW, cool_off_days=0)
    left_to_a_person = await _comes_back(place, seller, ended, way)

    assert other["status"] == "approved"
    assert (refused.problem, refused["link"]) == ("duplicate_registration", f"/v1/deals/{other['id']}")
    if way == "reopen":
        assert left_to_a_person.problem == "duplicate_registration"
    else:
        assert left_to_a_person["status"] == ("in_review" if way == "appeal" else "approved")


@pytest.mark.parametrize(
    ("since", "customer", "why"),
    [
        ("revoke", KNOWN, ("registration_policy", ["revoked_before"])),
        ("reject", KNOWN, ("registration_policy", ["rejected_before"])),
        ("revoke", ALIKE, ("registration_policy", ["revoked_before"])),
        ("name", KNOWN, ("decided_by_a_person", ["named_account"])),
    ],
)
async def test_what_the_vendor_has_said_since_brings_a_lost_deal_before_the_desk(
    tenant: Tenant, since: str, customer: dict[str, Any], why: tuple[str, list[str]]
):
    place = await world(tenant)
    seller = await place.partner()
    lost = await _ends(place, seller, "lost")
    path = f"/v1/deals/{lost['id']}"
    if since == "name":
        named = (await place.vendor.get(path))["customer_id"]
        await changes(place.vendor, f"/v1/customers/{named}", {"named_account": True})
    else:
        other = await submits(seller, customer, **({"amount": BEYOND_LIMIT} if since == "reject" else {}))
        await place.vendor.act(f"/v1/deals/{other['id']}", since, {"reason": "They do not sell there."})

    back = await seller.act(path, "reopen")
    trace = (await place.vendor.get(path))["decision_trace"]
    approved = await place.vendor.act(path, "approve")

    assert (back["status"], back["protected_until"]) == ("in_review", None)
    assert why in [(each["rule"], each["reasons"]) for each in trace]
    assert approved["status"] == "approved"
    await seller.act(path, "lose", {"reason_code": "price"})
    assert (await seller.act(path, "reopen"))["status"] == "approved"


async def test_a_lost_deal_that_a_person_lets_back_is_protected_again_and_who_reopened_it_does_not_decide(
    tenant: Tenant,
):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    lost = await _ends(place, seller, "lost")
    await submits(rival, ALIKE)
    path = f"/v1/deals/{lost['id']}"

    back = await place.vendor.act(path, "reopen")
    (case,) = (await place.vendor.get("/v1/conflict-cases"))["data"]
    refused = await place.vendor.act(path, "approve")
    await tenant.vendor().act(f"/v1/conflict-cases/{case['id']}", "resolve", {"resolution": "rejected_match"})
    approved = await tenant.vendor().act(path, "approve")

    assert (back["status"], back["lost_at"], back["lost_reason_code"], back["protected_from"]) == (
        *("in_review", None, None, None),
    )
    assert refused.status in (403, 409)
    assert (approved["status"], approved["conflict_class"]) == ("approved", "probable")
    assert datetime.fromisoformat(approved["protected_until"]) > tenant.now() + timedelta(days=80)
    assert len(await events_of(place, "deal.reopened.v1")) == 1


async def test_whom_a_person_has_decided_about_stands_in_nobodys_way(tenant: Tenant):
    place = await world(tenant)
    _, rival, _, second, path = await contested(place)
    await place.vendor.act(path, "resolve", {"resolution": "dual"})
    await place.vendor.act(f"/v1/deals/{second['id']}", "approve")

    await rival.act(f"/v1/deals/{second['id']}", "lose")
    back = await rival.act(f"/v1/deals/{second['id']}", "reopen")

    assert (back["status"], (await claims_of(place))[second["id"]]["exclusive"]) == ("approved", False)


async def test_an_appeal_of_a_case_is_also_about_who_has_come_since(tenant: Tenant):
    place = await world(tenant)
    seller, rival, third = await place.partner(), await place.partner(), await place.partner()
    first = await submits(seller, KNOWN)
    second = await submits(rival, KNOWN)
    (case,) = (await place.vendor.get("/v1/conflict-cases"))["data"]
    path = f"/v1/conflict-cases/{case['id']}"
    await place.vendor.act(path, "resolve", {"resolution": "upheld"})
    await seller.act(f"/v1/deals/{first['id']}", "lose")
    since = await submits(third, ALIKE)

    appealed = await rival.act(path, "appeal", {"reason": "It is free now."})

    assert (since["status"], appealed["status"]) == ("approved", "appealed")
    ((deal_id, _, met),) = await _cases(place)
    assert (deal_id, set(met)) == (second["id"], {first["id"], since["id"]})


async def test_a_deal_that_comes_back_and_one_like_it_that_is_submitted_at_once_meet(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()

    for name in ("Aldermoor", "Birkenwald", "Czerny", "Dovecote"):
        known: dict[str, Any] = {"name": f"{name} Maschinenbau GmbH", "country": "DE"}
        deal = await submits(seller, known)
        path = f"/v1/deals/{deal['id']}"
        await seller.act(path, "lose")
        wanted = await drafts(rival, {**known, "name": f"{name} Maschinenbau", "domain": f"{name.lower()}.example"})
        answers = await asyncio.gather(seller.act(path, "reopen"), rival.act(f"/v1/deals/{wanted['id']}", "submit"))
        assert sorted(each["status"] for each in answers) == ["approved", "in_review"], name
