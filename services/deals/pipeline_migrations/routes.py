"""The noun `pipeline-migrations`."""

from typing import Final

from services.deals.metadata import PLUMBING
from services.deals.pipeline_migrations import commands
from services.deals.pipeline_migrations.queries import FAILURES, PIPELINE_MIGRATIONS
from services.deals.pipeline_migrations.rules import MigrationUnderWay
from services.deals.pipeline_migrations.schemas import (
    PipelineMigrationFailureOut,
    PipelineMigrationIn,
    PipelineMigrationOut,
    PipelineMigrationPreviewOut,
)
from shared.db.read import Page
from shared.db.resource import Row
from shared.operations.schemas import OperationOut
from shared.web.models import list_of
from shared.web.params import Http, Principal, Read, Tx
from shared.web.reply import PRIVATE, Reply
from shared.web.router import Router

_OPERATIONS: Final = PLUMBING.operations.resource
_WRITE: Final = "pipeline-migrations:write"
router = Router("pipeline-migrations")
router.lists(PIPELINE_MIGRATIONS, PipelineMigrationOut, summary="Migrations of pipelines, newest first.")
router.reads(PIPELINE_MIGRATIONS, PipelineMigrationOut, summary="One migration of a pipeline.")


@router.post("/preview", permission=_WRITE, out=PipelineMigrationPreviewOut)
async def preview_pipeline_migration(body: PipelineMigrationIn, tx: Tx, caller: Principal) -> Reply:
    """How many deals of which stage would go where, and what would keep them; nothing is moved."""
    return Reply.json(await commands.preview(tx, body, caller=caller), headers=dict(PRIVATE))


@router.post(permission=_WRITE, returns=_OPERATIONS, out=OperationOut, status=202, problems=[MigrationUnderWay])
async def migrate_pipeline(body: PipelineMigrationIn, tx: Tx, caller: Principal) -> Row:
    """Move all live deals of a version to the one in force; repeating it moves what has come to be there since."""
    return await commands.migrate(tx, body, caller=caller)


@router.get(
    "/{id}/failures",
    permission="pipeline-migrations:read",
    out=list_of(PipelineMigrationFailureOut),
    listing=FAILURES,
)
async def list_pipeline_migration_failures(id: str, read: Read, request: Http) -> Page:
    """The deals that a migration has left where they were, and why."""
    await read.get(PIPELINE_MIGRATIONS, id)
    return await read.page(FAILURES, request.query, migration_id=id)
