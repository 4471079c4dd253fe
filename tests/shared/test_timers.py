"""Durable timers: they ring once, at the tenant's own time, and again when they are set again."""

import asyncio
from datetime import timedelta

import pytest

from shared import clock
from shared.alarms import Alarms
from tests.shared import sample
from tests.shared.conftest import caller_of

WAITING = """
SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
WHERE l.locktype = 'advisory' AND NOT l.granted
"""


async def remind(service, tenant_id, subject="s", *, mode="live", at=None, **arguments):
    async with service.tx(caller_of(tenant_id, mode=mode)) as tx:
        await tx.remind("ring", subject=subject, at=at or clock.now(), **arguments)


def alarms(service, *, later=timedelta()):
    """Return the timers of the service, at a later hour."""
    return Alarms(service.database, sample.TIMERS, wall=lambda: clock.now() + later)


async def rung(service, tenant_id):
    return await service.admin.fetchval("SELECT count(*) FROM effects WHERE tenant_id = $1", tenant_id)


async def timer(service, tenant_id):
    return await service.admin.fetchrow("SELECT * FROM timers WHERE tenant_id = $1", tenant_id)


async def test_a_timer_rings_once_when_it_is_due(service, tenant_id):
    await remind(service, tenant_id, at=clock.now() + timedelta(hours=1))

    await alarms(service).step()
    assert await rung(service, tenant_id) == 0
    await alarms(service, later=timedelta(hours=2)).step()
    await alarms(service, later=timedelta(hours=3)).step()

    assert await rung(service, tenant_id) == 1
    assert await timer(service, tenant_id) is None


async def test_a_timer_that_is_set_again_has_moved(service, tenant_id):
    await remind(service, tenant_id)
    await remind(service, tenant_id, at=clock.now() + timedelta(hours=1))

    await alarms(service).step()

    assert await rung(service, tenant_id) == 0


async def test_a_timer_that_was_cancelled_does_not_ring(service, tenant_id):
    await remind(service, tenant_id)
    async with service.tx(caller_of(tenant_id)) as tx:
        await tx.forget("ring", subject="s")

    await alarms(service).step()

    assert await rung(service, tenant_id) == 0


async def test_a_timer_that_is_set_while_it_rings_rings_again(service, tenant_id):
    tomorrow = clock.now() + timedelta(days=1)
    await remind(service, tenant_id, again_at=tomorrow.isoformat())

    await alarms(service).step()

    assert (await timer(service, tenant_id))["due_at"] == tomorrow
    await alarms(service, later=timedelta(days=2)).step()
    assert await rung(service, tenant_id) == 2


async def test_a_timer_that_fails_is_kept_with_its_error_and_tried_again(service, tenant_id):
    await remind(service, tenant_id, "broken")

    await alarms(service).step()
    failed = await timer(service, tenant_id)
    sample.REPAIRED.add(tenant_id)
    await alarms(service, later=timedelta(minutes=2)).step()

    assert (failed["attempts"], failed["error"]) == (1, "Broken()")
    assert await rung(service, tenant_id) == 1


async def test_a_timer_that_fails_does_not_keep_the_others_from_ringing(service, tenant_id):
    await remind(service, tenant_id, "broken", at=clock.now() - timedelta(hours=1))
    await remind(service, tenant_id, "fine")

    await alarms(service).step()

    assert await rung(service, tenant_id) == 1


async def test_two_workers_at_once_ring_each_timer_once(service, tenant_id):
    for number in range(20):
        await remind(service, tenant_id, f"s{number}")

    await asyncio.gather(alarms(service).step(), alarms(service).step(), alarms(service).step())

    assert await rung(service, tenant_id) == 20


@pytest.mark.parametrize(("mode", "times"), [("test", 1), ("live", 0)])
async def test_the_clock_of_a_test_tenant_makes_its_timers_due_and_no_others(service, tenant_id, mode, times):
    await remind(service, tenant_id, mode=mode, at=clock.now() + timedelta(days=100))
    await service.admin.execute(
        "INSERT INTO tenant_clocks (tenant_id, offset_seconds, version) VALUES ($1, $2, 1)", tenant_id, 101 * 86400
    )

    await alarms(service).step()

    assert await rung(service, tenant_id) == times


async def test_a_timer_is_rung_at_the_tenants_own_time(service, tenant_id):
    await remind(service, tenant_id, mode="test")
    await service.admin.execute(
        "INSERT INTO tenant_clocks (tenant_id, offset_seconds, version) VALUES ($1, $2, 1)", tenant_id, 100 * 86400
    )

    await alarms(service).step()

    at = await service.admin.fetchval("SELECT at FROM effects WHERE tenant_id = $1", tenant_id)
    assert timedelta(days=99) < at - clock.now() < timedelta(days=101)


async def test_a_timer_is_taken_when_its_handler_holds_what_whoever_sets_it_holds(service, tenant_id):
    found = []

    async def hold(tx, subject):
        await tx.connection.execute("SELECT pg_advisory_xact_lock(hashtext($1))", tenant_id + subject)

    async def look(tx, subject, arguments):
        found.append(arguments["says"])

    ringing = Alarms(service.database, {"ring": look}, held={"ring": hold})
    await remind(service, tenant_id, says="before")
    async with service.tx(caller_of(tenant_id)) as tx:
        await hold(tx, "s")
        rings = asyncio.create_task(ringing.step())
        while not await service.admin.fetchval(WAITING):
            assert not rings.done()
        await asyncio.wait_for(tx.remind("ring", subject="s", at=clock.now(), says="since"), timeout=0.5)
    await rings
    kept = await timer(service, tenant_id)
    await ringing.step()

    assert (kept["attempts"], kept["error"]) == (0, None)
    assert found == ["since"]
    assert await timer(service, tenant_id) is None
