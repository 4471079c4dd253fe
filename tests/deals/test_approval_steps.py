"""Deals are approved in the steps that a policy asks for, by people who had no hand in them."""

from datetime import datetime

import pytest

from services.deals.approval.rules import FACTS
from services.deals.approval.steps import Approver, ApproverLimit, Step, adds, applying, limit_for
from tests.deals.approvals import LARGE, answers, asked, hires, policy, seen, step
from tests.deals.make import events_of, submits, world
from tests.system import Tenant


def a_step(*, count: int = 3, quorum: int | None = None, mode: str = "parallel", when: str = "true") -> Step:
    approvers = tuple(Approver(role=f"role_{place}") for place in range(count))
    return Step("s", None, when, approvers, mode, quorum, "default", 24, 48, None, False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("quorum", "approved", "rejected", "standing"),
    [
        (None, [{0}, {1}], [], "open"),
        (None, [{0}, {1}, {2}], [], "approved"),
        (None, [{0}, {1}], [{2}], "rejected"),
        (2, [{0}, {2}], [], "approved"),
        (2, [{0}, {2}], [{1}], "approved"),
        (2, [{0}], [{1}], "open"),
        (2, [{0}], [{1}, {2}], "rejected"),
        (1, [], [{0}, {1}], "open"),
        (1, [], [{0}, {1}, {2}], "rejected"),
        # Two of one role speak for one approver.
        (2, [{0}, {0}], [], "open"),
        # Who could speak for either leaves the other place to somebody else.
        (2, [{0, 1}, {0}], [], "approved"),
        (None, [{0, 1}, {0}, {1, 2}], [], "approved"),
    ],
)
def test_a_step_stands_as_its_quorum_says(quorum, approved, rejected, standing):
    assert a_step(quorum=quorum).standing(approved=approved, rejected=rejected) == standing


def test_all_are_asked_at_once_or_one_after_the_other():
    assert a_step().turns([]) == (0, 1, 2)
    assert a_step().turns([{1}]) == (0, 2)
    assert a_step(count=2).turns([{0, 1}]) == (0, 1)
    assert a_step(mode="sequential").turns([]) == (0,)
    assert a_step(mode="sequential").turns([{0}]) == (1,)
    assert a_step(mode="sequential").turns([{0}, {1}, {2}]) == ()


def test_who_adds_nothing_need_not_answer():
    assert adds({0}, []) and adds({0}, [{0, 1}]) and adds({0, 1}, [{0}])
    assert not adds({0}, [{0}]) and not adds({0, 1}, [{0}, {1}])


def test_a_step_applies_unless_its_condition_is_false():
    steps = [a_step(when=when) for when in ("deal.amount > 5", "deal.amount < 5", 'partner.tier == "gold"')]

    found = applying(steps, {"deal.amount": 7}, facts=FACTS)

    # Of the tier nothing is known, so that somebody looks at it.
    assert [each.when for each in found] == ["deal.amount > 5", 'partner.tier == "gold"']


@pytest.mark.parametrize(
    ("roles", "currency", "found"),
    [
        (("channel_manager",), "EUR", (True, 500)),
        (("channel_manager", "lead_manager"), "EUR", (True, 900)),
        (("channel_manager",), "USD", (True, 0)),
        (("channel_manager", "deal_desk"), "EUR", (False, None)),
        (("deal_desk",), "USD", (True, 0)),
        (("auditor",), "EUR", (False, None)),
    ],
)
def test_the_highest_limit_of_somebodys_roles_holds(roles, currency, found):
    limits = [
        ApproverLimit("channel_manager", "EUR", 500),
        ApproverLimit("lead_manager", "EUR", 900),
        ApproverLimit("deal_desk", "EUR", None),
    ]

    assert limit_for(roles, limits, currency=currency) == found


