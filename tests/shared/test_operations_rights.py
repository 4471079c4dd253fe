"""Long work does what whoever started it may do, is seen by its own side, and ends with the access it rests on."""

import pytest

from shared.auth.principal import Caller
from tests.shared.conftest import caller_of
from tests.shared.sample_work import AFTER, Held, asyncio, begin
from tests.shared.working import begun, counted, operation, process, until_held

OURS, THEIRS = "ptr_ours", "ptr_theirs"


async def test_its_steps_see_what_whoever_started_it_sees(service, tenant_id):
    for partner in (OURS, THEIRS, THEIRS):
        await service.person(tenant_id, partner=partner).note()
    await begun(service, caller_of(tenant_id, partner=OURS), upto=1)

    await process(service).step()

    assert (await operation(service, tenant_id))["counts"] == {"notes": 1}


async def test_another_partner_and_another_tenant_find_nothing(service, tenant_id):
    operation_id = await begun(service, caller_of(tenant_id, partner=OURS))
    ours, theirs = service.person(tenant_id, partner=OURS), service.person(tenant_id, partner=THEIRS)
    elsewhere = service.person("tnt_elsewhere")
    path = f"/v1/operations/{operation_id}"

    assert (await ours.get(path))["partner_id"] == OURS
    for stranger in (theirs, elsewhere):
        refused = await stranger.get(path)
        random = await stranger.get(f"/v1/operations/{operation_id[:-4]}zzzz")
        cancelling = await stranger.send("POST", f"{path}/cancel", headers={"if-match": "*"})
        assert (refused.status, refused["detail"]) == (404, random["detail"])
        assert cancelling.status == 404
        assert (await stranger.get("/v1/operations"))["data"] == []


async def test_a_partner_does_not_see_what_the_vendor_has_started(service, tenant_id):
    operation_id = await begun(service, tenant_id)

    seen = await service.person(tenant_id, partner=OURS).get(f"/v1/operations/{operation_id}")

    assert seen.status == 404


async def test_staff_with_a_few_partners_sees_its_own_operations(service, tenant_id):
    mine = service.person(tenant_id, sub="acc_manager", scope="*:*:assigned")
    made = await mine.send("POST", "/v1/counts", {"upto": 1})
    await process(service).step()

    other = service.person(tenant_id, sub="acc_other", scope="*:*:assigned")
    assert (await mine.get(f"/v1/operations/{made['id']}"))["status"] == "succeeded"
    assert (await other.get(f"/v1/operations/{made['id']}")).status == 404


async def test_whoever_may_cancel_only_its_own_is_refused_a_colleagues(service, tenant_id):
    operation_id = await begun(service, caller_of(tenant_id, partner=OURS))
    scope = "operations:read operations:write:own"
    colleague = service.person(tenant_id, partner=OURS, scope=scope)
    oneself = service.person(tenant_id, partner=OURS, scope=scope, sub="acc_test")
    path = f"/v1/operations/{operation_id}"

    refused = await colleague.send("POST", f"{path}/cancel", headers={"if-match": "*"})

    assert (refused.status, refused.problem) == (403, "not_yours")
    assert (await colleague.get(path))["allowed_actions"] == []
    assert (await oneself.get(path))["allowed_actions"] == ["cancel"]
    assert (await oneself.send("POST", f"{path}/cancel", headers={"if-match": "*"})).status == 200


async def test_work_whose_starter_has_lost_its_access_does_not_begin(service, tenant_id):
    await begun(service, tenant_id)

    async def gone(starter):
        return starter.caller.tenant_id != tenant_id

    await process(service, standing=gone).step()

    failed = await operation(service, tenant_id)
    assert (failed["status"], failed["problem"]["code"]) == ("failed", "rights_withdrawn")
    assert await counted(service, tenant_id) == 0


async def test_work_is_taken_over_with_the_access_as_it_is_by_then(service, tenant_id):
    held, lost = Held(), set()
    AFTER[tenant_id, 0] = held
    await begun(service, tenant_id)

    async def stands(starter):
        return starter.caller.tenant_id not in lost

    first = asyncio.create_task(process(service, standing=stands).run())
    await until_held(held, first)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    lost.add(tenant_id)
    await process(service, standing=stands).step()

    failed = await operation(service, tenant_id)
    assert (failed["status"], failed["progress"]["done"]) == ("failed", 1)
    assert failed["problem"]["code"] == "rights_withdrawn"
    assert await counted(service, tenant_id) == 1


async def test_no_operation_is_begun_with_a_wider_view_than_its_callers(service, tenant_id):
    async with service.tx(caller_of(tenant_id)) as tx, tx.as_engine("a look beyond the caller"):
        with pytest.raises(RuntimeError):
            await begin(tx, kind="count", arguments={"upto": 1})


async def test_the_machinery_can_start_work_of_its_own(service, tenant_id):
    machinery = Caller("internal", tenant_id, "system", None, "*:*")
    async with service.tx(machinery, engine=True) as tx:
        await begin(tx, kind="count", arguments={"upto": 2})

    await process(service).step()

    assert (await operation(service, tenant_id))["status"] == "succeeded"
