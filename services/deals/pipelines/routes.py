"""The noun `pipelines`."""

from services.deals.pipelines import commands
from services.deals.pipelines.queries import PIPELINES
from services.deals.pipelines.rules import BUILT_IN, document
from services.deals.pipelines.schemas import BuiltInPipelineOut, PipelineIn, PipelineOut, PipelinePatch
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.rules import InvalidRule
from shared.web.params import Principal, Read, Tx, Version
from shared.web.router import Router

router = Router("pipelines")
router.lists(PIPELINES, PipelineOut, summary="Versions of pipelines, newest first.")


@router.get("/built-in", permission="pipelines:read", out=BuiltInPipelineOut)
async def get_built_in_pipeline(read: Read) -> BuiltInPipelineOut:
    """The pipeline of every program for which nothing else was published."""
    return BuiltInPipelineOut.model_validate(document(BUILT_IN))


router.reads(PIPELINES, PipelineOut, summary="One version of a pipeline.")


@router.post(
    permission="pipelines:write",
    returns=PIPELINES,
    out=PipelineOut,
    status=201,
    problems=[InvalidRule, AlreadyExists],
)
async def create_pipeline(body: PipelineIn, tx: Tx, caller: Principal) -> Row:
    """Draft a pipeline; parts left out are those of the built-in one."""
    return await commands.create(tx, body, caller=caller)


@router.patch(permission="pipelines:write", returns=PIPELINES, out=PipelineOut, problems=[InvalidRule])
async def change_pipeline(id: str, body: PipelinePatch, tx: Tx, caller: Principal, version: Version) -> Row:
    """Change a draft."""
    return await commands.change(tx, body, pipeline_id=id, version=version, caller=caller)


@router.post("/{id}/publish", permission="pipelines:approve", returns=PIPELINES, out=PipelineOut)
async def publish_pipeline(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Bring a draft into force for its program; deals stay in the version they are in until they are moved."""
    return await commands.publish(tx, pipeline_id=id, version=version, caller=caller)


@router.post("/{id}/retire", permission="pipelines:approve", returns=PIPELINES, out=PipelineOut)
async def retire_pipeline(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Take a version out of force; deals in it stay there."""
    return await commands.retire(tx, pipeline_id=id, version=version, caller=caller)
