"""Answers are due in business hours: those asked are reminded, others are asked after them, or the policy approves."""

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.values.opening_hours import opening_hours
from tests.deals.approvals import LARGE, answers, asked, hires, policy, seen, step
from tests.deals.make import GLOBEX, events_of, submits, world
from tests.system import Tenant

ALWAYS: dict[str, Any] = {
    "code": "always",
    "name": "Day and night",
    "hours": [
        {"weekday": day, "from": "00:00", "to": "24:00"}
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    ],
}


async def test_an_answer_is_due_by_the_hours_of_the_calendar(tenant: Tenant):
    place = await world(tenant)
    await hires(place, "deal_desk")
    hours = [{"weekday": "monday", "from": "09:00", "to": "13:00"}]
    made = await place.vendor.post(
        "/v1/calendars", {"code": "mondays", "name": "Mondays", "time_zone": "Europe/Budapest", "hours": hours}
    )
    await policy(place, step(calendar="mondays", due_after_hours=8, remind_after_hours=4))
    deal = await submits(await place.partner(), amount=LARGE)

    task = (await asked(place.vendor, deal))[0]

    counted = opening_hours(time_zone="Europe/Budapest", hours=hours, holidays=())
    assert made.status == 201
    assert datetime.fromisoformat(task["due_at"]) == counted.after(datetime.fromisoformat(task["created_at"]), 8)
    assert datetime.fromisoformat(task["due_at"]).astimezone(UTC).weekday() == 0


async def test_those_asked_are_reminded_and_then_others_are_asked_as_well(tenant: Tenant):
    place = await world(tenant)
    await place.vendor.post("/v1/calendars", ALWAYS)
    desk, boss = await hires(place, "deal_desk"), await hires(place, "executive")
    await policy(place, step(calendar="always", escalate_to="executive"))
    deal = await submits(await place.partner(), amount=LARGE)

    await tenant.advance(hours=25)
    reminded = await events_of(place, "deal.approval.reminded.v1")
    still = await asked(place.vendor, deal)
    await tenant.advance(hours=24)

    assert [each["account_ids"] for each in reminded] == [[desk.account_id]]
    assert [each["account_id"] for each in still] == [desk.account_id]
    assert [(each["account_id"], each["role"], each["escalated"]) for each in await asked(place.vendor, deal)] == [
        (desk.account_id, "deal_desk", False),
        (boss.account_id, "executive", True),
    ]
    assert [each["role"] for each in await events_of(place, "deal.approval.escalated.v1")] == ["executive"]
    await answers(boss, deal)
    assert (await seen(place.vendor, deal))["status"] == "approved"
    assert await asked(place.vendor, deal) == []


async def test_a_policy_that_says_so_approves_when_nobody_has_answered(tenant: Tenant):
    place = await world(tenant)
    await place.vendor.post("/v1/calendars", ALWAYS)
    desk = await hires(place, "deal_desk")
    overdue = {"calendar": "always", "approve_on_breach": True}
    await policy(place, step("desk", **overdue), step("boss", "deal_desk", **overdue))
    deal = await submits(await place.partner(), amount=LARGE)

    await tenant.advance(hours=49)
    between = await asked(place.vendor, deal)
    await tenant.advance(hours=49)

    assert [each["step"] for each in between] == ["boss"]
    approved = await seen(place.vendor, deal)
    assert approved["status"] == "approved"
    assert [(each["rule"], each["result"]) for each in approved["decision_trace"]][-1] == (
        "approval_deadline",
        "approved_on_breach",
    )
    assert [each["automatic"] for each in await events_of(place, "deal.registration.approved.v1")] == [True]
    tasks = (await place.vendor.get("/v1/approval-tasks", account_id=desk.account_id))["data"]
    assert {each["status"] for each in tasks} == {"superseded"}


async def test_what_a_person_has_to_decide_is_not_approved_by_time_alone_but_put_to_others(tenant: Tenant):
    place = await world(tenant)
    await place.vendor.post("/v1/calendars", ALWAYS)
    desk, boss = await hires(place, "deal_desk"), await hires(place, "executive")
    await policy(place, step(calendar="always", approve_on_breach=True, escalate_to="executive"))
    await place.vendor.post("/v1/customers", {**GLOBEX, "named_account": True})
    deal = await submits(await place.partner(), amount=LARGE)

    await tenant.advance(hours=49)

    assert (deal["status"], (await seen(place.vendor, deal))["status"]) == ("pending_approval", "pending_approval")
    assert [each["account_id"] for each in await asked(place.vendor, deal)] == [desk.account_id, boss.account_id]
    assert [each["role"] for each in await events_of(place, "deal.approval.escalated.v1")] == ["executive"]
    await answers(boss, deal)
    assert (await seen(place.vendor, deal))["status"] == "approved"


async def test_what_stands_in_the_way_of_an_approval_in_default_of_answers_is_for_the_deal_desk(tenant: Tenant):
    place = await world(tenant)
    await place.vendor.post("/v1/calendars", ALWAYS)
    await hires(place, "deal_desk")
    await policy(place, step(calendar="always", approve_on_breach=True))
    seller = await place.partner()
    deal = await submits(seller, amount=LARGE)
    await place.tells_of(seller.partner_id, status="suspended")

    await tenant.advance(hours=49)

    told = await seen(place.vendor, deal)
    assert told["status"] == "in_review"
    assert told["decision_trace"][-1]["reasons"] == ["partner_not_active"]
    assert await asked(place.vendor, deal) == []


async def test_a_step_that_nobody_can_answer_comes_back_to_the_deal_desk_when_it_is_due(tenant: Tenant):
    place = await world(tenant)
    await place.vendor.post("/v1/calendars", ALWAYS)
    await policy(place, step(calendar="always"))
    deal = await submits(await place.partner(), amount=LARGE)
    assert (deal["status"], await asked(place.vendor, deal)) == ("pending_approval", [])

    await tenant.advance(hours=49)

    told = await seen(place.vendor, deal)
    assert (told["status"], told["decision_trace"][-1]["reasons"]) == ("in_review", ["nobody_asked"])
    assert [each["deal_id"] for each in await events_of(place, "deal.registration.handed_back.v1")] == [deal["id"]]
    assert ("approve" in told["allowed_actions"], "route" in told["allowed_actions"]) == (True, False)
    assert told["decision_due_at"] is not None
    assert (await place.vendor.act(f"/v1/deals/{deal['id']}", "approve"))["status"] == "approved"


async def test_a_policy_that_asks_a_role_nobody_has_says_so(tenant: Tenant):
    place = await world(tenant)
    await hires(place, "deal_desk")

    published = await policy(place, step("desk", "deal_desk", "finance_approver"))

    assert published["warnings"] == [{"pointer": "/steps/0/approvers/1/role", "code": "nobody_asked"}]


async def test_an_answer_in_time_leaves_nothing_to_remind_of(tenant: Tenant):
    place = await world(tenant)
    await place.vendor.post("/v1/calendars", ALWAYS)
    desk = await hires(place, "deal_desk")
    await policy(place, step(calendar="always"))
    deal = await submits(await place.partner(), amount=LARGE)
    await answers(desk, deal)

    await tenant.advance(hours=timedelta(days=5) // timedelta(hours=1))

    assert await events_of(place, "deal.approval.reminded.v1") == []
    assert await events_of(place, "deal.approval.escalated.v1") == []
