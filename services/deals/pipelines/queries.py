"""Reading pipelines, and which of them a deal is in."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, func, select

from services.deals.pipelines.lifecycle import LIFECYCLE
from services.deals.pipelines.rules import BUILT_IN, Pipeline, pipeline_of
from services.deals.pipelines.tables import pipelines
from shared.db.read import Read
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

PIPELINES = Resource(
    "pipeline",
    pipelines,
    ("name", "program", "status", "pipeline_version", "stages", "won_reasons", "lost_reasons", "published_at"),
    permission="pipelines:read",
    filters=("status", "program"),
    lifecycle=LIFECYCLE,
)
_P = pipelines.c
BY_ID = Statement(select(pipelines).where(_P.tenant_id == TENANT, _P.id == bindparam("pipeline")))
IN_FORCE = Statement(
    select(pipelines)
    .where(
        _P.tenant_id == TENANT,
        _P.status == "published",
        func.coalesce(_P.program, "") == func.coalesce(bindparam("of_program", type_=_P.program.type), ""),
    )
    .with_for_update(key_share=True)
)
LAST_VERSION = Statement(
    select(_P.pipeline_version)
    .where(
        _P.tenant_id == TENANT,
        func.coalesce(_P.program, "") == func.coalesce(bindparam("of_program", type_=_P.program.type), ""),
        _P.pipeline_version.is_not(None),
    )
    .order_by(_P.pipeline_version.desc())
    .limit(1)
)


async def pipeline_of_deal(tx: Tx, deal: Mapping[str, Any]) -> Pipeline:
    """Return the version a deal is in."""
    return await pipeline_by_id(tx, deal["pipeline_id"])


async def pipeline_by_id(tx: Tx, pipeline_id: str | None) -> Pipeline:
    """Return a version; without an id, the built-in one. Raises NotFound for one there is not."""
    return BUILT_IN if pipeline_id is None else pipeline_of(await tx.one(BY_ID, pipeline=pipeline_id))


async def pipeline_to_read(read: Read, pipeline_id: str | None) -> Pipeline:
    """Return a version the caller sees; without an id, the built-in one. Raises NotFound."""
    if pipeline_id is None:
        return BUILT_IN
    row = await read.get(PIPELINES, pipeline_id)
    return pipeline_of(await read.one(BY_ID, pipeline=row["id"]))
