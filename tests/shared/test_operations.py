"""Long work: it goes on in steps, is seen from outside, ends once, and says how."""

from datetime import timedelta

import pytest

from shared import clock
from shared.alarms import Alarms
from shared.operations.ending import EXPIRES, forget
from tests.shared import sample_work
from tests.shared.conftest import caller_of
from tests.shared.sample_work import AFTER, TROUBLE, Held, NothingToCount
from tests.shared.working import begun, cancel, counted, events, operation, process, run_of, until_held

LATER = timedelta(days=1)


async def test_an_operation_runs_to_its_end_and_says_what_came_of_it(service, tenant_id):
    operation_id = await begun(service, tenant_id, result=True)
    queued = await operation(service, tenant_id)

    await process(service).step()

    done = await operation(service, tenant_id)
    assert operation_id.startswith("op_deals_")
    assert (queued["status"], queued["progress"]) == ("queued", {"done": 0, "total": 3, "unit": "ones"})
    assert (queued["allowed_actions"], queued["started_at"], queued["finished_at"]) == (["cancel"], None, None)
    assert (done["status"], done["progress"]["done"], done["counts"]) == ("succeeded", 3, {"notes": 0})
    assert done["result"] == {"object": "note", "id": "note_1", "href": "/v1/notes/note_1"}
    assert (done["allowed_actions"], done["problem"], done["created_by"]) == ([], None, "acc_test")
    assert done["started_at"] <= done["finished_at"]
    assert await counted(service, tenant_id) == 3
    assert await run_of(service, tenant_id) is None
    assert await events(service, tenant_id) == [
        (
            "operation.succeeded.v1",
            {"kind": "count", "object": "note", "object_id": "note_1", "status": "succeeded"},
            [],
        )
    ]
    assert sample_work.ENDED[-1] == (operation_id, "succeeded")


async def test_an_operation_begins_with_the_request_that_starts_it_or_not_at_all(service, tenant_id):
    with pytest.raises(NothingToCount):
        async with service.tx(caller_of(tenant_id)) as tx:
            await sample_work.begin(tx, kind="count", arguments={"upto": 1})
            raise NothingToCount()

    await process(service).step()

    assert (await service.person(tenant_id).get("/v1/operations"))["data"] == []
    assert await counted(service, tenant_id) == 0


async def test_the_request_is_answered_with_the_operation_and_where_it_is_read(service, tenant_id):
    caller = service.person(tenant_id)
    key = {"idempotency-key": "once"}

    first = await caller.send("POST", "/v1/counts", {"upto": 2}, headers=key)
    await process(service).step()
    replay = await caller.send("POST", "/v1/counts", {"upto": 2}, headers=key)

    assert (first.status, first["object"], first["status"]) == (202, "operation", "queued")
    assert first.headers["location"] == f"/v1/operations/{first['id']}"
    assert (replay.status, replay.body) == (202, first.body)
    assert replay.headers["location"] == first.headers["location"]
    assert (await caller.get(first.headers["location"]))["status"] == "succeeded"
    assert await counted(service, tenant_id) == 2


async def test_progress_never_goes_back_and_moves_the_version(service, tenant_id):
    await begun(service, tenant_id, kind="fall_back")
    before = await operation(service, tenant_id)

    await process(service).step()

    after = await operation(service, tenant_id)
    assert after["progress"]["done"] == 7
    assert after["version"] > before["version"] + 3


async def test_a_cancelled_operation_stops_at_its_next_step_and_keeps_what_it_has_done(service, tenant_id):
    held = AFTER[tenant_id, 0] = Held()
    operation_id = await begun(service, tenant_id)
    task = sample_work.asyncio.create_task(process(service).step())
    await until_held(held, task)

    asked = await cancel(service, tenant_id, operation_id)
    held.open.set()
    await task

    ended = await operation(service, tenant_id)
    assert (asked.status, asked["status"], asked["allowed_actions"]) == (200, "cancelling", [])
    assert (ended["status"], ended["progress"]["done"], ended["result"]) == ("cancelled", 1, None)
    assert ended["cancelled_by"] is not None
    assert await counted(service, tenant_id) == 1
    assert [each[0] for each in await events(service, tenant_id)] == ["operation.cancelled.v1"]
    assert sample_work.ENDED[-1] == (operation_id, "cancelled")


