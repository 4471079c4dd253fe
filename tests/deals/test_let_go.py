"""What it means to others that a registration lets its customer go, or takes it up again."""

import asyncio
from typing import Any

import pytest

from services.deals.customers.commands import hold
from services.deals.protection.exclusivity import look_later
from shared.db.tx import transaction
from shared.events.inbox import system_caller
from tests.deals.make import BEYOND_LIMIT, changes, events_of, submits, world
from tests.deals.test_conflict_cases import REVIEWED, claims_of, contested
from tests.system import Tenant

WAITING = """
SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
WHERE l.locktype = 'advisory' AND NOT l.granted
"""
OTHER = {"name": "Initech", "domain": "initech.com", "country": "US"}


@pytest.mark.parametrize("approved_first", [True, False])
async def test_who_was_approved_beside_another_has_the_customer_alone_once_that_one_has_ended(
    tenant: Tenant, approved_first: bool
):
    place = await world(tenant)
    seller, rival, first, second, path = await contested(place)
    await place.vendor.act(path, "resolve", {"resolution": "dual"})
    steps = [(place.vendor, second, "approve"), (seller, first, "lose")]

    for caller, deal, verb in steps if approved_first else reversed(steps):
        assert (await caller.act(f"/v1/deals/{deal['id']}", verb)).status == 200
        await tenant.system.settle()

    assert (await claims_of(place))[second["id"]]["exclusive"] is True
    assert (await submits(await place.partner(), REVIEWED))["conflict_class"] == "blocking"
    (told,) = await events_of(place, "deal.protection.exclusive.v1")
    assert told["deal_id"] == second["id"]
    # Who made it so is nobody that the partner could learn of.
    of_rival = "SELECT actor_id FROM deals.audit_records WHERE tenant_id = $1 AND partner_id = $2"
    actors = await tenant.system.superuser.fetch(of_rival, tenant.id, rival.partner_id)
    assert seller.account_id not in {each["actor_id"] for each in actors}


@pytest.mark.parametrize("change", [{"customer": OTHER}, {"product_family": "storage"}])
async def test_who_was_approved_beside_another_has_the_customer_alone_once_that_one_is_for_something_else(
    tenant: Tenant, change: dict[str, Any]
):
    place = await world(tenant, "cloud", "storage")
    seller, _, first, second, path = await contested(place)
    await place.vendor.act(path, "resolve", {"resolution": "dual"})
    await place.vendor.act(f"/v1/deals/{second['id']}", "approve")

    moved = await changes(seller, f"/v1/deals/{first['id']}", change)
    await tenant.system.settle()

    assert moved["status"] == "approved"
    assert (await claims_of(place))[second["id"]]["exclusive"] is True
    assert (await submits(await place.partner(), REVIEWED))["conflict_class"] == "blocking"


async def test_whoever_waits_for_a_customer_gets_a_case_when_a_lost_deal_of_it_comes_back(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)
    await seller.act(f"/v1/deals/{deal['id']}", "lose")
    waiting = await submits(rival, amount=BEYOND_LIMIT)

    await seller.act(f"/v1/deals/{deal['id']}", "reopen")
    await tenant.system.settle()

    assert (waiting["status"], waiting["conflict_class"]) == ("in_review", "none")
    (case,) = (await place.vendor.get("/v1/conflict-cases"))["data"]
    assert (case["deal_id"], case["class"]) == (waiting["id"], "blocking")
    (told,) = (await rival.get("/v1/conflict-cases"))["data"]
    assert (told["id"], told["findings"]) == (case["id"], [])
    assert (await place.vendor.act(f"/v1/deals/{waiting['id']}", "approve")).problem == "customer_already_protected"
    await place.vendor.act(f"/v1/conflict-cases/{case['id']}", "resolve", {"resolution": "dual"})
    assert (await place.vendor.act(f"/v1/deals/{waiting['id']}", "approve"))["status"] == "approved"


async def test_who_gave_way_to_whom_the_customer_chose_has_it_alone_again_when_that_one_withdraws(tenant: Tenant):
    place = await world(tenant)
    _, rival, first, second, path = await contested(place)
    await place.vendor.act(path, "resolve", {"resolution": "customer_choice", "chosen_deal_id": second["id"]})
    other = await place.partner()
    third = await submits(other, REVIEWED)

    await other.act(f"/v1/deals/{third['id']}", "withdraw")
    await tenant.system.settle()

    assert (await claims_of(place))[first["id"]]["exclusive"] is False
    await rival.act(f"/v1/deals/{second['id']}", "withdraw")
    await tenant.system.settle()
    assert (await claims_of(place))[first["id"]]["exclusive"] is True


async def test_whoever_lets_a_customer_go_does_not_wait_for_whoever_waits_to_look_at_it(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    await seller.act(f"/v1/deals/{deal['id']}", "lose")
    customer_id = (await place.vendor.get(f"/v1/deals/{deal['id']}"))["customer_id"]
    caller = system_caller(tenant.id, mode="test")

    async with transaction(
        place.database, caller=caller, viewer="*", now=tenant.now(), action="a rush", engine=True
    ) as tx:
        await hold(tx, customer_id)
        rings = asyncio.create_task(tenant.system.apps["deals"].state.background.alarms.step())
        while not await tenant.system.superuser.fetchval(WAITING):
            assert not rings.done()
        await asyncio.wait_for(look_later(tx, customer_id), timeout=0.5)
    await rings

    failed = "SELECT kind, error FROM deals.timers WHERE tenant_id = $1 AND attempts > 0"
    assert await tenant.system.superuser.fetch(failed, tenant.id) == []
