"""More time for a protected deal, and coming back after its end."""

from datetime import date, datetime, timedelta

import pytest

from services.deals.upkeep.rules import faults_of_extension
from tests.deals.make import GLOBEX, World, events_of, submits, terms, wins, world
from tests.system import Client, Response, Tenant

LATER = {"expected_close_on": "2032-06-30", "reason": "The board decides in May"}


async def qualified(seller: Client) -> Response:
    """A protected deal that is far enough for more time."""
    deal = await submits(seller)
    return await seller.act(f"/v1/deals/{deal['id']}", "stage", {"stage": "qualified"})


def days_between(earlier: str, later: str) -> timedelta:
    return datetime.fromisoformat(later) - datetime.fromisoformat(earlier)


async def jumps(place: World, **by: float) -> None:
    """Time passes, and nobody runs the timers: the job is down."""
    place.tenant.offset += timedelta(**by)
    await place.tenant.system.superuser.execute(
        "INSERT INTO deals.tenant_clocks VALUES ($1, $2, 1) ON CONFLICT (tenant_id) DO UPDATE SET offset_seconds = $2",
        place.tenant.id,
        int(place.tenant.offset.total_seconds()),
    )


async def test_a_deal_is_extended_once_at_once_and_says_until_when(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await qualified(seller)

    longer = await seller.act(f"/v1/deals/{deal['id']}", "extend", {**LATER, "days": 60})

    assert longer.status == 200, longer.json
    assert days_between(deal["protected_until"], longer["protected_until"]) == timedelta(days=60)
    assert longer["expected_close_on"] == "2032-06-30"
    again = await seller.act(f"/v1/deals/{deal['id']}", "extend", {"expected_close_on": "2033-01-01"})
    assert (again.status, again.problem) == (409, "extensions_used_up")
    (row,) = (await seller.get("/v1/protection-extensions", deal_id=deal["id"]))["data"]
    assert (row["status"], row["days"], row["decided_by"], row["allowed_actions"]) == ("granted", 60, "policy", [])
    (told,) = await events_of(place, "deal.protection.extended.v1")
    assert (told["extension_id"], told["days"], told["protected_until"]) == (row["id"], 60, longer["protected_until"])


async def test_no_time_is_given_to_a_deal_that_has_not_been_qualified(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)

    assert (await seller.act(f"/v1/deals/{deal['id']}", "extend", LATER)).problem == "stage_too_early"


@pytest.mark.parametrize("noticed", [False, True])
async def test_one_second_after_its_end_no_protection_is_extended_whether_or_not_the_end_was_noticed(
    tenant: Tenant, noticed: bool
):
    place = await world(tenant)
    await terms(place, released_after_days=None)
    seller = await place.partner()
    deal = await qualified(seller)
    left = datetime.fromisoformat(deal["protected_until"]) - tenant.now() + timedelta(seconds=1)

    if noticed:
        await tenant.advance(seconds=left.total_seconds())
    else:
        await jumps(place, seconds=left.total_seconds())
    refused = await seller.act(f"/v1/deals/{deal['id']}", "extend", LATER)

    assert (refused.status, refused.problem) == (409, "protection_ended")
    assert (await seller.get("/v1/protection-extensions"))["data"] == []


async def test_a_person_decides_where_the_policy_says_so_and_the_days_of_the_decision_are_given_back(tenant: Tenant):
    place = await world(tenant)
    await terms(place, extensions_decided_by="person", released_after_days=None)
    seller, rival = await place.partner(), await place.partner()
    deal = await qualified(seller)
    path = f"/v1/deals/{deal['id']}"

    waiting = await seller.act(path, "extend", {**LATER, "days": 30})
    assert (waiting.status, waiting["protected_until"]) == (200, None)
    assert (await seller.act(path, "extend", LATER)).problem == "extension_pending"
    await tenant.advance(days=100)
    assert (await submits(rival))["conflict_class"] == "blocking"
    (asked,) = (await place.vendor.get("/v1/protection-extensions", status="asked"))["data"]
    assert asked["allowed_actions"] == ["approve", "refuse"]
    assert (await seller.act(f"/v1/protection-extensions/{asked['id']}", "approve")).problem == "forbidden"
    granted = await place.vendor.act(f"/v1/protection-extensions/{asked['id']}", "approve", {"reason": "Good work"})

    assert (granted["status"], granted["decision_reason"]) == ("granted", "Good work")
    now = await seller.get(path)
    longer = days_between(deal["protected_until"], now["protected_until"])
    assert timedelta(days=130) <= longer < timedelta(days=130, minutes=1)
    assert now["expected_close_on"] == "2032-06-30"
    assert (await rival.get("/v1/protection-extensions"))["data"] == []


async def test_who_is_refused_gets_the_days_of_the_decision_back_and_not_one_more(tenant: Tenant):
    place = await world(tenant)
    await terms(place, extensions_decided_by="person", released_after_days=None)
    seller = await place.partner()
    deal = await qualified(seller)
    await seller.act(f"/v1/deals/{deal['id']}", "extend", LATER)
    (asked,) = (await place.vendor.get("/v1/protection-extensions"))["data"]
    await tenant.advance(days=3)

    nameless = await place.vendor.act(f"/v1/protection-extensions/{asked['id']}", "refuse", {})
    refused = await place.vendor.act(f"/v1/protection-extensions/{asked['id']}", "refuse", {"reason": "No progress"})

    assert (nameless.status, refused["status"]) == (422, "refused")
    now = await seller.get(f"/v1/deals/{deal['id']}")
    longer = days_between(deal["protected_until"], now["protected_until"])
    assert timedelta(days=3) <= longer < timedelta(days=3, minutes=1)
    (told,) = await events_of(place, "deal.protection.extension_refused.v1")
    assert told["reason"] == "No progress"


@pytest.mark.parametrize("end", ["lose", "revoke", "win"])
async def test_a_deal_that_ends_takes_its_request_for_more_time_along(tenant: Tenant, end: str):
    place = await world(tenant)
    await terms(place, extensions_decided_by="person")
    seller = await place.partner()
    deal = await qualified(seller)
    await seller.act(f"/v1/deals/{deal['id']}", "extend", LATER)

    if end == "win":
        await wins(seller, deal, amount=5, on=place.today())
    else:
        await place.vendor.act(f"/v1/deals/{deal['id']}", end, {"reason": "It is over"})

    (asked,) = (await seller.get("/v1/protection-extensions"))["data"]
    assert (asked["status"], asked["allowed_actions"]) == ("superseded", [])


async def test_an_expired_deal_comes_back_within_fourteen_days_with_its_priority(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    path = f"/v1/deals/{deal['id']}"
    await tenant.advance(days=50)
    assert (await seller.get(path))["status"] == "expired"

    refused = await seller.act(path, "reinstate", {"reason": "Please"})
    back = await place.vendor.act(path, "reinstate", {"reason": "The partner was ill", "days": 20})

    assert refused.problem == "forbidden"
    assert (back["status"], back["priority_no"], back["decision_reason"]) == (
        "approved",
        deal["priority_no"],
        "The partner was ill",
    )
    assert datetime.fromisoformat(back["protected_until"]) - datetime.fromisoformat(
        back["protected_from"]
    ) == timedelta(days=20)
    assert back["stage_entered_at"] == back["protected_from"]
    assert len(await events_of(place, "deal.registration.reinstated.v1")) == 1
    await tenant.advance(days=21)
    assert (await seller.get(path))["status"] == "expired"


async def test_no_deal_comes_back_after_fourteen_days_or_once_a_rival_has_its_customer(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    taken = await submits(seller)
    late = await submits(seller, {**GLOBEX, "name": "Initech", "domain": "initech.com"})
    await tenant.advance(days=46)
    assert (await submits(rival))["status"] == "approved"

    beaten = await place.vendor.act(f"/v1/deals/{taken['id']}", "reinstate", {"reason": "Please"})
    await tenant.advance(days=14)
    forgotten = await place.vendor.act(f"/v1/deals/{late['id']}", "reinstate", {"reason": "Please"})

    assert (beaten.problem, forgotten.problem) == ("customer_already_protected", "reinstatement_window_closed")


async def test_a_deal_whose_end_nobody_has_noticed_comes_back_like_any_other(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    path = f"/v1/deals/{deal['id']}"
    too_early = await place.vendor.act(path, "reinstate", {"reason": "Please"})
    await jumps(place, days=47)

    back = await place.vendor.act(path, "reinstate", {"reason": "Please"})

    assert too_early.problem == "invalid_transition"
    assert back["status"] == "approved"
    assert len(await events_of(place, "deal.protection.expired.v1")) == 1


@pytest.mark.parametrize(
    ("days", "close_on", "planned", "faults"),
    [
        (30, date(2030, 2, 1), None, []),
        (60, date(2030, 2, 1), date(2030, 1, 31), []),
        (29, date(2030, 2, 1), None, ["/days"]),
        (61, date(2030, 2, 1), None, ["/days"]),
        (30, date(2030, 1, 1), None, ["/expected_close_on"]),
        (30, date(2030, 2, 1), date(2030, 2, 1), ["/expected_close_on"]),
        (30, date(2030, 1, 1), date(2029, 1, 1), ["/expected_close_on"]),
        (91, date(2029, 1, 1), None, ["/days", "/expected_close_on"]),
    ],
)
def test_an_extension_is_neither_short_nor_long_and_brings_a_new_day_of_closing(days, close_on, planned, faults):
    found = faults_of_extension(days=days, longest=60, close_on=close_on, planned=planned, today=date(2030, 1, 1))

    assert [each.pointer for each in found] == faults
