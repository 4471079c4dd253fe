"""Who is asked to approve a deal, who may answer, and what becomes of two answers."""

import asyncio

from tests.deals.approvals import LARGE, answers, asked, hires, policy, seen, step
from tests.deals.make import GLOBEX, events_of, submits, world
from tests.partners.make import assigned
from tests.system import Tenant


async def test_one_of_a_role_answers_for_it_and_the_others_need_not_any_more(tenant: Tenant):
    place = await world(tenant)
    first, second = await hires(place, "deal_desk"), await hires(place, "deal_desk")
    await policy(place, step())
    deal = await submits(await place.partner(), amount=LARGE)

    assert len(await asked(place.vendor, deal)) == 2
    await answers(first, deal, "reject", {"reason": "No."})

    rest = (await place.vendor.get("/v1/approval-tasks", account_id=second.account_id))["data"]
    assert [each["status"] for each in rest] == ["superseded"]
    late = await second.act(f"/v1/approval-tasks/{rest[0]['id']}", "approve")
    assert (late.status, late.problem) == (409, "invalid_transition")
    rejected = await seen(place.vendor, deal)
    assert (rejected["status"], rejected["decision_reason"]) == ("rejected", "No.")


async def test_who_wears_two_hats_answers_once(tenant: Tenant):
    place = await world(tenant)
    both = await hires(place, "deal_desk", "finance_approver")
    finance = await hires(place, "finance_approver")
    await policy(place, step("both", "finance_approver", "deal_desk"))
    deal = await submits(await place.partner(), amount=LARGE)

    assert len(await asked(both, deal, account_id=both.account_id)) == 1
    await answers(both, deal)

    assert await asked(both, deal, account_id=both.account_id) == []
    assert (await seen(place.vendor, deal))["status"] == "pending_approval"
    await answers(finance, deal)
    assert (await seen(place.vendor, deal))["status"] == "approved"


async def test_two_who_answer_at_once_decide_once(tenant: Tenant):
    place = await world(tenant)
    first, second = await hires(place, "deal_desk"), await hires(place, "deal_desk")
    await policy(place, step())
    deal = await submits(await place.partner(), amount=LARGE)
    tasks = {each["account_id"]: each["id"] for each in await asked(place.vendor, deal)}

    both = await asyncio.gather(
        first.post(f"/v1/approval-tasks/{tasks[first.account_id]}/approve", if_match="*"),
        second.post(f"/v1/approval-tasks/{tasks[second.account_id]}/reject", if_match="*"),
    )

    assert sorted(each.status for each in both) == [200, 409]
    status = "approved" if both[0].status == 200 else "rejected"
    assert (await seen(place.vendor, deal))["status"] == status
    assert len(await events_of(place, "deal.approval.decided.v1")) == 1


