"""Protection: who gets a customer, until when, and what stops the clock."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from services.deals.protection.rules import end_with_pauses
from services.deals.registrations.outcomes import expire
from shared.db.tx import transaction
from shared.events.inbox import system_caller
from tests.deals.make import BEYOND_LIMIT, GLOBEX, events_of, submits, terms, wins, world
from tests.system import Tenant


async def test_of_fifty_simultaneous_approvals_of_rivals_one_wins_and_the_others_are_told(tenant: Tenant):
    place = await world(tenant)
    sellers = [await place.partner() for _ in range(50)]
    deals = [await submits(seller, amount=BEYOND_LIMIT) for seller in sellers]
    assert {deal["status"] for deal in deals} == {"in_review"}
    seen = [await place.vendor.get(f"/v1/deals/{deal['id']}") for deal in deals]

    answers = await asyncio.gather(
        *(place.vendor.post(f"/v1/deals/{each['id']}/approve", if_match=each.headers["etag"]) for each in seen)
    )

    assert Counter(answer.status for answer in answers) == {200: 1, 409: 49}
    assert {answer.problem for answer in answers} == {None, "customer_already_protected"}
    active = (await place.vendor.get("/v1/protection-claims", status="active")).json["data"]
    assert [each["deal_id"] for each in active] == [each["id"] for each in answers if each.status == 200]
    winner = {each["partner_id"] for each in active}
    for answer in answers:
        if answer.status == 409:
            assert not any(partner.encode() in answer.body for partner in winner)


async def test_of_two_parallel_submits_of_rivals_one_is_approved_and_the_other_gets_a_case(tenant: Tenant):
    place = await world(tenant)
    sellers = [await place.partner() for _ in range(8)]

    answers = await asyncio.gather(*(submits(seller) for seller in sellers))

    assert Counter(answer["status"] for answer in answers) == {"approved": 1, "in_review": 7}
    cases = (await place.vendor.get("/v1/conflict-cases")).json["data"]
    assert {each["deal_id"] for each in cases} == {each["id"] for each in answers if each["status"] == "in_review"}
    assert {each["class"] for each in cases} == {"blocking"}
    assert len((await place.vendor.get("/v1/customers")).json["data"]) == 1


async def test_one_customer_can_belong_to_two_partners_for_two_product_families(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    seller, rival = await place.partner(), await place.partner()

    first, second = await asyncio.gather(submits(seller), submits(rival, product_family="storage"))

    assert (first["status"], second["status"]) == ("approved", "approved")


async def test_a_protection_ends_on_its_day_whether_or_not_the_timer_has_run(tenant: Tenant):
    place = await world(tenant)
    await terms(place, released_after_days=None)
    seller, rival = await place.partner(), await place.partner()
    first = await submits(seller)
    tenant.offset += timedelta(days=90, seconds=5)
    await tenant.system.superuser.execute(
        "INSERT INTO deals.tenant_clocks VALUES ($1, $2, 1)", tenant.id, int(tenant.offset.total_seconds())
    )

    taken = await submits(rival)

    assert taken["status"] == "approved"
    assert (await seller.get(f"/v1/deals/{first['id']}"))["status"] == "approved"
    await tenant.advance(days=2)
    late = await seller.get(f"/v1/deals/{first['id']}")
    assert (late["status"], late["protected_until"]) == ("expired", first["protected_until"])
    assert (await rival.get(f"/v1/deals/{taken['id']}"))["status"] == "approved"
    assert [each["deal_id"] for each in await events_of(place, "deal.protection.expired.v1")] == [first["id"]]


async def test_a_timer_that_rings_early_ends_nothing_and_is_set_again(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    caller = system_caller(tenant.id, mode="test")

    async with transaction(
        place.database, caller=caller, viewer="*", now=tenant.now(), action="timer", engine=True
    ) as tx:
        await tx.forget("protection_expires", subject=deal["id"])
        await expire(tx, deal["id"], {})

    assert (await seller.get(f"/v1/deals/{deal['id']}"))["status"] == "approved"
    await tenant.advance(days=91)
    assert (await seller.get(f"/v1/deals/{deal['id']}"))["status"] == "expired"


async def test_a_win_within_the_protection_counts_even_when_reported_after_it_and_none_after_it_does(tenant: Tenant):
    place = await world(tenant)
    await terms(place, released_after_days=None)
    seller = await place.partner()
    first = await submits(seller)
    second = await submits(seller, {**GLOBEX, "domain": "initech.com", "name": "Initech"})
    inside, outside = place.today() + timedelta(days=80), place.today() + timedelta(days=92)
    await tenant.advance(days=95)

    assert (await seller.get(f"/v1/deals/{first['id']}"))["status"] == "expired"
    assert (await wins(seller, first, amount=5, on=outside)).problem == "protection_ended"
    assert (await wins(seller, first, amount=5, on=inside))["status"] == "won"
    await tenant.advance(days=90)
    assert (await wins(seller, second, amount=5, on=inside)).problem == "protection_ended"


async def test_the_customer_of_a_lost_deal_is_free_and_reopening_meets_the_rival_who_took_it(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)
    path = f"/v1/deals/{deal['id']}"

    lost = await seller.act(path, "lose", {"reason": "budget"})
    assert (lost["status"], lost["lost_reason"]) == ("lost", "budget")
    reopened = await seller.act(path, "reopen")
    assert (reopened["status"], reopened["protected_until"]) == ("approved", deal["protected_until"])

    await seller.act(path, "lose")
    assert (await submits(rival))["status"] == "approved"
    assert (await seller.act(path, "reopen")).problem == "customer_already_protected"


async def test_a_deal_lost_for_more_than_thirty_days_stays_lost(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    await seller.act(f"/v1/deals/{deal['id']}", "lose")
    await tenant.advance(days=31)

    assert (await seller.act(f"/v1/deals/{deal['id']}", "reopen")).problem == "reopen_window_closed"


async def test_a_revoked_approval_frees_the_customer_at_once(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)

    assert (await seller.act(f"/v1/deals/{deal['id']}", "revoke", {"reason": "Ours"})).problem == "forbidden"
    revoked = await place.vendor.act(f"/v1/deals/{deal['id']}", "revoke", {"reason": "Registered by mistake"})

    assert (revoked["status"], revoked["decision_reason"]) == ("revoked", "Registered by mistake")
    assert (await submits(rival))["status"] == "approved"


async def test_the_customer_of_a_won_deal_stays_protected(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)
    await wins(seller, deal, amount=900_000, on=place.today())

    assert (await submits(rival))["conflict_class"] == "blocking"


async def test_a_suspension_stops_the_clock_in_any_order_of_its_events(tenant: Tenant):
    place = await world(tenant)
    await terms(place, released_after_days=None)
    seller, rival = await place.partner(), await place.partner()
    in_order = await submits(seller)
    shuffled = await submits(rival, {**GLOBEX, "name": "Initech", "domain": "initech.com"})
    start = tenant.now()
    story = [(2, "suspended", start + timedelta(days=10)), (3, "active", start + timedelta(days=25))]

    for version, status, at in story:
        await place.tells_of(seller.partner_id, status=status, version=version, at=at)
    for version, status, at in (*reversed(story), *story):
        await place.tells_of(rival.partner_id, status=status, version=version, at=at)

    for client, deal in ((seller, in_order), (rival, shuffled)):
        now = await client.get(f"/v1/deals/{deal['id']}")
        lengthened = datetime.fromisoformat(now["protected_until"]) - datetime.fromisoformat(deal["protected_until"])
        assert lengthened == timedelta(days=15)
        claim = (await client.get("/v1/protection-claims")).json["data"][0]
        assert claim["protected_until"] == now["protected_until"]
    await tenant.advance(days=100)
    assert (await seller.get(f"/v1/deals/{in_order['id']}"))["status"] == "approved"
    await tenant.advance(days=6)
    assert (await seller.get(f"/v1/deals/{in_order['id']}"))["status"] == "expired"


async def test_while_a_partner_is_suspended_its_protection_has_no_end_and_nothing_new_is_given_to_it(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)
    waiting = await submits(seller, {**GLOBEX, "name": "Initech", "domain": "initech.com"}, amount=BEYOND_LIMIT)

    await place.tells_of(seller.partner_id, status="suspended")
    await tenant.advance(days=200)

    frozen = await place.vendor.get(f"/v1/deals/{deal['id']}")
    assert (frozen["status"], frozen["protected_until"]) == ("approved", None)
    assert (await submits(rival))["conflict_class"] == "blocking"
    assert (await place.vendor.act(f"/v1/deals/{waiting['id']}", "approve")).problem == "partner_not_active"


_START = datetime(2030, 1, 1, tzinfo=UTC)


def _day(number: int) -> datetime:
    return _START + timedelta(days=number)


@pytest.mark.parametrize(
    ("pauses", "end"),
    [
        ([], 90),
        ([(10, 20)], 100),
        ([(10, 20), (30, 35)], 105),
        ([(30, 35), (10, 20)], 105),
        ([(-20, -10)], 90),
        ([(-5, 5)], 95),
        ([(90, 100)], 90),
        ([(89, 99)], 100),
        ([(10, 30), (95, 97)], 112),
        ([(10, None)], None),
        ([(95, None)], 90),
    ],
)
def test_the_clock_of_a_claim_stands_still_in_pauses_that_begin_before_its_end(pauses, end):
    given = [(_day(start), None if stop is None else _day(stop)) for start, stop in pauses]

    assert end_with_pauses(_day(0), _day(90), given) == (None if end is None else _day(end))
