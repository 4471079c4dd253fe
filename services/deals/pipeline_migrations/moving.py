"""The work of a migration: the deals of a version, some at a time, each in a savepoint of its own."""

from collections.abc import Mapping
from typing import Any, Final

from services.deals.pipeline_migrations.commands import KIND
from services.deals.pipeline_migrations.queries import OF_OPERATION, failures_left, next_deals
from services.deals.pipeline_migrations.rules import clock
from services.deals.pipeline_migrations.tables import pipeline_migration_failures, pipeline_migrations
from services.deals.pipelines.queries import pipeline_by_id
from services.deals.pipelines.rules import Stage
from services.deals.registrations.tables import deals
from services.deals.stages.commands import OVERDUE, entered_at, keep
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import Problem
from shared.events.catalog.deals import PipelineChanged, StageChanged
from shared.operations.job import Job, Result, Work

AT_ONCE: Final = 50
"""How many deals a step holds: few enough for whoever works at one of them not to notice."""


async def move_all(job: Job) -> Result:
    """Move what is in the version, again from the beginning until a round has moved nothing.

    So a deal that was reopened or approved behind the place that the work had come to is not left behind.
    """
    migration_id, more = job.arguments["migration_id"], True
    while more:
        async with job.step() as tx:
            more = await _step(tx, job, await tx.fetch(pipeline_migrations, migration_id))
    return Result("pipeline_migration", migration_id, "pipeline-migrations")


async def settle(tx: Tx, operation: Mapping[str, Any]) -> None:
    """Give the migration the status in which its operation has ended, with what was done until then."""
    found = await tx.value(OF_OPERATION, operation=operation["id"])
    row = await tx.lock(pipeline_migrations, found)
    done = {"moved": operation["counts"].get("moved", 0), "failed": await failures_left(tx, row)}
    await tx.update(pipeline_migrations, row, status=operation["status"], finished_at=tx.now, **done)


WORK: Final = Work(KIND, move_all, ended=settle)


async def _step(tx: Tx, job: Job, migration: Record) -> bool:
    """Move the next deals, and tell whether there is more to do."""
    place = job.checkpoint or {"after": "", "moved": 0}
    source, target = migration["from_pipeline_id"], await pipeline_by_id(tx, migration["to_pipeline_id"])
    held = await next_deals(tx, source=source, target=migration["to_pipeline_id"], after=place["after"], most=AT_ONCE)
    moved = failed = 0
    for deal in held:
        if not deal["belongs"]:
            continue
        stage = target.stage(migration["stages"].get(deal["stage"], ""))
        code = "stage_not_mapped" if stage is None else await _moved(tx, deal, stage, pipeline_id=target.id)
        if code is None:
            moved += 1
        else:
            failed += await _noted(tx, migration, deal, code=code)
    counts = {
        "moved": job.counts.get("moved", 0) + moved,
        "failed": job.counts.get("failed", 0) + failed,
    }
    in_this_round, is_end = place["moved"] + moved, len(held) < AT_ONCE
    after = {"after": "", "moved": 0} if is_end else {"after": held[-1]["id"], "moved": in_this_round}
    job.progress(done=sum(counts.values()), counts=counts, checkpoint=after)
    return not is_end or in_this_round > 0


async def _moved(tx: Tx, deal: Record, stage: Stage, *, pipeline_id: str | None) -> str | None:
    """Move a deal and return None, or the code of what was in its way."""
    try:
        async with tx.savepoint():
            await _move(tx, deal, stage, pipeline_id=pipeline_id)
    except Problem as problem:
        return problem.code
    return None


async def _move(tx: Tx, deal: Record, stage: Stage, *, pipeline_id: str | None) -> None:
    is_approved, stays, time = deal["status"] == "approved", stage.code == deal["stage"], {}
    if is_approved:
        since = entered_at(deal)
        time = clock(stage, stays=stays, since=since, overdue_at=deal["stage_overdue_at"], at=tx.now)
        await _set_timer(tx, deal["id"], time)
    moved = await tx.update(deals, deal, stage=stage.code, pipeline_id=pipeline_id, **time)
    if is_approved:
        await keep(tx, deal, moved, to=stage.code, direction="migrated", reason=None)
    about: dict[str, str] = {"deal_id": moved["id"], "partner_id": moved["partner_id"]}
    event = PipelineChanged(
        **about,
        old_pipeline_id=deal["pipeline_id"],
        new_pipeline_id=moved["pipeline_id"],
        old_stage=deal["stage"],
        new_stage=moved["stage"],
    )
    tx.emit(event, subject=moved, audience=[moved["partner_id"]])
    if is_approved and not stays:
        changed = StageChanged(**about, old_stage=deal["stage"], new_stage=moved["stage"])
        tx.emit(changed, subject=moved, audience=[moved["partner_id"]])


async def _set_timer(tx: Tx, deal_id: str, time: Mapping[str, Any]) -> None:
    if time["stage_due_at"] is None:
        await tx.forget(OVERDUE, subject=deal_id)
    else:
        await tx.remind(OVERDUE, subject=deal_id, at=time["stage_due_at"])


async def _noted(tx: Tx, migration: Record, deal: Record, *, code: str) -> int:
    """Note a deal that stays where it is, once, and return how many were new."""
    values = {"migration_id": migration["id"], "deal_id": deal["id"], "partner_id": deal["partner_id"]}
    new = tx.as_new({"id": tx.new_id("pmif"), **values, "stage": deal["stage"], "code": code})
    stored = await tx.add(pipeline_migration_failures, **new)
    return 0 if stored is None else 1