async def test_an_answer_that_is_repeated_with_its_key_counts_once(tenant: Tenant):
    place = await world(tenant)
    desk = await hires(place, "deal_desk")
    await policy(place, step())
    deal = await submits(await place.partner(), amount=LARGE)
    task = (await asked(desk, deal))[0]

    path = f"/v1/approval-tasks/{task['id']}/approve"
    once, again = [await desk.post(path, if_match="*", idempotency_key="k-1") for _ in range(2)]

    assert (once.status, again.status, once.body) == (200, 200, again.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert len(await events_of(place, "deal.registration.approved.v1")) == 1


async def test_nobody_approves_what_they_had_a_hand_in(tenant: Tenant):
    place = await world(tenant)
    author, other = await hires(place, "deal_desk"), await hires(place, "deal_desk")
    await policy(place, step())
    seller = await place.partner()
    body = {"partner_id": seller.partner_id, "title": "Ours", "customer": GLOBEX, "product_family": "cloud"}
    drafted = await author.post("/v1/deals", {**body, "amount": LARGE})
    deal = await seller.act(f"/v1/deals/{drafted['id']}", "submit")

    assert [each["account_id"] for each in await asked(place.vendor, deal)] == [other.account_id]
    task = (await asked(other, deal))[0]
    refused = await other.act(f"/v1/approval-tasks/{task['id']}", "delegate", {"account_id": author.account_id})
    assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [("/account_id", "four_eyes")]


async def test_a_task_is_for_whom_it_asks_and_for_no_partner(tenant: Tenant):
    place = await world(tenant)
    desk = await hires(place, "deal_desk")
    await policy(place, step())
    seller = await place.partner()
    deal = await submits(seller, amount=LARGE)
    task = (await asked(desk, deal))[0]

    assert task["allowed_actions"] == ["approve", "reject", "return", "delegate"]
    stranger = await place.vendor.act(f"/v1/approval-tasks/{task['id']}", "approve")
    assert (stranger.status, stranger.problem) == (403, "not_asked")
    assert (await place.vendor.get(f"/v1/approval-tasks/{task['id']}"))["allowed_actions"] == []
    assert (await seller.get("/v1/approval-tasks"))["data"] == []
    assert (await seller.get(f"/v1/approval-tasks/{task['id']}")).status == 404
    assert (await seller.post(f"/v1/approval-tasks/{task['id']}/approve", if_match="*")).status == 403
    told = await seen(seller, deal)
    assert all(each["inputs"] is None for each in told["decision_trace"])


async def test_a_task_is_delegated_and_never_comes_back(tenant: Tenant):
    place = await world(tenant)
    first, second, auditor = [await hires(place, role) for role in ("deal_desk", "executive", "auditor")]
    await policy(place, step())
    deal = await submits(await place.partner(), amount=LARGE)

    given = await answers(first, deal, "delegate", {"account_id": second.account_id, "reason": "On leave."})
    assert (given["account_id"], given["delegated_from"]) == (second.account_id, first.account_id)
    assert given["allowed_actions"] == []
    for account_id, code in (
        (first.account_id, "delegation_cycle"),
        (second.account_id, "delegation_cycle"),
        (auditor.account_id, "cannot_approve"),
        ("acc_01h455vb4pex5vsknk084sn02q", "unknown_account"),
    ):
        refused = await answers(second, deal, "delegate", {"account_id": account_id})
        assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [("/account_id", code)]
    await answers(second, deal)
    assert (await seen(place.vendor, deal))["status"] == "approved"
    assert len(await events_of(place, "deal.approval.delegated.v1")) == 1


async def test_a_channel_manager_answers_for_assigned_partners_up_to_the_limit(tenant: Tenant):
    place = await world(tenant)
    manager, elsewhere, boss = [
        await hires(place, role) for role in ("channel_manager", "channel_manager", "executive")
    ]
    limits = [{"role": "channel_manager", "currency": "EUR", "amount": 60_000_000}]
    await policy(place, step("manager", "channel_manager", escalate_to="executive"), approver_limits=limits)
    seller = await place.partner()
    await place.vendor.post("/v1/partners", {"id": seller.partner_id, "name": "Initech", "country": "DE"})
    await assigned(place.vendor, manager.account_id, str(seller.partner_id))
    await tenant.system.settle()

    within = await submits(seller, amount=LARGE)
    other = {"name": "Initech", "domain": "initech.com", "country": "US", "tax_id": None}
    beyond = await submits(seller, other, amount={"amount": 60_000_001, "currency": "EUR"})

    assert [each["account_id"] for each in await asked(place.vendor, within)] == [manager.account_id]
    # Nobody of that role may approve so much, so that those it escalates to are asked at once.
    assert [(each["account_id"], each["role"], each["escalated"]) for each in await asked(place.vendor, beyond)] == [
        (boss.account_id, "executive", True)
    ]
    narrow = tenant.vendor("approval-tasks:read:assigned approval-tasks:approve:assigned", sub=manager.account_id)
    assert (await answers(narrow, within))["status"] == "approved"
    assert (await seen(place.vendor, within))["status"] == "approved"
    assert elsewhere.account_id not in {
        each["account_id"] for each in (await place.vendor.get("/v1/approval-tasks"))["data"]
    }


async def test_the_deal_desk_is_held_to_its_limit_without_steps_too(tenant: Tenant):
    place = await world(tenant)
    desk = await hires(place, "deal_desk")
    await policy(place, approver_limits=[{"role": "deal_desk", "currency": "EUR", "amount": 1_000_000}])
    seller = await place.partner()
    within = await submits(seller)
    other = {"name": "Initech", "domain": "initech.com", "country": "US", "tax_id": None}
    beyond = await submits(seller, other, amount=LARGE)

    refused = await desk.act(f"/v1/deals/{beyond['id']}", "approve")

    assert (refused.status, refused.problem) == (403, "beyond_approval_limit")
    assert (await desk.act(f"/v1/deals/{within['id']}", "approve"))["status"] == "approved"


async def test_the_account_team_is_asked_by_its_role(tenant: Tenant):
    place = await world(tenant)
    owner = await hires(place, "channel_manager")
    await policy(place, {"code": "owner", "approvers": [{"team_role": "owner"}]})
    seller = await place.partner()
    await place.vendor.post("/v1/partners", {"id": seller.partner_id, "name": "Initech", "country": "DE"})
    await assigned(place.vendor, owner.account_id, str(seller.partner_id), role="owner")
    await tenant.system.settle()

    deal = await submits(seller, amount=LARGE)

    tasks = await asked(place.vendor, deal)
    assert [(each["team_role"], each["role"], each["account_id"]) for each in tasks] == [
        ("owner", None, owner.account_id)
    ]
