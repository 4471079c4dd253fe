"""Bodies of migrations of pipelines."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.deals.ids import PipelineId
from shared.web.models import Body, Code, FaultOut, LifecycleOut, Out, ResourceOut, told

FailureCode = Annotated[str, told("stage_not_mapped")]


class PipelineMigrationIn(Body):
    """From which version to which, and where the deals of a stage go; without a version to go from, the built-in one.

    A stage that is not named leads to the stage of the same code.
    """

    from_pipeline_id: PipelineId | None = None
    to_pipeline_id: PipelineId
    stages: Annotated[dict[Code, Code], Field(max_length=30)] = {}


class StageMigrationOut(Out):
    """How many deals go from one stage to another; `to_stage` null where nothing says where to."""

    from_stage: str
    to_stage: str | None
    deals: int


class PipelineMigrationPreviewOut(Out):
    """What a migration would do, and what would keep it from beginning."""

    object: Literal["pipeline_migration_preview"] = "pipeline_migration_preview"
    from_pipeline_id: str | None
    to_pipeline_id: str
    deals: int
    stages: list[StageMigrationOut]
    faults: list[FaultOut]


class PipelineMigrationOut(LifecycleOut):
    """The moving of all live deals of a version to another one; `operation_id` says how far it is."""

    from_pipeline_id: str | None
    to_pipeline_id: str
    stages: dict[str, str] = Field(description="Where the deals of each stage go.")
    found: int = Field(description="How many deals it began with.")
    moved: int
    failed: int
    operation_id: str
    created_by: str
    finished_at: datetime | None


class PipelineMigrationFailureOut(ResourceOut):
    """A deal that a migration has left where it was, and why."""

    migration_id: str
    deal_id: str
    partner_id: str
    stage: str
    code: FailureCode
