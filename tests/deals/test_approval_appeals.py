"""What each side may do in each state before a decision, and against a rejection."""

from datetime import datetime

import pytest

from tests.deals.approvals import asked, hires, policy, seen, step
from tests.deals.make import BEYOND_LIMIT, GLOBEX, drafts, events_of, submits, world
from tests.deals.test_conflict_cases import contested
from tests.system import Response, Tenant


def until(deal: Response) -> datetime:
    return datetime.fromisoformat(deal["protected_until"])


async def test_a_rejection_is_appealed_against_once_within_ten_days(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller, amount=BEYOND_LIMIT)
    path = f"/v1/deals/{deal['id']}"
    rejected = await place.vendor.act(path, "reject")

    await tenant.advance(days=9)
    appealed = await seller.act(path, "appeal", {"reason": "Look again."})
    again = await place.vendor.act(path, "reject")
    twice = await seller.act(path, "appeal")

    assert "appeal" in (await seen(seller, deal))["allowed_actions"] or again["allowed_actions"] == ["assign"]
    assert "appeal" in rejected["allowed_actions"]
    assert (appealed["status"], appealed["priority_no"], appealed["appealed_at"] is not None) == (
        "in_review",
        deal["priority_no"],
        True,
    )
    assert again["status"] == "rejected"
    assert (twice.status, twice.problem) == (409, "appealed_already")
    assert (appealed["appeal_reason"], (await place.vendor.get(path))["appeal_reason"]) == (
        "Look again.",
        "Look again.",
    )
    assert [each["reason"] for each in await events_of(place, "deal.registration.appealed.v1")] == ["Look again."]


async def test_an_appeal_comes_too_late_after_ten_days(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller, amount=BEYOND_LIMIT)
    await place.vendor.act(f"/v1/deals/{deal['id']}", "reject")

    await tenant.advance(days=10, minutes=1)

    assert (await seller.act(f"/v1/deals/{deal['id']}", "appeal")).problem == "appeal_too_late"


async def test_an_appeal_that_is_granted_protects(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller, amount=BEYOND_LIMIT)
    path = f"/v1/deals/{deal['id']}"
    await place.vendor.act(path, "reject")
    await seller.act(path, "appeal")

    approved = await place.vendor.act(path, "approve")

    assert (approved["status"], approved["protected_until"] is not None) == ("approved", True)
    assert until(approved) > tenant.now()


@pytest.mark.parametrize("state", ["in_review", "pending_approval", "returned"])
async def test_a_registration_is_withdrawn_from_every_state_before_its_decision(tenant: Tenant, state: str):
    place = await world(tenant)
    await hires(place, "deal_desk")
    if state == "pending_approval":
        await policy(place, step())
    seller = await place.partner()
    deal = await submits(seller, amount=BEYOND_LIMIT)
    if state == "returned":
        await place.vendor.act(f"/v1/deals/{deal['id']}", "return")
    assert (await seen(seller, deal))["status"] == state

    withdrawn = await seller.act(f"/v1/deals/{deal['id']}", "withdraw")

    assert (withdrawn["status"], withdrawn["allowed_actions"]) == ("withdrawn", [])
    assert await asked(place.vendor, deal) == []
    assert (await submits(await place.partner(), GLOBEX))["conflict_class"] == "none"


async def test_each_side_is_offered_what_it_may_do_in_each_state(tenant: Tenant):
    place = await world(tenant)
    await hires(place, "deal_desk")
    seller = await place.partner()
    facts = ["title", "customer", "product_family", "amount", "expected_close_on", "next_step"]
    draft = await drafts(seller, amount=BEYOND_LIMIT)
    reviewed = await seller.act(f"/v1/deals/{draft['id']}", "submit")
    at_desk = await seen(place.vendor, draft)
    rejected = await place.vendor.act(f"/v1/deals/{draft['id']}", "reject")

    assert (draft["allowed_actions"], draft["editable_fields"]) == (
        ["submit", "assign"],
        ["territories", *facts, "metadata", "custom_fields", "external_references"],
    )
    assert (reviewed["allowed_actions"], reviewed["editable_fields"]) == (
        ["withdraw", "assign"],
        ["external_references"],
    )
    assert at_desk["allowed_actions"] == ["withdraw", "return", "approve", "reject", "assign"]
    assert rejected["allowed_actions"] == ["appeal", "assign"]


async def test_an_appeal_against_the_rejection_opens_the_case_again(tenant: Tenant):
    place = await world(tenant)
    _, rival, first, second, path = await contested(place)
    await place.vendor.act(path, "resolve", {"resolution": "upheld"})
    await place.vendor.act(f"/v1/deals/{second['id']}", "reject")
    await place.vendor.act(f"/v1/deals/{first['id']}", "revoke", {"reason": "They gave it up"})

    await rival.act(f"/v1/deals/{second['id']}", "appeal", {"reason": "It is free now."})
    case = await rival.get(path)
    again = await place.vendor.act(path, "resolve", {"resolution": "rejected_match", "identity": "same"})
    approved = await place.vendor.act(f"/v1/deals/{second['id']}", "approve")

    assert (case["status"], case["appeal_reason"]) == ("appealed", "It is free now.")
    assert (again["status"], again["previous_resolution"]) == ("closed", "upheld")
    assert approved["status"] == "approved"
    assert len(await events_of(place, "deal.conflict.appealed.v1")) == 1