async def test_an_operation_that_is_cancelled_before_it_began_does_nothing(service, tenant_id):
    operation_id = await begun(service, tenant_id)

    await cancel(service, tenant_id, operation_id)
    await process(service).step()

    assert (await operation(service, tenant_id))["status"] == "cancelled"
    assert await counted(service, tenant_id) == 0


async def test_an_operation_that_waits_is_ended_at_once_when_it_is_cancelled(service, tenant_id):
    operation_id = await begun(service, tenant_id, kind="wait")
    await process(service).step()
    await process(service).step()
    waiting = await operation(service, tenant_id)

    await cancel(service, tenant_id, operation_id)
    await process(service).step()

    assert (waiting["status"], (await operation(service, tenant_id))["status"]) == ("running", "cancelled")


async def test_an_operation_that_waits_goes_on_when_its_time_has_come(service, tenant_id):
    await begun(service, tenant_id, kind="wait")
    await process(service).step()
    async with service.tx(caller_of(tenant_id)) as tx:
        await tx.add(sample_work.counted, id="what it waits for", at=tx.now)

    await process(service, later=timedelta(minutes=59)).step()
    early = await operation(service, tenant_id)
    await process(service, later=timedelta(minutes=61)).step()

    assert (early["status"], (await operation(service, tenant_id))["status"]) == ("running", "succeeded")


async def test_what_has_ended_cannot_be_cancelled(service, tenant_id):
    operation_id = await begun(service, tenant_id)
    await process(service).step()

    refused = await cancel(service, tenant_id, operation_id)

    assert (refused.status, refused.problem) == (409, "invalid_transition")


async def test_cancelling_is_asked_for_at_a_version_that_was_seen(service, tenant_id):
    operation_id = await begun(service, tenant_id)

    blind = await service.person(tenant_id).send("POST", f"/v1/operations/{operation_id}/cancel")
    stale = await cancel(service, tenant_id, operation_id, **{"if-match": '"0"'})

    assert (blind.problem, stale.problem) == ("precondition_required", "stale_version")


async def test_what_cannot_be_stopped_is_not_offered_to_be(service, tenant_id):
    async with service.tx(caller_of(tenant_id)) as tx:
        row = await sample_work.begin(tx, kind="count", arguments={"upto": 1}, cancellable=False)

    shown = await operation(service, tenant_id)
    refused = await cancel(service, tenant_id, row["id"])

    assert shown["allowed_actions"] == []
    assert (refused.status, refused.problem) == (409, "cannot_be_cancelled")


async def test_a_refusal_in_a_step_ends_the_operation_with_it(service, tenant_id):
    TROUBLE[tenant_id, 1] = NothingToCount("There is nothing more.")
    await begun(service, tenant_id)

    await process(service).step()

    failed = await operation(service, tenant_id)
    assert (failed["status"], failed["progress"]["done"], failed["result"]) == ("failed", 1, None)
    assert failed["problem"] == {
        "type": "/docs/problems#nothing_to_count",
        "title": "Nothing to count",
        "status": 409,
        "detail": "There is nothing more.",
        "code": "nothing_to_count",
        "errors": [],
    }
    assert await counted(service, tenant_id) == 1
    assert await events(service, tenant_id) == [
        ("operation.failed.v1", {"kind": "count", "code": "nothing_to_count", "status": "failed"}, [])
    ]


async def test_an_error_of_ours_ends_the_operation_and_tells_nothing_of_the_inside(service, tenant_id):
    TROUBLE[tenant_id, 0] = ValueError("SELECT secret FROM inside")
    await begun(service, tenant_id)

    await process(service).step()

    failed = await operation(service, tenant_id)
    assert (failed["status"], failed["problem"]["code"]) == ("failed", "internal_error")
    assert "secret" not in str(failed)


async def test_an_operation_is_forgotten_thirty_days_after_its_end(service, tenant_id):
    await begun(service, tenant_id)
    await process(service).step()

    def alarms(days):
        return Alarms(service.database, {EXPIRES: forget}, wall=lambda: clock.now() + timedelta(days=days))

    await alarms(29).step()
    kept = await operation(service, tenant_id)
    await alarms(31).step()

    assert (await service.person(tenant_id).get(f"/v1/operations/{kept['id']}")).status == 404
