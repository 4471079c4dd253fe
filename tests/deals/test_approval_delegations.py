"""Delegations of approval: who is away for a time is answered for, by nobody who may not, and never in a circle."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.deals.approval_delegations.rules import Delegation, faults, heir_of
from tests.deals.approvals import LARGE, answers, asked, hires, policy, seen, step
from tests.deals.make import GLOBEX, World, events_of, submits, world
from tests.system import Client, Response, Tenant

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def away(giver: str, heir: str, start: int = 0, end: int = 10) -> Delegation:
    return Delegation(giver, heir, NOON + timedelta(days=start), NOON + timedelta(days=end))


@pytest.mark.parametrize(
    ("wanted", "standing", "codes"),
    [
        (away("a", "b"), [], []),
        (away("a", "a"), [], ["delegation_cycle"]),
        (away("a", "b"), [away("b", "a")], ["delegation_cycle"]),
        (away("a", "b"), [away("b", "c"), away("c", "a")], ["delegation_cycle"]),
        (away("a", "b"), [away("b", "c")], []),
        (away("a", "b"), [away("b", "a", 10, 20)], []),
        (away("a", "b"), [away("a", "c", 9, 12)], ["overlapping"]),
        (away("a", "b"), [away("a", "c", 10, 12)], []),
        (away("a", "b", 5, 5), [], ["out_of_range"]),
        (away("a", "b", -5, 0), [], ["out_of_range"]),
        (away("a", "b", 0, 367), [], ["longer_than_a_year"]),
    ],
)
def test_what_can_be_delegated(wanted: Delegation, standing: list[Delegation], codes: list[str]):
    assert [each.code for each in faults(wanted, standing=standing, at=NOON)] == codes


@pytest.mark.parametrize(
    ("standing", "able", "way"),
    [
        ({}, "ab", ("a",)),
        ({"a": "b"}, "ab", ("a", "b")),
        # Who may not answer is not asked, and what was to come to it stays.
        ({"a": "b"}, "a", ("a",)),
        ({"a": "b", "b": "c"}, "abc", ("a", "b", "c")),
        ({"a": "b", "b": "c"}, "ab", ("a", "b")),
        ({"a": "b", "b": "c"}, "ac", ("a", "b", "c")),
        ({"a": "b", "b": "a"}, "ab", ("a", "b")),
        ({"a": "b", "b": "c", "c": "b"}, "abc", ("a", "b", "c")),
    ],
)
def test_a_task_goes_to_the_last_who_may_answer(standing: dict[str, str], able: str, way: tuple[str, ...]):
    assert heir_of("a", standing, able=set(able)) == way


async def delegates(giver: Client, heir: Client, *, start: int | None = None, days: int = 7) -> Response:
    """Somebody lets another answer, from so many days from now on for so long."""
    now = giver.tenant.now()
    begins = now if start is None else now + timedelta(days=start)
    body: dict[str, Any] = {"to_account_id": heir.account_id, "ends_at": _text(begins + timedelta(days=days))}
    if start is not None:
        body["starts_at"] = _text(begins)
    return await giver.post("/v1/approval-delegations", body)


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


async def who(place: World, deal: Response) -> list[tuple[str, str | None]]:
    """Who is asked about a deal, and for whom."""
    return [(each["account_id"], each["delegated_from"]) for each in await asked(place.vendor, deal)]


async def test_what_is_open_and_what_comes_goes_to_the_delegate_until_the_time_is_over(tenant: Tenant):
    place = await world(tenant)
    desk, finance = await hires(place, "deal_desk"), await hires(place, "finance_approver")
    await policy(place, step())
    seller = await place.partner()
    before = await submits(seller, amount=LARGE)

    made = await delegates(desk, finance, days=7)
    await tenant.system.settle()
    during = await submits(seller, {**GLOBEX, "name": "Initech", "domain": "initech.example"}, amount=LARGE)
    preview = await place.vendor.get(f"/v1/deals/{during['id']}/approval-preview")
    await tenant.advance(days=8)
    after = await submits(seller, {**GLOBEX, "name": "Hooli", "domain": "hooli.example"}, amount=LARGE)

    for deal in (before, during):
        assert await who(place, deal) == [(finance.account_id, desk.account_id)]
    assert await who(place, after) == [(desk.account_id, None)]
    (previewed,) = preview["steps"][0]["approvers"]
    assert previewed["account_ids"] == [finance.account_id]
    assert previewed["delegated"] == [{"account_id": finance.account_id, "delegated_from": desk.account_id}]
    assert (await desk.get(f"/v1/approval-delegations/{made['id']}"))["status"] == "ended"
    assert [len(await events_of(place, f"approval_delegation.{what}.v1")) for what in ("started", "ended")] == [1, 1]
    assert len(await events_of(place, "deal.approval.delegated.v1")) == 2
    await answers(finance, during)
    approved = await seen(place.vendor, during)
    assert approved["status"] == "approved"
    assert (approved["decision_trace"][-1]["rule"], approved["decision_trace"][-1]["reasons"]) == (
        "approval_steps",
        ["delegated"],
    )


async def test_a_delegation_of_next_week_changes_nothing_today_and_one_taken_back_never_does(tenant: Tenant):
    place = await world(tenant)
    desk, finance = await hires(place, "deal_desk"), await hires(place, "finance_approver")
    await policy(place, step())
    deal = await submits(await place.partner(), amount=LARGE)

    later = await delegates(desk, finance, start=7)
    await tenant.advance(days=1)
    others = await finance.act(f"/v1/approval-delegations/{later['id']}", "revoke")
    revoked = await desk.act(f"/v1/approval-delegations/{later['id']}", "revoke")
    await tenant.advance(days=8)

    assert (later["status"], later["allowed_actions"]) == ("scheduled", ["revoke"])
    assert (others.problem, revoked["status"]) == ("not_your_delegation", "revoked")
    assert await who(place, deal) == [(desk.account_id, None)]


async def test_nobody_answers_for_another_who_had_a_hand_in_the_deal_or_may_not_approve_so_much(tenant: Tenant):
    place = await world(tenant)
    desk, author = await hires(place, "deal_desk"), await hires(place, "finance_approver")
    await policy(place, step())
    seller = await place.partner()
    await delegates(desk, author)
    await tenant.system.settle()
    body = {"partner_id": seller.partner_id, "title": "Ours", "customer": GLOBEX, "product_family": "cloud"}
    drafted = await author.post("/v1/deals", {**body, "amount": LARGE})

    deal = await seller.act(f"/v1/deals/{drafted['id']}", "submit")

    assert await who(place, deal) == [(desk.account_id, None)]


async def test_who_is_asked_anyway_answers_once_for_both(tenant: Tenant):
    place = await world(tenant)
    desk, finance = await hires(place, "deal_desk"), await hires(place, "finance_approver")
    await policy(place, step("both", "deal_desk", "finance_approver"))
    await delegates(desk, finance)
    await tenant.system.settle()

    deal = await submits(await place.partner(), amount=LARGE)

    assert [each for each, _ in await who(place, deal)] == [finance.account_id]


async def test_a_delegate_may_approve_and_leads_nobody_in_a_circle(tenant: Tenant):
    place = await world(tenant)
    first, second, looker = [await hires(place, role) for role in ("deal_desk", "deal_desk", "auditor")]
    await delegates(first, second)

    refused = [await delegates(second, first), await delegates(first, looker, start=30), await delegates(first, second)]

    assert [each.json["errors"][0]["code"] for each in refused] == ["delegation_cycle", "cannot_approve", "overlapping"]
    assert (await (await place.partner()).get("/v1/approval-delegations"))["data"] == []
