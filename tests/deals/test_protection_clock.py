"""The clock of a protection: pauses, activity, and what is told of its end."""

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from tests.deals.approvals import policy
from tests.deals.make import BEYOND_LIMIT, GLOBEX, changes, events_of, submits, terms, wins, world
from tests.deals.test_protection_extensions import jumps
from tests.system import Client, Tenant

OWED = {"reason": "We owe them a quote"}


async def the_claim(caller: Client, deal_id: str) -> Any:
    return (await caller.get("/v1/protection-claims", deal_id=deal_id))["data"][0]


async def test_the_vendor_stops_the_clock_while_it_owes_something_and_the_time_is_given_back(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)
    claim = await the_claim(place.vendor, deal["id"])
    path = f"/v1/protection-claims/{claim['id']}"
    assert (claim["allowed_actions"], (await the_claim(seller, deal["id"]))["allowed_actions"]) == (["pause"], [])

    assert (await seller.act(path, "pause", OWED)).problem == "forbidden"
    paused = await place.vendor.act(path, "pause", OWED)
    assert (paused["paused"], paused["protected_until"], paused["allowed_actions"]) == (True, None, ["resume"])
    assert (await place.vendor.act(path, "pause", OWED)).problem == "protection_paused"
    await tenant.advance(days=200)
    assert (await submits(rival))["conflict_class"] == "blocking"
    resumed = await place.vendor.act(path, "resume")

    for name in ("protected_until", "lapses_at"):
        longer = datetime.fromisoformat(resumed[name]) - datetime.fromisoformat(deal[name])
        assert timedelta(days=200) <= longer < timedelta(days=200, minutes=1)
    assert (await seller.get(f"/v1/deals/{deal['id']}"))["protected_until"] == resumed["protected_until"]
    assert (await place.vendor.act(path, "resume")).problem == "protection_not_paused"
    assert [each["cause"] for each in resumed["pauses"]] == ["vendor"]
    assert len(await events_of(place, "deal.protection.paused.v1")) == 1
    assert len(await events_of(place, "deal.protection.resumed.v1")) == 1


