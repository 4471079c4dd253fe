"""Reading migrations, and the deals that one is about."""

from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Text, bindparam, delete, func, literal_column, or_, select

from services.deals.directory.queries import begins_in
from services.deals.pipeline_migrations.lifecycle import LIFECYCLE
from services.deals.pipeline_migrations.tables import pipeline_migration_failures, pipeline_migrations
from services.deals.registrations.tables import IS_LIVE, deals
from shared.db.pool import Record
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

PIPELINE_MIGRATIONS = Resource(
    "pipeline_migration",
    pipeline_migrations,
    (
        *("from_pipeline_id", "to_pipeline_id", "stages", "status", "found", "moved", "failed"),
        *("operation_id", "created_by", "finished_at"),
    ),
    permission="pipeline-migrations:read",
    filters=("status", "from_pipeline_id", "to_pipeline_id"),
    lifecycle=LIFECYCLE,
)
FAILURES = Resource(
    "pipeline_migration_failure",
    pipeline_migration_failures,
    ("migration_id", "deal_id", "partner_id", "stage", "code"),
    permission="pipeline-migrations:read",
)
_D = deals.c
_version: Final = func.coalesce(_D.pipeline_id, literal_column("''"))
# Those of a partner that begins its deals in the target. A version of the same program is left by all of its deals.
_BELONGS: Final[ColumnElement[bool]] = or_(
    bindparam("whole", type_=Boolean),
    begins_in(_D.partner_id) == bindparam("target", type_=Text(collation="C")),
)
_OF_version: Final = (_D.tenant_id == TENANT, _version == bindparam("source", type_=Text(collation="C")), IS_LIVE)
_STANDING = Statement(
    select(_D.stage, func.count().label("deals")).where(*_OF_version, _BELONGS).group_by(_D.stage).order_by(_D.stage)
)
_NEXT = Statement(
    select(deals, _BELONGS.label("belongs"))
    .where(*_OF_version, _D.id > bindparam("after", type_=Text(collation="C")))
    .order_by(_version, _D.id)
    .limit(bindparam("most"))
    .with_for_update(of=deals)
)
OF_OPERATION = Statement(
    select(pipeline_migrations.c.id).where(
        pipeline_migrations.c.tenant_id == TENANT, pipeline_migrations.c.operation_id == bindparam("operation")
    )
)
RUNNING = Statement(
    select(pipeline_migrations.c.id).where(
        pipeline_migrations.c.tenant_id == TENANT,
        func.coalesce(pipeline_migrations.c.from_pipeline_id, literal_column("''"))
        == bindparam("source", type_=Text(collation="C")),
        pipeline_migrations.c.status == "running",
    )
)


_F = pipeline_migration_failures.c
_OVERTAKEN = Statement(
    delete(pipeline_migration_failures).where(
        _F.tenant_id == TENANT,
        _F.migration_id == bindparam("migration"),
        select(_D.id)
        .where(
            _D.tenant_id == TENANT,
            _D.id == _F.deal_id,
            _version != bindparam("source", type_=Text(collation="C")),
        )
        .exists(),
    )
)
_COUNT_FAILURES = Statement(
    select(func.count()).where(_F.tenant_id == TENANT, _F.migration_id == bindparam("migration"))
)


async def failures_left(tx: Tx, migration: Record) -> int:
    """Forget failures of deals that have left the version since, and return how many are left."""
    await tx.run(_OVERTAKEN, migration=migration["id"], source=migration["from_pipeline_id"] or "")
    return int(await tx.value(_COUNT_FAILURES, migration=migration["id"]))


async def standing(tx: Tx, *, source: str | None, target: str) -> dict[str, int]:
    """Return how many deals go from a version to another one, by the stage they are in."""
    found = await tx.all(_STANDING, **_between(source, target))
    return {row["stage"]: row["deals"] for row in found}


async def next_deals(tx: Tx, *, source: str | None, target: str, after: str, most: int) -> list[Record]:
    """Return the next live deals of a version in the order of their ids, held; `belongs` says which of them are to go."""
    return await tx.all(_NEXT, **_between(source, target), after=after, most=most)


def _between(source: str | None, target: str) -> dict[str, Any]:
    return {"source": source or "", "target": target, "whole": source is not None}
