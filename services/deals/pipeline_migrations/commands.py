"""Saying what a migration of a pipeline would do, and beginning one."""

from dataclasses import dataclass
from typing import Any, Final

from services.deals.pipeline_migrations.queries import RUNNING, standing
from services.deals.pipeline_migrations.rules import MigrationUnderWay, fault_of_versions, faults_of_ways, ways
from services.deals.pipeline_migrations.schemas import PipelineMigrationIn
from services.deals.pipeline_migrations.tables import pipeline_migrations
from services.deals.pipelines.queries import BY_ID
from services.deals.pipelines.rules import BUILT_IN, pipeline_of
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only, whole_tenant_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Fault, Invalid
from shared.operations.commands import begin as begin_operation

KIND: Final = "pipeline_migration"
_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || ' pipeline migrations', 0))"


@dataclass(frozen=True, slots=True)
class _Plan:
    deals: dict[str, int]
    ways: dict[str, str]
    faults: list[Fault]

    @property
    def total(self) -> int:
        return sum(self.deals.values())


async def preview(tx: Tx, body: PipelineMigrationIn, *, caller: Caller) -> dict[str, Any]:
    """Return what a migration would do and what would keep it from beginning; nothing is stored."""
    plan = await _planned(tx, body, caller=caller)
    return {
        "object": "pipeline_migration_preview",
        "from_pipeline_id": body.from_pipeline_id,
        "to_pipeline_id": body.to_pipeline_id,
        "deals": plan.total,
        "stages": [
            {"from_stage": code, "to_stage": plan.ways.get(code), "deals": count} for code, count in plan.deals.items()
        ],
        "faults": [{"pointer": each.pointer, "code": each.code, "detail": each.detail} for each in plan.faults],
    }


async def migrate(tx: Tx, body: PipelineMigrationIn, *, caller: Caller) -> Row:
    """Begin to move all live deals of a version; returns the operation.

    Raises Invalid naming each stage that leads nowhere, MigrationUnderWay while the version's deals are being moved.
    """
    plan = await _planned(tx, body, caller=caller)
    if plan.faults:
        raise Invalid(errors=plan.faults)
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id)
    if await tx.first(RUNNING, source=body.from_pipeline_id or "") is not None:
        raise MigrationUnderWay()
    migration_id = tx.new_id("pmig")
    operation: Record = await begin_operation(
        tx, kind=KIND, arguments={"migration_id": migration_id}, total=plan.total, unit="deals"
    )
    await tx.insert(
        pipeline_migrations,
        id=migration_id,
        from_pipeline_id=body.from_pipeline_id,
        to_pipeline_id=body.to_pipeline_id,
        stages=plan.ways,
        status="running",
        found=plan.total,
        moved=0,
        failed=0,
        operation_id=operation["id"],
        created_by=caller.account_id,
        finished_at=None,
    )
    return operation


async def _planned(tx: Tx, body: PipelineMigrationIn, *, caller: Caller) -> _Plan:
    vendor_only(caller)
    whole_tenant_only(tx.viewer)
    target = await _version(tx, body.to_pipeline_id, at="/to_pipeline_id")
    source = body.from_pipeline_id and await _version(tx, body.from_pipeline_id, at="/from_pipeline_id")
    wrong = fault_of_versions(source or None, target)
    if wrong is not None:
        raise Invalid(errors=[wrong])
    old, new = pipeline_of(source) if source else BUILT_IN, pipeline_of(target)
    found = await standing(tx, source=body.from_pipeline_id, target=body.to_pipeline_id)
    return _Plan(found, ways(old, new, body.stages), faults_of_ways(old, new, body.stages, occupied=found))


async def _version(tx: Tx, pipeline_id: str, *, at: str) -> Record:
    row = await tx.first(BY_ID, pipeline=pipeline_id)
    if row is None:
        raise Invalid(errors=[Fault(at, "unknown_pipeline", "There is no such pipeline.")])
    return row