async def test_a_deal_goes_from_step_to_step_and_is_protected_with_the_last_approval(tenant: Tenant):
    place = await world(tenant)
    desk, finance = await hires(place, "deal_desk"), await hires(place, "finance_approver")
    await policy(place, step("desk"), step("finance", "finance_approver", when="deal.amount > 10000000"))
    seller = await place.partner()

    deal = await submits(seller, amount=LARGE)
    first = await asked(place.vendor, deal)
    await answers(desk, deal, body={"reason": "Known customer."})
    second = await asked(place.vendor, deal)
    between = await seen(seller, deal)
    told = await answers(finance, deal)

    assert (deal["status"], deal["allowed_actions"], deal["editable_fields"]) == (
        "pending_approval",
        ["withdraw", "assign"],
        ["external_references"],
    )
    assert [(each["step"], each["role"], each["account_id"]) for each in first] == [
        ("desk", "deal_desk", desk.account_id)
    ]
    assert [(each["step"], each["account_id"]) for each in second] == [("finance", finance.account_id)]
    assert between["status"] == "pending_approval"
    assert (told["status"], told["allowed_actions"]) == ("approved", [])
    approved = await seen(place.vendor, deal)
    assert approved["status"] == "approved"
    assert approved["protected_until"] is not None
    assert [each["rule"] for each in approved["decision_trace"]] == [
        "conflict_screening",
        "small",
        "approval_steps",
        "approval_steps",
    ]
    assert [each["decision"] for each in await events_of(place, "deal.approval.decided.v1")] == ["approved", "approved"]
    assert len(await events_of(place, "deal.registration.routed.v1")) == 1


async def test_a_step_that_does_not_apply_asks_nobody(tenant: Tenant):
    place = await world(tenant)
    await hires(place, "finance_approver")
    await policy(place, step("finance", "finance_approver", when="deal.amount > 90000000"))
    seller = await place.partner()

    deal = await submits(seller, amount=LARGE)

    assert deal["status"] == "in_review"
    assert await asked(place.vendor, deal) == []
    assert (await place.vendor.act(f"/v1/deals/{deal['id']}", "route")).problem == "no_approval_steps"
    assert (await place.vendor.act(f"/v1/deals/{deal['id']}", "approve"))["status"] == "approved"


async def test_a_sequence_asks_the_next_when_the_one_before_has_approved(tenant: Tenant):
    place = await world(tenant)
    desk, finance = await hires(place, "deal_desk"), await hires(place, "finance_approver")
    await policy(place, step("both", "deal_desk", "finance_approver", mode="sequential"))
    deal = await submits(await place.partner(), amount=LARGE)

    assert [each["account_id"] for each in await asked(place.vendor, deal)] == [desk.account_id]
    await answers(desk, deal)
    assert [each["account_id"] for each in await asked(place.vendor, deal)] == [finance.account_id]
    await answers(finance, deal)
    assert (await seen(place.vendor, deal))["status"] == "approved"


async def test_a_quorum_is_enough_and_a_rejection_within_it_is_outvoted(tenant: Tenant):
    place = await world(tenant)
    desk, finance, boss = [await hires(place, role) for role in ("deal_desk", "finance_approver", "executive")]
    await policy(place, step("two", "deal_desk", "finance_approver", "executive", quorum=2))
    deal = await submits(await place.partner(), amount=LARGE)

    await answers(desk, deal, "reject")
    assert (await seen(place.vendor, deal))["status"] == "pending_approval"
    await answers(finance, deal)
    await answers(boss, deal)

    assert (await seen(place.vendor, deal))["status"] == "approved"


async def test_a_deal_with_a_conflict_is_routed_by_hand_and_not_approved_past_its_steps(tenant: Tenant):
    place = await world(tenant)
    desk = await hires(place, "deal_desk")
    await policy(place, step())
    first, rival = await place.partner(), await place.partner()
    won = await submits(first, amount=LARGE)
    await answers(desk, won)

    deal = await submits(rival, amount=LARGE)

    assert (deal["status"], deal["conflict_class"]) == ("in_review", "blocking")
    assert (await seen(desk, deal))["allowed_actions"] == ["withdraw", "return", "reject", "assign"]
    assert (await desk.act(f"/v1/deals/{deal['id']}", "approve")).problem == "approval_in_steps"
    assert (await desk.act(f"/v1/deals/{deal['id']}", "route")).problem == "conflict_undecided"
    (case,) = (await desk.get("/v1/conflict-cases"))["data"]
    same = {"resolution": "rejected_match", "identity": "same"}
    assert (await desk.act(f"/v1/conflict-cases/{case['id']}", "resolve", same)).status == 200
    assert (await seen(desk, deal))["allowed_actions"] == ["withdraw", "route", "return", "reject", "assign"]
    assert (await desk.act(f"/v1/deals/{deal['id']}", "route"))["status"] == "pending_approval"
    refused = await answers(desk, deal)
    assert (refused.status, refused.problem) == (409, "customer_already_protected")
    assert (await seen(place.vendor, deal))["status"] == "pending_approval"
    assert len(await asked(place.vendor, deal)) == 1


