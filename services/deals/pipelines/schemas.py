"""Bodies of pipelines."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.deals.ids import PipelineId
from shared.web.models import Body, Code, LifecycleOut, Out, Patch, Short, told

Requirable = Literal[
    "amount", "expected_close_on", "next_step", "customer.domain", "customer.country", "customer.tax_id"
]
Expression = Annotated[str, Field(min_length=1, max_length=2000, description="CEL over the facts of a deal.")]
ReasonCode = Annotated[
    Code,
    told(
        "product_fit",
        "price",
        "relationship",
        "service",
        "competitor",
        "no_budget",
        "no_decision",
        "timing",
        "other",
        "unspecified",
        "licence_cancelled",
        "licence_transferred",
    ),
]


class WordsIn(Body):
    """What something is called, by language."""

    en: Short
    de: Short | None = None
    hu: Short | None = None


class EntryRuleIn(Body):
    """A condition that must hold before a deal enters the stage."""

    code: Code
    when: Expression
    reason: Annotated[str, Field(max_length=500)] = ""


class StageDefinitionIn(Body):
    """A stage; where nothing is said of `moves_to`, a deal goes from it to any other."""

    code: Code
    label: WordsIn | None = None
    probability: Annotated[int, Field(ge=0, le=100, description="Of being won, in percent, before there is history.")]
    required_fields: Annotated[list[Requirable], Field(max_length=10)] = []
    entry_rules: Annotated[list[EntryRuleIn], Field(max_length=20)] = []
    max_age_days: Annotated[int, Field(ge=1, le=730)] | None = None
    moves_to: Annotated[list[Code], Field(max_length=30)] | None = None


class EndReasonIn(Body):
    """Why a sale ends as it does."""

    code: Code
    label: WordsIn | None = None


Stages = Annotated[list[StageDefinitionIn], Field(min_length=1, max_length=30)]
EndReasons = Annotated[list[EndReasonIn], Field(max_length=50)]


class PipelineIn(Body):
    """A draft of a pipeline, for one program or for every program that has none of its own.

    Parts left out are those of the built-in pipeline. A list of reasons without `unspecified` makes the code required.
    """

    id: PipelineId | None = None
    name: Short
    program: Code | None = None
    stages: Stages | None = None
    won_reasons: EndReasons | None = None
    lost_reasons: EndReasons | None = None


class PipelinePatch(Patch):
    """A change to a draft; a list given replaces the list that was there."""

    name: Annotated[Short, Field(default_factory=str)]
    program: Code | None = None
    stages: Annotated[Stages, Field(default_factory=list)]
    won_reasons: Annotated[EndReasons, Field(default_factory=list)]
    lost_reasons: Annotated[EndReasons, Field(default_factory=list)]


class WordsOut(Out):
    """What something is called, by language."""

    en: str
    de: str | None
    hu: str | None


class EntryRuleOut(Out):
    """A condition that must hold before a deal enters the stage."""

    code: str
    when: str
    reason: str


class StageDefinitionOut(Out):
    """A stage of a pipeline; the stages stand in their order."""

    code: str
    label: WordsOut | None
    probability: int
    required_fields: list[Requirable]
    entry_rules: list[EntryRuleOut]
    max_age_days: int | None
    moves_to: list[str] | None


class EndReasonOut(Out):
    """Why a sale ends as it does."""

    code: ReasonCode
    label: WordsOut | None


class PipelineOut(LifecycleOut):
    """A version of a pipeline. Published, it never changes again; deals stay in the version they have entered."""

    name: str
    program: str | None
    pipeline_version: int | None
    stages: list[StageDefinitionOut]
    won_reasons: list[EndReasonOut]
    lost_reasons: list[EndReasonOut]
    published_at: datetime | None


class BuiltInPipelineOut(Out):
    """The pipeline of every program for which nothing else was published; deals in it have no `pipeline_id`."""

    object: Literal["built_in_pipeline"] = "built_in_pipeline"
    stages: list[StageDefinitionOut]
    won_reasons: list[EndReasonOut]
    lost_reasons: list[EndReasonOut]
