"""Starting operations of the sample service and looking at them, as tests do."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import orjson

from shared import clock
from shared.auth.principal import Caller
from shared.operations.callers import Starter
from shared.operations.commands import begin
from shared.operations.worker import Operations
from tests.shared import sample_work
from tests.shared.conftest import Running, caller_of


async def always(_: Starter) -> bool:
    """Everybody's access lasts."""
    return True


def process(
    service: Running,
    *,
    later: timedelta = timedelta(),
    standing: Callable[[Starter], Awaitable[bool]] = always,
) -> Operations:
    """Another process of the service, at a later hour."""
    return Operations(service.app.runtime, sample_work.WORK, standing=standing, wall=lambda: clock.now() + later)


async def begun(service: Running, caller: Caller | str, *, kind: str = "count", **arguments: Any) -> str:
    """An operation that was started and has not run; `caller` is a tenant for somebody of its vendor."""
    who = caller_of(caller) if isinstance(caller, str) else caller
    async with service.tx(who, viewer=who.partner_id or "*") as tx:
        row = await begin(tx, kind=kind, arguments={"upto": 3, **arguments}, total=3, unit="ones")
    return str(row["id"])


async def operation(service: Running, tenant_id: str) -> dict[str, Any]:
    """The operation of a tenant, as the vendor reads it."""
    found = (await service.person(tenant_id).get("/v1/operations"))["data"]
    assert len(found) == 1
    return dict(found[0])


async def counted(service: Running, tenant_id: str) -> int:
    """How far was counted in a tenant."""
    return int(await service.admin.fetchval("SELECT count(*) FROM counted WHERE tenant_id = $1", tenant_id))


async def run_of(service: Running, tenant_id: str) -> dict[str, Any] | None:
    """What the machinery keeps of the operation of a tenant that has not ended."""
    row = await service.admin.fetchrow("SELECT * FROM operation_runs WHERE tenant_id = $1", tenant_id)
    return dict(row) if row else None


async def events(service: Running, tenant_id: str) -> list[tuple[str, Any, Any]]:
    """What was said of operations: type, facts and audience."""
    rows = await service.admin.fetch(
        "SELECT type, data, audience FROM events WHERE tenant_id = $1 AND type LIKE 'operation.%' ORDER BY id",
        tenant_id,
    )
    return [(row["type"], orjson.loads(row["data"]), orjson.loads(row["audience"])) for row in rows]


async def cancel(service: Running, tenant_id: str, operation_id: str, **headers: str) -> Any:
    """Ask for the end of an operation, as the vendor."""
    path = f"/v1/operations/{operation_id}/cancel"
    return await service.person(tenant_id).send("POST", path, headers={"if-match": "*", **headers})


async def until_held(held: sample_work.Held, task: "asyncio.Task[Any]") -> None:
    """Wait until work has come to a place, or has ended without."""
    reached = asyncio.create_task(held.reached.wait())
    await asyncio.wait({reached, task}, return_when=asyncio.FIRST_COMPLETED)
    assert held.reached.is_set(), task
