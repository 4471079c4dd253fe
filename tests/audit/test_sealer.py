"""The sealer: every committed record once, in the order of its feed, whatever happens to the sealer."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from gateway.audit.commands import EVERY, seal
from gateway.audit.keys import SealingKeys
from gateway.audit.sealer import READING, Sealer
from gateway.audit.verification import verify_log
from gateway.keys.sealing import Vault
from shared import clock
from shared.db.pool import is_outage
from tests.audit.make import busy, logged, sealed, sealer_of
from tests.databases import SECRET
from tests.system import System, Tenant

SERVICES = "gateway partners deals leads incentives".split()


def another(system: System) -> Sealer:
    """A second sealer, as another process of the gateway has one."""
    gateway = system.apps["gateway"].state.database
    return Sealer(gateway, peers=gateway.peers, keys=SealingKeys(gateway, Vault(SECRET)))


async def plans(tenant: Tenant, count: int) -> None:
    """Make so many records in one service."""
    vendor = tenant.vendor()
    for number in range(count):
        assert (await vendor.post("/v1/plans", {"name": f"Plan {number}", "currency": "EUR"})).status == 201


async def log_of(tenant: Tenant) -> list[tuple[int, str, str]]:
    """The log, as (sequence, service, id)."""
    rows = await tenant.system.superuser.fetch(
        "SELECT sequence, service, id FROM gateway.audit_log WHERE tenant_id = $1 ORDER BY sequence", tenant.id
    )
    return [tuple(row) for row in rows]


async def written(tenant: Tenant, service: str) -> list[str]:
    """The ids of a service's records in the order in which they were committed."""
    rows = await tenant.system.superuser.fetch(
        f"SELECT id FROM {service}.audit_records WHERE tenant_id = $1 ORDER BY epoch, xid, place", tenant.id
    )
    return [row["id"] for row in rows]


async def is_whole(tenant: Tenant) -> bool:
    """Whether the log has every record of every service once and in order, and the verification agrees."""
    log = await log_of(tenant)
    found = await verify_log(tenant.system.superuser, tenant.id, vault=Vault(SECRET))
    in_order = [[id for _, source, id in log if source == name] == await written(tenant, name) for name in SERVICES]
    return all(in_order) and [each[0] for each in log] == list(range(len(log))) and found.findings == []


async def test_the_log_has_every_record_of_every_service_once_in_the_order_of_its_feed(tenant: Tenant) -> None:
    await busy(tenant)

    assert await is_whole(tenant)
    assert {source for _, source, _ in await log_of(tenant)} == set(SERVICES)


async def test_several_sealers_at_once_append_each_record_once(system: System, tenant: Tenant) -> None:
    await plans(tenant, 12)
    await system.settle()

    await asyncio.gather(*(each.step() for each in (sealer_of(system), another(system), another(system))))

    assert len(await log_of(tenant)) == 12 and await is_whole(tenant)


async def test_a_sealer_that_forgot_how_far_it_had_read_appends_nothing_twice(system: System, tenant: Tenant) -> None:
    await plans(tenant, 5)
    await logged(system)
    before = await log_of(tenant)
    await system.superuser.execute("DELETE FROM gateway.offsets WHERE source LIKE $1", f"{READING}%")

    await sealer_of(system).step()
    await plans(tenant, 2)
    await logged(system)

    assert (await log_of(tenant))[:5] == before and len(await log_of(tenant)) == 7
    assert await is_whole(tenant)


# Each makes the sealer wait at another step: before the records, before the tree, before its own place, before the head.
STEPS = {
    "the log's turn": "LOCK TABLE gateway.audit_trees IN SHARE MODE",
    "the records": "LOCK TABLE gateway.audit_log IN SHARE MODE",
    "the tree": "LOCK TABLE gateway.audit_nodes IN SHARE MODE",
    "the place in the feed": "LOCK TABLE gateway.audit_sources IN SHARE MODE",
    "the place of the reading": "LOCK TABLE gateway.offsets IN SHARE MODE",
    "the head": "LOCK TABLE gateway.audit_heads IN SHARE MODE",
}


@pytest.mark.parametrize("step", STEPS)
async def test_a_sealer_killed_at_any_step_leaves_a_whole_log_to_the_next(
    system: System, tenant: Tenant, step: str
) -> None:
    await plans(tenant, 7)
    await system.settle()
    held = system.superuser.transaction()
    await held.start()
    await system.superuser.execute(STEPS[step])
    working = asyncio.create_task(another(system).step())
    while not await killed(system, working):
        continue
    with pytest.raises(Exception) as ended:
        await working
    await held.rollback()
    assert is_outage(ended.value)

    await logged(system)

    assert len(await log_of(tenant)) == 7 and await is_whole(tenant)


async def killed(system: System, working: Any) -> bool:
    """End the sealer's connection at the server if it waits for the lock that the test holds; tells whether it did."""
    assert not working.done()
    ended = await system.superuser.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid)) AND datname = current_database()"
    )
    return len(ended) > 0


