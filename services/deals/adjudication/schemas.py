"""Bodies of conflict cases."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.deals.adjudication.rules import Identity, Resolution
from services.deals.ids import DealId
from services.deals.screening.schemas import ComparedCustomerOut, FindingOut, Reason
from shared.matching import Verdict
from shared.web.models import Body, Country, LifecycleOut, Long, Out


class ResolutionIn(Body):
    """How a case is resolved.

    `upheld`: the other registration stands, this one cannot be approved. `rejected_match`: there is no conflict.
    `split_scope`: this one gets the customer in `territories`, the others keep it elsewhere. `dual`: both stand, this one
    without exclusivity. `customer_choice`: the customer wants the partner of `chosen_deal_id`, whose registration stands.
    `identity` says whether the customers in it are one, which merges them, or two, which keeps them apart from now on.
    """

    resolution: Resolution
    identity: Identity | None = None
    territories: Annotated[list[Country], Field(min_length=1, max_length=250)] | None = None
    chosen_deal_id: DealId | None = None
    note: Long | None = None


class AppealIn(Body):
    """Why the resolution should be another one."""

    reason: Long


class TermsOut(Out):
    """The policy by which a case was judged: its version, 0 for the built-in one, and per cents."""

    version: int
    thresholds: dict[str, int]
    weights: dict[str, int]


class ConflictCaseOut(LifecycleOut):
    """A conflict a person decides.

    Its partner sees that it is there, its class and reasons, and what has become of it; what is known of others, and who
    decides, is for the vendor: null for partners, and no findings.
    """

    deal_id: str
    partner_id: str
    customer_id: str | None
    product_family: str
    conflict_class: Verdict = Field(alias="class")
    reasons: list[Reason]
    customer: ComparedCustomerOut | None
    findings: list[FindingOut]
    engine_version: str
    policy: TermsOut | None
    assigned_to: str | None
    resolution: str | None
    identity: str | None
    chosen_deal_id: str | None
    territories: list[str] | None
    note: str | None
    resolved_by: str | None
    resolved_at: datetime | None
    previous_resolution: str | None
    appealable_until: datetime | None
    appealed_at: datetime | None
    appeal_reason: str | None
    closed_at: datetime | None
    caused_by: str | None


class JudgementOut(Out):
    """What one computation says of a pair; the score is a decimal."""

    conflict_class: Verdict = Field(alias="class")
    reasons: list[Reason]
    score: str
    features: dict[str, str]


class ReplayedOut(Out):
    """One finding: as stored, computed again by the same terms, and by the policy in force now."""

    deal_id: str | None
    stored: JudgementOut
    recomputed: JudgementOut
    in_force: JudgementOut
    agrees: bool


class ConflictReplay(Out):
    """A case computed again from what was stored with it. `agrees` when the same terms give the same result."""

    object: Literal["conflict_replay"] = "conflict_replay"
    case_id: str
    stored_engine: str
    engine: str
    stored_policy: int
    policy: int
    stored_class: Verdict
    recomputed_class: Verdict
    in_force_class: Verdict
    findings: list[ReplayedOut]
    agrees: bool
