"""Drafting pipelines and bringing them into force."""

from typing import Any, Final

from services.deals.pipelines.lifecycle import LIFECYCLE, PARTS
from services.deals.pipelines.queries import IN_FORCE, LAST_VERSION
from services.deals.pipelines.rules import BUILT_IN, document, pipeline_of, require_sound
from services.deals.pipelines.schemas import PipelineIn, PipelinePatch
from services.deals.pipelines.tables import pipelines
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.events.catalog.deals import PipelinePublished, PipelineRetired

_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || ' pipelines', 0))"


async def create(tx: Tx, body: PipelineIn, *, caller: Caller) -> Row:
    """Draft a pipeline; raises InvalidRule for a stage that cannot be used."""
    vendor_only(caller)
    parts = body.model_dump(include=set(PARTS))
    parts |= {name: part for name, part in document(BUILT_IN).items() if parts[name] is None}
    return await tx.insert(
        pipelines, id=body.id or tx.new_id("pln"), status="draft", is_published=False, **_checked(parts)
    )


async def change(tx: Tx, body: PipelinePatch, *, pipeline_id: str, version: int | None, caller: Caller) -> Row:
    """Change a draft; raises InvalidTransition for a published version, InvalidRule for a stage that cannot be used."""
    vendor_only(caller)
    row = await tx.lock(pipelines, pipeline_id)
    LIFECYCLE.require_editable(row["status"], body.model_fields_set)
    require_version(row, version)
    parts = {name: row[name] for name in PARTS} | body.model_dump(include=body.model_fields_set)
    return await tx.update(pipelines, row, **_checked(parts))


async def publish(tx: Tx, *, pipeline_id: str, version: int | None, caller: Caller) -> Row:
    """Bring a draft into force for its program; new deals begin in it, others stay in the version they are in."""
    vendor_only(caller)
    row = await tx.lock_for(pipelines, pipeline_id, action="publish", lifecycle=LIFECYCLE, version=version)
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id)
    before = await tx.first(IN_FORCE, of_program=row["program"])
    if before is not None:
        await tx.update(pipelines, before, status="superseded")
    drawn = int(await tx.value(LAST_VERSION, of_program=row["program"]) or 0) + 1
    published = await tx.update(
        pipelines, row, status="published", is_published=True, pipeline_version=drawn, published_at=tx.now
    )
    event = PipelinePublished(
        pipeline_id=row["id"],
        program=row["program"],
        pipeline_version=drawn,
        supersedes=before["id"] if before is not None else None,
    )
    tx.emit(event, subject=published)
    return published


async def retire(tx: Tx, *, pipeline_id: str, version: int | None, caller: Caller) -> Row:
    """Take a version out of force; deals in it stay, new ones begin in what is left, at last in the built-in pipeline."""
    vendor_only(caller)
    row = await tx.lock_for(pipelines, pipeline_id, action="retire", lifecycle=LIFECYCLE, version=version)
    retired = await tx.update(pipelines, row, status="retired")
    tx.emit(PipelineRetired(pipeline_id=row["id"], program=row["program"]), subject=retired)
    return retired


def _checked(parts: dict[str, Any]) -> dict[str, Any]:
    pipeline = pipeline_of({"id": None, **parts})
    require_sound(pipeline)
    return {**parts, "first_stage": pipeline.first.code}