async def test_the_days_of_a_suspension_within_a_pause_are_given_back_once(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    path = f"/v1/protection-claims/{(await the_claim(place.vendor, deal['id']))['id']}"

    await place.vendor.act(path, "pause", OWED)
    await tenant.advance(days=10)
    await place.tells_of(seller.partner_id, status="suspended")
    await tenant.advance(days=10)
    await place.vendor.act(path, "resume")
    assert (await the_claim(seller, deal["id"]))["paused"] is True
    await tenant.advance(days=10)
    await place.tells_of(seller.partner_id, status="active")

    now = await seller.get(f"/v1/deals/{deal['id']}")
    longer = datetime.fromisoformat(now["protected_until"]) - datetime.fromisoformat(deal["protected_until"])
    assert timedelta(days=30) <= longer < timedelta(days=30, minutes=1)


async def test_a_protection_that_has_ended_is_not_paused(tenant: Tenant):
    place = await world(tenant)
    deal = await submits(await place.partner())
    claim = await the_claim(place.vendor, deal["id"])
    await jumps(place, days=91)

    answer = await place.vendor.act(f"/v1/protection-claims/{claim['id']}", "pause", OWED)

    assert answer.problem == "not_protecting"


async def test_the_partner_is_told_of_the_end_30_14_7_and_1_days_before_it_once_each(tenant: Tenant):
    place = await world(tenant)
    await terms(place, stale_after_days=None, released_after_days=None)
    seller = await place.partner()
    deal = await submits(seller)

    for days in (59, 2, 10, 6, 6, 2, 4.5, 1):
        await tenant.advance(days=days)

    told = await events_of(place, "deal.protection.expiring.v1")
    assert [each["days_left"] for each in told] == [30, 14, 7, 1]
    assert {each["deal_id"] for each in told} == {deal["id"]}
    (row,) = await tenant.system.superuser.fetch(
        "SELECT DISTINCT audience FROM deals.events WHERE tenant_id = $1 AND type = 'deal.protection.expiring.v1'",
        tenant.id,
    )
    assert orjson.loads(row["audience"]) == [seller.partner_id]


async def test_a_protection_that_goes_on_after_a_new_decision_or_a_return_is_told_of_and_ends_like_any_other(
    tenant: Tenant,
):
    place = await world(tenant)
    small = {"code": "small", "when": "deal.amount <= 1000000"}
    await policy(place, rules=[small], protection_terms={"stale_after_days": None, "released_after_days": None})
    seller = await place.partner()
    names = ("Initech", "Hooli", "Umbrella")
    customers = [{**GLOBEX, "name": name, "domain": f"{name.lower()}.com"} for name in names]
    moved, corrected, left = [f"/v1/deals/{(await submits(seller, each))['id']}" for each in customers]
    await changes(seller, moved, {"customer": {"country": "CA"}})
    for path in (corrected, left):
        await changes(seller, path, {"amount": BEYOND_LIMIT})
        await place.vendor.act(path, "return")

    await tenant.advance(days=61)
    warned = await events_of(place, "deal.protection.expiring.v1")
    await changes(seller, corrected, {"amount": {"amount": 1_000_000, "currency": "EUR"}})
    again = await seller.act(corrected, "submit")
    await tenant.advance(days=30)

    assert [each["days_left"] for each in warned] == [30] * 3
    assert again["status"] == "approved"
    assert [(await seller.get(each))["status"] for each in (moved, corrected, left)] == [
        "expired",
        "expired",
        "returned",
    ]
    ended = await events_of(place, "deal.protection.expired.v1")
    assert {f"/v1/deals/{each['deal_id']}" for each in ended} == {moved, corrected, left}
    assert {each["status"] for each in (await place.vendor.get("/v1/protection-claims"))["data"]} == {"expired"}
    assert (await seller.act(left, "submit"))["protected_from"] is None


async def test_after_a_pause_nothing_is_told_twice_and_after_an_extension_the_new_end_is(tenant: Tenant):
    place = await world(tenant)
    await terms(place, stale_after_days=None, released_after_days=None)
    seller = await place.partner()
    deal = await submits(seller)
    await seller.act(f"/v1/deals/{deal['id']}", "stage", {"stage": "qualified"})
    path = f"/v1/protection-claims/{(await the_claim(place.vendor, deal['id']))['id']}"

    async def told() -> list[int]:
        return [each["days_left"] for each in await events_of(place, "deal.protection.expiring.v1")]

    await tenant.advance(days=70)
    assert await told() == [30]
    await place.vendor.act(path, "pause", OWED)
    await tenant.advance(days=40)
    await place.vendor.act(path, "resume")
    await tenant.advance(days=5)
    assert await told() == [30]
    await tenant.advance(days=2)
    assert await told() == [30, 14]
    more = {"expected_close_on": "2032-06-30", "days": 90}
    await seller.act(f"/v1/deals/{deal['id']}", "extend", more)
    for days in (74, 10, 6, 7, 5.5):
        await tenant.advance(days=days)
    assert await told() == [30, 14, 30, 14, 7, 1]


async def test_a_stale_deal_is_warned_of_after_thirty_days_and_released_after_forty_five(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)

    await tenant.advance(days=29)
    assert await events_of(place, "deal.protection.stale.v1") == []
    await tenant.advance(days=2)
    await tenant.advance(days=2)
    (warned,) = await events_of(place, "deal.protection.stale.v1")
    assert (warned["deal_id"], warned["lapses_at"]) == (deal["id"], deal["lapses_at"])
    assert (await submits(rival))["conflict_class"] == "blocking"
    await tenant.advance(days=12, hours=1)

    gone = await seller.get(f"/v1/deals/{deal['id']}")
    assert (gone["status"], gone["protected_until"], gone["lapses_at"]) == ("expired", deal["lapses_at"], None)
    (told,) = await events_of(place, "deal.protection.expired.v1")
    assert told["reason"] == "inactive"
    assert (await the_claim(seller, deal["id"]))["status"] == "released"


@pytest.mark.parametrize("activity", ["edit", "stage"])
async def test_whoever_keeps_at_it_keeps_the_customer_for_the_whole_time(tenant: Tenant, activity: str):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    path = f"/v1/deals/{deal['id']}"
    stages = ("qualified", "technical_validation")

    for number in range(2):
        await tenant.advance(days=40)
        if activity == "edit":
            seen = await seller.get(path)
            body = {"title": f"Migration, part {number}"}
            assert (await seller.patch(path, body, if_match=seen.headers["etag"])).status == 200
        else:
            assert (await seller.act(path, "stage", {"stage": stages[number]})).status == 200
    await tenant.advance(days=9)

    now = await seller.get(path)
    assert (now["status"], now["protected_until"]) == ("approved", deal["protected_until"])
    assert len(await events_of(place, "deal.protection.stale.v1")) == 2


async def test_neither_an_edit_that_changes_nothing_nor_what_systems_write_is_activity(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    path = f"/v1/deals/{deal['id']}"
    await tenant.advance(days=20)

    for caller, body in (
        (seller, {}),
        (seller, {"title": deal["title"], "metadata": {"synced": "yes"}}),
        (place.vendor, {"external_references": [{"system": "crm", "type": "opportunity", "id": "006"}]}),
        (place.vendor, {"next_step": "Call them."}),
    ):
        changed = await changes(caller, path, body)
        assert (changed.status, changed["lapses_at"]) == (200, deal["lapses_at"]), body
    assert (await changes(seller, path, {"next_step": "Call them twice."}))["lapses_at"] > deal["lapses_at"]


async def test_with_the_job_down_a_stale_deal_is_released_on_time_and_a_rival_gets_the_customer(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)
    path = f"/v1/deals/{deal['id']}"
    await jumps(place, days=46)

    too_late = await seller.act(path, "stage", {"stage": "qualified"})
    assert too_late["lapses_at"] == deal["lapses_at"]
    taken = await submits(rival)
    sale = await wins(seller, deal, amount=5, on=place.today())

    assert taken["status"] == "approved"
    assert sale.problem == "protection_ended"
    await tenant.advance(hours=1)
    assert (await seller.get(path))["protected_until"] == deal["lapses_at"]


async def test_a_sale_that_is_reported_after_a_deal_has_lapsed_brings_no_protection_back(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)
    sold_on = place.today()
    await tenant.advance(days=46)
    await submits(rival)

    won = await wins(seller, deal, amount=5, on=sold_on)

    claim = await the_claim(seller, deal["id"])
    assert (won["status"], won["protected_until"], won["lapses_at"]) == ("won", deal["lapses_at"], None)
    assert (claim["status"], claim["lapses_at"]) == ("released", deal["lapses_at"])


async def test_orders_credit_the_partner_for_the_tail_that_its_terms_give(tenant: Tenant):
    place = await world(tenant)
    await terms(place, tail_days=10, released_after_days=None)
    seller = await place.partner()
    deal = await submits(seller)
    claim = await the_claim(seller, deal["id"])
    tail = datetime.fromisoformat(claim["tail_until"]) - datetime.fromisoformat(claim["protected_until"])
    inside = place.today() + timedelta(days=5)
    await tenant.advance(days=101)

    assert tail == timedelta(days=10)
    assert (await wins(seller, deal, amount=5, on=inside)).problem == "protection_ended"


async def test_who_has_sold_is_the_incumbent_whose_rivals_a_person_looks_at(tenant: Tenant):
    place = await world(tenant)
    await terms(place, incumbency_days=300)
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)
    await wins(seller, deal, amount=5, on=place.today())
    assert (await the_claim(seller, deal["id"]))["incumbent_until"] is not None

    renewal = await submits(seller)
    await tenant.advance(days=200)
    contested = await submits(rival)
    await rival.act(f"/v1/deals/{contested['id']}", "withdraw")
    await tenant.advance(days=101)
    free = await submits(rival, title="Later")

    assert renewal["status"] == "approved"
    assert (contested["status"], contested["conflict_class"]) == ("in_review", "probable")
    assert free["status"] == "approved"


async def test_what_was_agreed_before_a_new_policy_stays_agreed(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    await terms(place, released_after_days=5)

    await tenant.advance(days=40)

    assert (await seller.get(f"/v1/deals/{deal['id']}"))["status"] == "approved"
    assert (await the_claim(seller, deal["id"]))["terms"]["released_after_days"] == 45
