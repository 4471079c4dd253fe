"""Long work ends with the access it rests on: whoever was sent away does not go on through what they have started."""

from typing import Any

from tests.gateway.make import accept, address, api_key, caller, token_mailed, vendor, with_key
from tests.operations.make import ended
from tests.system import Client, System


async def clock_of(boss: Client) -> str:
    """The path of the tenant's clock."""
    return f"/v1/test-clocks/{(await boss.post('/v1/test-clocks'))['id']}"


async def started(client: Client, clock: str) -> str:
    """An operation that somebody of the vendor has started, and that has not run."""
    answer = await client.act(clock, "advance", {"seconds": 60})
    assert answer.status == 202, answer.json
    return str(answer["id"])


async def outcome(boss: Client, operation_id: str) -> tuple[str, Any]:
    """How an operation ended, and the code of its problem."""
    shown = await ended(boss, operation_id)
    return shown["status"], shown["problem"] and shown["problem"]["code"]


async def colleague_of(boss: Client) -> tuple[Client, str]:
    """Another administrator, signed in, and the path of the account."""
    email = address("colleague")
    body = {"email": email, "given_name": "Béla", "family_name": "Kis", "roles": ["tenant_admin"]}
    path = f"/v1/accounts/{(await boss.post('/v1/accounts', body))['id']}"
    assert (await boss.act(path, "invite")).status == 200
    grant = await accept(boss.tenant, await token_mailed(boss.tenant, email))
    return caller(boss.tenant, grant), path


async def test_signing_out_leaves_running_what_one_has_started(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    operation_id = await started(boss, await clock_of(boss))
    (session,) = (await boss.get("/v1/sessions", status="active"))["data"]

    left = await boss.request("DELETE", f"/v1/sessions/{session['id']}", headers={"if-match": "*"})

    assert left.status == 204
    assert await outcome(await office.admin(), operation_id) == ("succeeded", None)


async def test_signing_out_everywhere_ends_what_somebody_else_may_have_started(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    operation_id = await started(boss, await clock_of(boss))

    await boss.post("/v1/sessions/sign-out-everywhere", {"keep_this": False})

    assert await outcome(await office.admin(), operation_id) == ("failed", "rights_withdrawn")


async def test_the_work_of_a_session_that_an_administrator_ends_ends_with_it(system: System) -> None:
    boss = await (await vendor(system)).admin()
    colleague, _ = await colleague_of(boss)
    operation_id = await started(colleague, await clock_of(boss))
    (theirs,) = (await colleague.get("/v1/sessions", status="active"))["data"]

    ended_by = await boss.request("DELETE", f"/v1/sessions/{theirs['id']}", headers={"if-match": "*"})

    assert ended_by.status == 204

    assert await outcome(boss, operation_id) == ("failed", "rights_withdrawn")


async def test_the_work_of_an_account_ends_when_it_is_deactivated(system: System) -> None:
    boss = await (await vendor(system)).admin()
    colleague, account = await colleague_of(boss)
    operation_id = await started(colleague, await clock_of(boss))

    assert (await boss.act(account, "deactivate")).status == 200

    assert await outcome(boss, operation_id) == ("failed", "rights_withdrawn")


async def test_the_work_of_a_key_ends_when_it_is_revoked_and_not_when_it_is_exchanged(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    clock = await clock_of(boss)
    made = await api_key(boss, "test-clocks:read", "test-clocks:write")
    script = await with_key(office, made["key"])
    first = await started(script, clock)
    assert (await boss.act(f"/v1/api-keys/{made['id']}", "rotate", {})).status == 200
    before = await outcome(boss, first)
    second = await started(script, clock)

    assert (await boss.act(f"/v1/api-keys/{made['id']}", "revoke")).status == 200

    assert before == ("succeeded", None)
    assert await outcome(boss, second) == ("failed", "rights_withdrawn")