async def test_a_withdrawn_deal_is_nobodys_to_approve(tenant: Tenant):
    place = await world(tenant)
    await hires(place, "deal_desk")
    await policy(place, step())
    seller = await place.partner()
    deal = await submits(seller, amount=LARGE)

    withdrawn = await seller.act(f"/v1/deals/{deal['id']}", "withdraw")

    assert withdrawn["status"] == "withdrawn"
    assert await asked(place.vendor, deal) == []
    await tenant.advance(days=30)
    assert await events_of(place, "deal.approval.reminded.v1") == []


async def test_a_returned_deal_is_asked_about_anew_when_it_comes_back(tenant: Tenant):
    place = await world(tenant)
    desk, finance = await hires(place, "deal_desk"), await hires(place, "finance_approver")
    await policy(place, step("desk"), step("finance", "finance_approver"))
    seller = await place.partner()
    deal = await submits(seller, amount=LARGE)
    await answers(desk, deal)

    await answers(finance, deal, "return", {"reason": "Which site?"})
    returned = await seen(seller, deal)
    again = await seller.act(f"/v1/deals/{deal['id']}", "submit")

    assert (returned["status"], returned["decision_reason"]) == ("returned", "Which site?")
    assert (again["status"], again["priority_no"]) == ("pending_approval", deal["priority_no"])
    tasks = await asked(place.vendor, deal)
    assert [(each["step"], each["round"]) for each in tasks] == [("desk", 2)]


async def test_a_deal_keeps_the_policy_that_judged_it(tenant: Tenant):
    place = await world(tenant)
    desk, finance = await hires(place, "deal_desk"), await hires(place, "finance_approver")
    await policy(place, step("desk"), step("finance", "finance_approver"), protection_days=[{"days": 30}])
    deal = await submits(await place.partner(), amount=LARGE)
    await policy(place, protection_days=[{"days": 300}])

    await answers(desk, deal)
    await answers(finance, deal)

    approved = await seen(place.vendor, deal)
    assert (approved["status"], approved["policy_version"]) == ("approved", 1)
    start, end = (datetime.fromisoformat(approved[name]) for name in ("protected_from", "protected_until"))
    assert (end - start).days == 30


async def test_what_a_policy_names_has_to_be_there(tenant: Tenant):
    place = await world(tenant)
    auditor = await hires(place, "auditor")
    wrong = [
        {
            "code": "a",
            "when": "deal.amont > 1",
            "approvers": [{"role": "deal_desk"}, {"role": "deal_desk", "team_role": "owner"}],
            "quorum": 3,
        },
        {"code": "a", "approvers": [{"account_id": auditor.account_id}] * 2, "remind_after_hours": 48},
    ]
    nowhere = [
        {
            "code": "b",
            "approvers": [
                {"role": "wizard"},
                {"role": "sales"},
                {"account_id": auditor.account_id},
                {"account_id": "acc_01h455vb4pex5vsknk084sn02q"},
            ],
            "escalate_to": "witch",
            "calendar": "moon",
        }
    ]

    body = {"name": "Ours", "rules": [{"code": "any", "when": "true"}]}
    senseless = await place.vendor.post("/v1/approval-policies", {**body, "steps": wrong})
    unknown = await place.vendor.post(
        "/v1/approval-policies",
        {**body, "steps": nowhere, "approver_limits": [{"role": "witch", "currency": "EUR", "amount": 1}]},
    )

    assert {each["pointer"] for each in senseless["errors"]} == {
        "/steps/0/when",
        "/steps/0/quorum",
        "/steps/0/approvers/1",
        "/steps/1/code",
        "/steps/1/remind_after_hours",
        "/steps/1/approvers/1/account_id",
    }
    assert {(each["pointer"], each["code"]) for each in unknown["errors"]} == {
        ("/steps/0/approvers/0/role", "unknown_role"),
        ("/steps/0/approvers/1/role", "unknown_role"),
        ("/steps/0/approvers/2/account_id", "cannot_approve"),
        ("/steps/0/approvers/3/account_id", "unknown_account"),
        ("/steps/0/escalate_to", "unknown_role"),
        ("/steps/0/calendar", "unknown_calendar"),
        ("/approver_limits/0/role", "unknown_role"),
    }