async def test_a_log_that_takes_nothing_in_holds_up_no_other_and_goes_on_when_it_is_mended(
    system: System, tenant: Tenant
) -> None:
    other = system.tenant()
    await system.register(other)
    await plans(tenant, 3)
    await logged(system)
    resize = "UPDATE gateway.audit_trees SET size = size + $2 WHERE tenant_id = $1"
    await system.superuser.execute(resize, tenant.id, -1)
    sealer = another(system)
    for each in (tenant, other):
        await plans(each, 1)
    await system.settle()
    await sealer.step()
    assert (len(await log_of(tenant)), len(await log_of(other))) == (3, 1)
    assert await is_whole(other)

    await system.superuser.execute(resize, tenant.id, 1)
    for each in (tenant, other):
        await plans(each, 1)
    await system.settle()
    await sealer.step()
    assert (len(await log_of(tenant)), len(await log_of(other))) == (3, 2), "nothing overtakes what is left behind"
    # A minute later, or at once by another process, which begins where everything before is in.
    await another(system).step()

    assert (len(await log_of(tenant)), len(await log_of(other))) == (5, 2)
    assert await is_whole(tenant) and await is_whole(other)


async def test_a_head_is_signed_at_once_for_a_new_log_and_hourly_after_that(system: System, tenant: Tenant) -> None:
    gateway = system.apps["gateway"].state.database
    keys = SealingKeys(gateway, Vault(SECRET))

    async def signed(after: timedelta, *, at_once: bool = False) -> bool:
        async with gateway.as_worker(writes=True) as connection:
            now = clock.now() + after
            return await seal(connection, tenant_id=tenant.id, keys=keys, now=now, at_once=at_once)

    async def heads() -> int:
        count = "SELECT count(*) FROM gateway.audit_heads WHERE tenant_id = $1"
        return int(await system.superuser.fetchval(count, tenant.id))

    await plans(tenant, 1)
    await logged(system)
    assert await heads() == 1
    assert not await signed(timedelta(hours=3)), "nothing was recorded since"
    await plans(tenant, 1)
    await logged(system)
    assert await heads() == 1
    assert not await signed(EVERY - timedelta(minutes=1))
    assert await signed(EVERY + timedelta(minutes=1))
    await plans(tenant, 1)
    await logged(system)
    assert await signed(timedelta(hours=-5), at_once=True), "the wall's clock was set back"
    assert await is_whole(tenant)


async def test_the_hour_is_the_walls_and_not_that_of_a_test_tenants_clock(system: System, tenant: Tenant) -> None:
    await plans(tenant, 1)
    await logged(system)
    await tenant.advance(days=40)
    await plans(tenant, 1)
    await logged(system)

    heads = await system.superuser.fetch("SELECT sealed_at FROM gateway.audit_heads WHERE tenant_id = $1", tenant.id)
    [_, later] = await system.superuser.fetch(
        "SELECT created_at FROM gateway.audit_log WHERE tenant_id = $1 ORDER BY sequence", tenant.id
    )

    assert len(heads) == 1 and heads[0]["sealed_at"] <= clock.now()
    assert later["created_at"] > clock.now() + timedelta(days=39)


async def test_a_record_changed_before_it_was_sealed_stays_in_the_log_and_is_found(
    system: System, tenant: Tenant
) -> None:
    await plans(tenant, 2)
    await system.superuser.execute(
        "UPDATE incentives.audit_records SET actor_id = 'acc_somebodyelse' WHERE tenant_id = $1", tenant.id
    )

    await logged(system)

    assert len(await log_of(tenant)) == 2
    found = await verify_log(system.superuser, tenant.id, vault=Vault(SECRET))
    assert any("differs from its digest" in each for each in found.findings)


async def test_records_older_than_digests_are_sealed_as_they_are_found(system: System, tenant: Tenant) -> None:
    await plans(tenant, 2)
    await system.superuser.execute(
        "UPDATE incentives.audit_records SET digest = NULL, epoch = 0, xid = 0 WHERE tenant_id = $1", tenant.id
    )
    await system.superuser.execute("DELETE FROM gateway.offsets WHERE source LIKE $1", f"{READING}%")

    await logged(system)

    assert len(await log_of(tenant)) == 2 and await is_whole(tenant)


async def test_after_a_new_key_old_receipts_hold_and_new_heads_are_signed_with_it(
    system: System, tenant: Tenant
) -> None:
    await plans(tenant, 1)
    await sealed(tenant)
    gateway = system.apps["gateway"].state.database
    fresh = await SealingKeys(gateway, Vault(SECRET)).rotate()
    await plans(tenant, 1)
    await sealed(tenant)

    signed_with = [
        row["key_id"]
        for row in await system.superuser.fetch(
            "SELECT key_id FROM gateway.audit_heads WHERE tenant_id = $1 ORDER BY number", tenant.id
        )
    ]
    keys = (await tenant.vendor().get("/.well-known/audit-keys.json"))["keys"]

    assert signed_with[1] == fresh != signed_with[0]
    assert set(signed_with) <= {each["kid"] for each in keys}
    assert await is_whole(tenant)
