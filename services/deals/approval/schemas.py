"""Bodies of approval policies."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.deals.approval.step_schemas import ApproverLimitOut, ApproverLimits, StepOut, Steps
from services.deals.ids import ApprovalPolicyId
from services.deals.protection.schemas import ProtectionTermsIn, ProtectionTermsOut
from services.deals.reviews.schemas import ReviewTermsIn, ReviewTermsOut
from shared.web.models import Body, Code, Currency, LifecycleOut, Out, Patch, Short, told

_MAX = 9_007_199_254_740_991
Expression = Annotated[str, Field(min_length=1, max_length=2000, description="CEL over the facts of a deal.")]


class RuleIn(Body):
    """A condition that must hold; when it does not, the deal goes to a person (refer) or is rejected (fail)."""

    code: Code
    when: Expression
    outcome: Literal["refer", "fail"] = "refer"
    reason: Annotated[str, Field(max_length=500)] = ""


class AmountLimitIn(Body):
    """Up to which amount, in minor units, a deal is approved without a person; without a tier, for every tier."""

    tier: Code | None = None
    currency: Currency
    amount: Annotated[int, Field(ge=0, le=_MAX)]


class ProtectionLengthIn(Body):
    """For how many days an approved deal is protected; without a tier, for every tier."""

    tier: Code | None = None
    days: Annotated[int, Field(ge=1, le=730)]


Rules = Annotated[list[RuleIn], Field(min_length=1, max_length=100)]
AmountLimits = Annotated[list[AmountLimitIn], Field(max_length=500)]
ProtectionLengths = Annotated[list[ProtectionLengthIn], Field(max_length=100)]


class ApprovalPolicyIn(Body):
    """A draft of a policy. Every rule must hold for a deal to be approved without a person; else its steps say who approves."""

    id: ApprovalPolicyId | None = None
    name: Short
    rules: Rules
    amount_limits: AmountLimits = []
    protection_days: ProtectionLengths = []
    protection_terms: ProtectionTermsIn = ProtectionTermsIn()
    steps: Steps = []
    approver_limits: ApproverLimits = []
    review: ReviewTermsIn = ReviewTermsIn()


class ApprovalPolicyPatch(Patch):
    """A change to a draft; a list given replaces the list that was there."""

    name: Annotated[Short, Field(default_factory=str)]
    rules: Annotated[Rules, Field(default_factory=list)]
    amount_limits: Annotated[AmountLimits, Field(default_factory=list)]
    protection_days: Annotated[ProtectionLengths, Field(default_factory=list)]
    protection_terms: Annotated[ProtectionTermsIn, Field(default_factory=ProtectionTermsIn)]
    steps: Annotated[Steps, Field(default_factory=list)]
    approver_limits: Annotated[ApproverLimits, Field(default_factory=list)]
    review: Annotated[ReviewTermsIn, Field(default_factory=ReviewTermsIn)]


class RuleOut(Out):
    """A rule of a policy."""

    code: str
    when: str
    outcome: str
    reason: str


class AmountLimitOut(Out):
    """A limit of a policy, in minor units."""

    tier: str | None
    currency: str
    amount: int


class ProtectionLengthOut(Out):
    """A length of protection, in days."""

    tier: str | None
    days: int


class PolicyWarningOut(Out):
    """What a policy asks for and could not get when it was saved or published last; `pointer` is where it asks."""

    pointer: str
    code: Annotated[Literal["nobody_asked"], told()]


class ApprovalPolicyOut(LifecycleOut):
    """A policy; published, it has a `policy_version` and never changes again. The highest version is in force."""

    name: str
    policy_version: int | None
    rules: list[RuleOut]
    amount_limits: list[AmountLimitOut]
    protection_days: list[ProtectionLengthOut]
    protection_terms: ProtectionTermsOut
    steps: list[StepOut]
    approver_limits: list[ApproverLimitOut]
    review: ReviewTermsOut
    warnings: list[PolicyWarningOut]
    published_at: datetime | None


class TransitionOut(Out):
    """How many past decisions would change from one outcome to another."""

    recorded: str
    outcome: str
    count: int


class ChangeOut(Out):
    """A past decision that would be another, and the rules that lead to it."""

    deal_id: str
    recorded: str
    outcome: str
    reasons: list[str]


class ApprovalPolicyPreview(Out):
    """What a policy would have decided about the latest decisions; nothing is changed by asking."""

    object: Literal["approval_policy_preview"] = "approval_policy_preview"
    total: int
    outcomes: dict[str, int]
    transitions: list[TransitionOut]
    changes: list[ChangeOut]
