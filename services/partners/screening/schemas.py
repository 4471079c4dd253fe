"""Bodies of screening policies."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from services.partners.screening.facts import BUILT_IN
from shared.rules import ErrorCode
from shared.web.models import Body, Code, LifecycleOut, Out, Patch, Short, Whole, told, typeid

PolicyId = Annotated[str, typeid("scp")]
ApplicationId = Annotated[str, typeid("app")]
Outcome = Literal["pass", "refer", "fail"]
Entries = Annotated[list[Short], Field(max_length=2000)]
_FactText = Annotated[str, Field(max_length=10_000)]
FactValue = bool | Whole | _FactText | Annotated[list[_FactText], Field(max_length=100)]


class ScreeningRuleBody(Body):
    """One rule: when its condition is true, it contributes its outcome."""

    code: Code
    when: Annotated[str, Field(min_length=1, max_length=2000, description="A CEL expression over facts.")]
    outcome: Outcome = "refer"
    reason: Annotated[str, Field(max_length=200)] = ""


Rules = Annotated[list[ScreeningRuleBody], Field(min_length=1, max_length=100)]


class ScreeningPolicyIn(Body):
    """A new draft. The worst outcome of all rules stands: fail, then refer, then pass."""

    id: PolicyId | None = None
    name: Short
    auto_approve: bool = Field(default=False, description="Approve what passes without a person.")
    default: Outcome = Field(default="pass", description="The outcome when no rule speaks.")
    rules: Rules
    denied_parties: Entries = Field(default=[], description="Names or tax numbers behind application.denied_party.")
    competitor_domains: Entries = Field(default=[], description="Domains behind application.competitor.")


class ScreeningPolicyPatch(Patch):
    """What can change of a draft."""

    name: Annotated[Short, Field(default_factory=str)]
    auto_approve: Annotated[bool, Field(default_factory=bool)]
    default: Annotated[Outcome, Field(default_factory=lambda: "pass")]
    rules: Annotated[Rules, Field(default_factory=list)]
    denied_parties: Annotated[Entries, Field(default_factory=list)]
    competitor_domains: Annotated[Entries, Field(default_factory=list)]


class ScreeningRuleOut(Out):
    """One rule of a policy."""

    code: str
    when: str
    outcome: str
    reason: str


class ScreeningPolicyOut(LifecycleOut):
    """A version of the screening policy; `policy_version` is null in a draft."""

    name: str
    policy_version: int | None
    auto_approve: bool
    default: str
    rules: list[ScreeningRuleOut]
    denied_parties: list[str]
    competitor_domains: list[str]
    published_at: datetime | None
    published_by: str | None


class ScreeningTraceOut(Out):
    """What became of one rule."""

    rule: Annotated[str, told(*(each.code for each in BUILT_IN.rules))]
    expression: str
    inputs: dict[str, Any]
    result: str
    error: str | None
    error_code: Annotated[ErrorCode, told()] | None = None
    outcome: str | None


class ScreeningEvaluationOut(Out):
    """The outcome of screening, and every rule that led to it."""

    policy: str
    version: int
    outcome: str
    reasons: list[str]
    trace: list[ScreeningTraceOut]


class ScreeningPreviewIn(Body):
    """Either facts by name, or an application whose facts are to be used as they are now."""

    facts: Annotated[dict[str, FactValue], Field(max_length=50)] | None = None
    application_id: ApplicationId | None = None


class ScreeningPreviewOut(Out):
    """What the policy would decide; nothing is stored."""

    object: Literal["screening_preview"]
    status: str
    facts: dict[str, Any]
    evaluation: ScreeningEvaluationOut
