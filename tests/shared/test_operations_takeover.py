"""Long work survives the process that does it: whoever takes it over goes on from the last step, and only one can."""

import asyncio
from datetime import timedelta

import pytest

from shared.operations.worker import ATTEMPTS
from tests.shared.sample_work import TROUBLE, WITHIN, Held, PowerCut, outage
from tests.shared.working import begun, counted, operation, process, run_of, until_held

BEFORE_THE_LEASE_ENDS, AFTER_IT = timedelta(seconds=29), timedelta(seconds=31)


async def test_another_process_goes_on_from_the_last_step_when_the_lease_has_ended(service, tenant_id):
    TROUBLE[tenant_id, 2] = PowerCut()
    await begun(service, tenant_id)
    with pytest.raises(PowerCut):
        await process(service).step()
    del TROUBLE[tenant_id, 2]

    await process(service, later=BEFORE_THE_LEASE_ENDS).step()
    left = await operation(service, tenant_id)
    await process(service, later=AFTER_IT).step()

    ended = await operation(service, tenant_id)
    assert (left["status"], left["progress"]["done"]) == ("running", 2)
    assert (ended["status"], ended["progress"]["done"]) == ("succeeded", 3)
    assert await counted(service, tenant_id) == 3


async def test_a_first_holder_that_comes_late_stores_nothing(service, tenant_id):
    held = WITHIN[tenant_id, 1] = Held()
    await begun(service, tenant_id)
    first = asyncio.create_task(process(service).step())
    await until_held(held, first)
    del WITHIN[tenant_id, 1]

    await process(service, later=AFTER_IT).step()
    ended = await operation(service, tenant_id)
    held.open.set()
    await first

    assert (ended["status"], ended["progress"]["done"]) == ("succeeded", 3)
    assert await operation(service, tenant_id) == ended
    assert await counted(service, tenant_id) == 3


async def test_a_first_holder_that_comes_late_cannot_store_between_the_steps_of_the_second(service, tenant_id):
    early, late = Held(), Held()
    WITHIN[tenant_id, 1] = early
    await begun(service, tenant_id)
    first = asyncio.create_task(process(service).step())
    await until_held(early, first)
    WITHIN[tenant_id, 1] = late
    second = asyncio.create_task(process(service, later=AFTER_IT).step())
    await until_held(late, second)

    early.open.set()
    await first
    between = await operation(service, tenant_id)
    late.open.set()
    await second

    assert between["progress"]["done"] == 1
    assert await counted(service, tenant_id) == 3


async def test_two_processes_at_once_do_each_operation_once(service, tenant_id):
    for _ in range(6):
        await begun(service, tenant_id)

    workers = [process(service) for _ in range(4)]
    while sum(await asyncio.gather(*(each.step() for each in workers))):
        pass

    found = (await service.person(tenant_id).get("/v1/operations"))["data"]
    assert [each["status"] for each in found] == ["succeeded"] * 6
    assert await counted(service, tenant_id) == 18


async def test_trouble_that_passes_is_waited_for_and_the_work_goes_on_where_it_was(service, tenant_id):
    TROUBLE[tenant_id, 1] = outage()
    await begun(service, tenant_id)
    await process(service).step()
    broken_off = await run_of(service, tenant_id)
    waiting = await operation(service, tenant_id)
    del TROUBLE[tenant_id, 1]

    await process(service, later=timedelta(minutes=1)).step()

    assert broken_off is not None
    assert (broken_off["holder"], broken_off["checkpoint"]) == (None, "1")
    assert (waiting["status"], waiting["problem"]) == ("running", None)
    assert (await operation(service, tenant_id))["status"] == "succeeded"
    assert await counted(service, tenant_id) == 3


async def test_what_is_broken_off_again_and_again_is_given_up(service, tenant_id):
    TROUBLE[tenant_id, 0] = outage()
    await begun(service, tenant_id)

    for hour in range(ATTEMPTS + 1):
        await process(service, later=timedelta(hours=hour)).step()

    failed = await operation(service, tenant_id)
    assert (failed["status"], failed["problem"]["code"]) == ("failed", "operation_interrupted")


async def test_a_process_that_stops_in_order_leaves_its_work_for_the_next_at_once(service, tenant_id):
    held = WITHIN[tenant_id, 1] = Held()
    await begun(service, tenant_id)
    first = asyncio.create_task(process(service).run())
    await until_held(held, first)
    del WITHIN[tenant_id, 1]

    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await process(service).step()

    assert (await operation(service, tenant_id))["status"] == "succeeded"
    assert await counted(service, tenant_id) == 3
