"""A registration in review is decided in two business days, or others than the desk hear of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.deals.calendars.queries import BUILT_IN
from services.deals.reviews.rules import STANDARD, ReviewTerms, faults_of_review
from tests.deals.approvals import LARGE, hires, policy, seen
from tests.deals.make import BEYOND_LIMIT, World, events_of, submits, world
from tests.deals.test_approval_deadlines import ALWAYS
from tests.system import Response, Tenant

REMINDED, OVERDUE, ESCALATED = (f"deal.decision.{each}.v1" for each in ("reminded", "overdue", "escalated"))


@pytest.mark.parametrize(("remind", "due", "faults"), [(24, 48, 0), (47, 48, 0), (48, 48, 1), (49, 48, 1)])
def test_a_reminder_comes_before_the_decision_is_due(remind, due, faults):
    assert len(faults_of_review(ReviewTerms(remind_after_hours=remind, due_after_hours=due))) == faults


async def day_and_night(place: World, **review: Any) -> Response:
    """A policy without steps whose calendar knows no evenings."""
    await place.vendor.post("/v1/calendars", ALWAYS)
    return await policy(place, review={"calendar": "always", **review})


async def told(place: World, type_: str) -> list[str]:
    return [each["deal_id"] for each in await events_of(place, type_)]


async def test_every_review_says_by_when_it_is_decided_and_a_decision_ends_that(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()

    large = await submits(seller, amount=BEYOND_LIMIT)
    met = await submits(rival)
    returned = await place.vendor.act(f"/v1/deals/{large['id']}", "return")
    again = await seller.act(f"/v1/deals/{large['id']}", "submit")
    rejected = await place.vendor.act(f"/v1/deals/{met['id']}", "reject")
    appealed = await rival.act(f"/v1/deals/{met['id']}", "appeal")

    due = BUILT_IN.hours.after(datetime.fromisoformat(large["submitted_at"]), STANDARD.due_after_hours)
    assert datetime.fromisoformat(large["decision_due_at"]) == due
    assert [each["status"] for each in (met, again, appealed)] == ["in_review"] * 3
    assert all(each["decision_due_at"] for each in (met, again, appealed))
    assert (returned["decision_due_at"], rejected["decision_due_at"]) == (None, None)
    assert (await submits(await place.partner(), {"name": "Initech", "country": "US"}))["decision_due_at"] is None
    listed = await place.vendor.get("/v1/deals", **{"decision_due_at[lte]": met["decision_due_at"]})
    assert {each["id"] for each in listed["data"]} <= {large["id"], met["id"]}


async def test_the_desk_is_reminded_after_a_day_and_others_hear_of_it_after_two(tenant: Tenant):
    place = await world(tenant)
    boss = await hires(place, "executive")
    await day_and_night(place, escalate_to="executive")
    seller = await place.partner()
    deal, decided = await submits(seller, amount=LARGE), await submits(seller, {"name": "Hooli", "country": "US"})
    await tenant.advance(hours=25)
    reminded, not_yet = await told(place, REMINDED), await told(place, OVERDUE)
    await place.vendor.act(f"/v1/deals/{decided['id']}", "approve")
    await tenant.advance(hours=24)
    await tenant.advance(hours=48)

    assert (sorted(reminded), not_yet) == (sorted([deal["id"], decided["id"]]), [])
    assert await told(place, OVERDUE) == [deal["id"]]
    (escalated,) = await events_of(place, ESCALATED)
    assert (escalated["role"], escalated["account_ids"]) == ("executive", [boss.account_id])
    late = await seen(seller, deal)
    assert (late["status"], late["decision_due_at"]) == ("in_review", deal["decision_due_at"])
    assert late["decision_escalated_at"] >= late["decision_due_at"]
    await tenant.system.settle()
    heard = {each["type"] for each in (await seller.get("/v1/events", limit=200))["data"]}
    assert OVERDUE in heard
    assert not {REMINDED, ESCALATED} & heard


async def test_a_policy_that_says_so_approves_what_nobody_decides_but_not_what_a_person_has_to(tenant: Tenant):
    place = await world(tenant)
    await day_and_night(place, approve_on_breach=True)
    seller, rival = await place.partner(), await place.partner()
    deal, met = await submits(seller, amount=LARGE), await submits(rival, amount=LARGE)

    await tenant.advance(hours=49)

    approved, waiting = await seen(seller, deal), await seen(rival, met)
    assert (approved["status"], approved["decision_due_at"]) == ("approved", None)
    assert [(each["rule"], each["result"]) for each in approved["decision_trace"]][-1] == (
        "approval_deadline",
        "approved_on_breach",
    )
    assert (waiting["status"], waiting["decision_escalated_at"] is not None) == ("in_review", True)


async def test_what_becomes_of_a_review_is_said_with_roles_and_calendars_that_there_are(tenant: Tenant):
    place = await world(tenant)
    rules = [{"code": "any", "when": "true"}]

    for review, pointer in (
        ({"escalate_to": "nobody_like_that"}, "/review/escalate_to"),
        ({"calendar": "unheard-of"}, "/review/calendar"),
        ({"remind_after_hours": 48}, "/review/remind_after_hours"),
    ):
        refused = await place.vendor.post("/v1/approval-policies", {"name": "Ours", "rules": rules, "review": review})
        assert (refused.status, [each["pointer"] for each in refused["errors"]]) == (422, [pointer])


async def test_a_review_from_before_there_were_deadlines_is_due_in_full_time_from_when_it_is_first_looked_at(
    tenant: Tenant,
):
    place = await world(tenant)
    await day_and_night(place)
    deal = await submits(await place.partner(), amount=LARGE)
    database = tenant.system.superuser
    await database.execute("UPDATE deals.deals SET decision_due_at = NULL WHERE id = $1", deal["id"])
    await database.execute(
        "UPDATE deals.timers SET due_at = created_at FROM deals.deals WHERE subject = id AND id = $1", deal["id"]
    )

    await tenant.advance(hours=10)

    due_at = datetime.fromisoformat((await seen(place.vendor, deal))["decision_due_at"])
    assert timedelta(hours=57) < due_at - datetime.fromisoformat(deal["submitted_at"]) < timedelta(hours=59)
    assert await told(place, REMINDED) == []
    await tenant.advance(hours=25)
    assert await told(place, REMINDED) == [deal["id"]]


async def test_holidays_of_the_calendar_leave_a_partner_more_days_to_correct_what_was_returned(tenant: Tenant):
    place = await world(tenant)
    closed = [{"on": (place.today() + timedelta(days=number)).isoformat(), "name": "Closed"} for number in range(2, 6)]
    assert (await place.vendor.post("/v1/calendars", {**ALWAYS, "holidays": closed})).status == 201
    await policy(place, review={"calendar": "always"})
    seller = await place.partner()
    kept = await submits(seller, amount=LARGE)
    late = await submits(seller, {"name": "Hooli", "country": "US"}, amount=LARGE)
    for deal in (kept, late):
        await place.vendor.act(f"/v1/deals/{deal['id']}", "return", {"reason": "Which project?"})

    await tenant.advance(days=9)
    again = await seller.act(f"/v1/deals/{kept['id']}", "submit")
    await tenant.advance(days=1)
    lapsed = await seller.act(f"/v1/deals/{late['id']}", "submit")

    assert again["priority_no"] == kept["priority_no"]
    assert lapsed["priority_no"] > late["priority_no"]
