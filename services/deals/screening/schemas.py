"""Bodies of conflict checks and cases."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.matching import ReasonCode, Verdict
from shared.web.models import Body, Code, Country, LifecycleOut, Long, Out, ResourceOut, Short, told

Reason = Annotated[ReasonCode, told()]


class CustomerIn(Body):
    """A customer as a partner knows it."""

    name: Short
    domain: Short | None = None
    country: Country | None = None
    tax_id: Short | None = None


class CustomerShown(Out):
    """A customer as the partner entered it."""

    name: str
    domain: str | None
    country: str | None
    tax_id: str | None


class ConflictCheckIn(Body):
    """What somebody thinks of registering."""

    customer: CustomerIn
    product_family: Code


class ConflictCheckOut(ResourceOut):
    """Whether a registration would meet another; of the other nothing is said."""

    partner_id: str | None
    customer: CustomerShown
    product_family: str
    conflict_class: Verdict = Field(alias="class")
    reasons: list[Reason]
    engine_version: str


class ResolutionIn(Body):
    """How a case is resolved: the conflict is upheld, or the match is rejected.

    `identity` says whether the customers in it are one, which merges them, or two, which keeps them apart from now on.
    """

    resolution: Literal["upheld", "rejected_match"]
    identity: Literal["same", "different"] | None = None
    note: Long | None = None


class FindingOut(Out):
    """One rival registration compared; score and features are decimals."""

    deal_id: str
    partner_id: str
    customer_id: str
    conflict_class: Verdict = Field(alias="class")
    reasons: list[Reason]
    score: str
    features: dict[str, str]


class ConflictCaseOut(LifecycleOut):
    """A conflict a person decides."""

    deal_id: str
    partner_id: str
    customer_id: str
    product_family: str
    conflict_class: Verdict = Field(alias="class")
    reasons: list[Reason]
    findings: list[FindingOut]
    engine_version: str
    resolution: str | None
    identity: str | None
    note: str | None
    resolved_by: str | None
    resolved_at: datetime | None
