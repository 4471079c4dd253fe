"""No way leads past a tender: neither what waited before it, nor what could come back."""

from tests.deals.approvals import LARGE, asked, hires, policy, seen, step
from tests.deals.make import BEYOND_LIMIT, submits, world
from tests.deals.test_tenders import opens
from tests.system import Tenant


async def test_what_was_being_approved_when_the_tender_opened_is_nobodys_to_approve_and_may_be_awarded(tenant: Tenant):
    place = await world(tenant)
    desk = await hires(place, "deal_desk")
    await policy(place, step())
    deal = await submits(await place.partner(), amount=LARGE)
    (task,) = await asked(desk, deal)

    tender = await opens(place)

    taken = await seen(place.vendor, deal)
    assert (deal["status"], taken["status"], taken["tender_id"]) == ("pending_approval", "in_review", tender["id"])
    assert await asked(desk, deal) == []
    assert (await desk.act(f"/v1/approval-tasks/{task['id']}", "approve")).problem == "invalid_transition"
    await place.vendor.act(f"/v1/tenders/{tender['id']}", "close")
    await place.vendor.act(f"/v1/tenders/{tender['id']}", "award", {"deal_id": deal["id"]})
    assert (await seen(place.vendor, deal))["status"] == "approved"


async def test_no_way_back_leads_past_a_tender_and_a_rejection_is_appealed_against_in_it(tenant: Tenant):
    place = await world(tenant)
    loser, late, rejected = [await place.partner() for _ in range(3)]
    expired = await submits(late)
    await tenant.advance(days=46)
    refused = await submits(rejected, amount=BEYOND_LIMIT)
    await place.vendor.act(f"/v1/deals/{refused['id']}", "reject")
    lost = await submits(loser)
    await loser.act(f"/v1/deals/{lost['id']}", "lose", {"reason_code": "no_budget"})
    tender = await opens(place)

    reopened = await loser.act(f"/v1/deals/{lost['id']}", "reopen")
    reinstated = await place.vendor.act(f"/v1/deals/{expired['id']}", "reinstate", {"reason": "They asked."})
    appealed = await rejected.act(f"/v1/deals/{refused['id']}", "appeal", {"reason": "We have met them."})

    assert [each.problem for each in (reopened, reinstated)] == ["decided_by_tender"] * 2
    assert (appealed["status"], appealed["tender_id"]) == ("in_review", tender["id"])
    assert (appealed["decision_due_at"], appealed["decision_trace"][-1]["result"]) == (None, "entered")
    assert (await place.vendor.act(f"/v1/deals/{refused['id']}", "approve")).problem == "decided_by_tender"
    await place.vendor.act(f"/v1/tenders/{tender['id']}", "close")
    await place.vendor.act(f"/v1/tenders/{tender['id']}", "award", {"deal_id": refused["id"]})
    assert (await seen(place.vendor, refused))["status"] == "approved"
