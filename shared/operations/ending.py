"""The first and the last transaction of a run: an operation is under way, and has succeeded, failed or been cancelled."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from shared.db.pool import Record
from shared.db.tx import Tx, transaction
from shared.errors import Problem
from shared.events.catalog.operations import OperationCancelled, OperationFailed, OperationSucceeded
from shared.operations.callers import Starter
from shared.operations.job import Job, LostLease, Result, Work
from shared.web.problems import document_of
from shared.web.runtime import Runtime

KEPT: Final = timedelta(days=30)
"""How long an operation can be read after its end."""
EXPIRES: Final = "operation_expires"
_HELD: Final = "SELECT TRUE FROM operation_runs WHERE tenant_id = $1 AND operation_id = $2 AND fence = $3"
_GIVE_UP: Final = "DELETE FROM operation_runs WHERE tenant_id = $1 AND operation_id = $2 AND fence = $3"


async def started(
    runtime: Runtime,
    run: Record,
    *,
    wall: Callable[[], datetime],
    standing: Callable[[Starter], Awaitable[bool]],
) -> tuple[Job, bool]:
    """Note that a run has begun and return its job, and whether the work is to go on; raises LostLease."""
    starter = Starter.of(run["caller"])
    async with _engine(runtime, starter, "operation begins", run["request_id"]) as tx:
        table = tx.database.tables.operations.shown
        row = await tx.lock(table, run["operation_id"])
        if not await tx.connection.fetchval(_HELD, tx.tenant_id, row["id"], run["fence"]):
            raise LostLease()
        if row["status"] == "queued":
            row = await tx.update(table, row, status="running", started_at=tx.now)
    job = Job(
        operation_id=row["id"],
        arguments=run["arguments"],
        checkpoint=run["checkpoint"],
        done=row["done"],
        total=row["total"],
        unit=row["unit"],
        counts=row["counts"],
        starter=starter,
        request_id=run["request_id"],
        kind=run["kind"],
        fence=run["fence"],
        attempts=run["attempts"],
        runtime=runtime,
        wall=wall,
        standing=standing,
    )
    return job, row["status"] == "running"


async def succeed(job: Job, work: Work, result: Result | None) -> None:
    """End an operation whose work is done."""

    def event(row: Record) -> OperationSucceeded:
        found = row["result"] or {}
        return OperationSucceeded(kind=job.kind, object=found.get("object"), object_id=found.get("id"))

    shown = None if result is None else result.document()
    await _end(job, work, event, status="succeeded", result=shown)


async def fail(job: Job, work: Work, problem: Problem) -> None:
    """End an operation that cannot come to its end, for this reason."""
    shown = document_of(problem)
    await _end(job, work, lambda _: OperationFailed(kind=job.kind, code=problem.code), status="failed", problem=shown)


async def cancelled(job: Job, work: Work) -> None:
    """End an operation whose end was asked for."""
    await _end(job, work, lambda _: OperationCancelled(kind=job.kind), status="cancelled")


async def forget(tx: Tx, subject: str, arguments: Mapping[str, Any]) -> None:
    """Delete an operation that ended long ago."""
    await tx.remove(tx.database.tables.operations.shown, id=subject)


async def _end(job: Job, work: Work, event: Callable[[Record], Any], **changes: Any) -> None:
    async with _engine(job.runtime, job.starter, "operation ends", job.request_id) as tx:
        table = tx.database.tables.operations.shown
        row = await tx.lock(table, job.operation_id)
        given_up = await tx.connection.execute(_GIVE_UP, tx.tenant_id, row["id"], job.fence)
        if given_up != "DELETE 1":
            raise LostLease()
        row = await tx.update(table, row, finished_at=tx.now, **changes)
        if work.ended is not None:
            await work.ended(tx, row)
        tx.emit(event(row), subject=row, audience=[row["partner_id"]])
        await tx.remind(EXPIRES, subject=row["id"], at=tx.now + KEPT)


@asynccontextmanager
async def _engine(runtime: Runtime, starter: Starter, action: str, request_id: str | None) -> AsyncIterator[Tx]:
    """Open a transaction of the machinery, which goes on where whoever started the work has lost its rights."""
    async with transaction(
        runtime.database,
        caller=starter.caller,
        viewer="*",
        now=await runtime.business_time(starter.caller),
        action=action,
        request_id=request_id,
        engine=True,
    ) as tx:
        yield tx
