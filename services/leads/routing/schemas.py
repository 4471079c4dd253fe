"""Bodies of routing policies and explanations."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from services.leads.routing.policy import DEFAULT_ACCEPT_WITHIN_HOURS, DEFAULT_ELIGIBILITY, DEFAULT_HOP_LIMIT
from services.leads.routing.rules import Outcome, RefusalCode
from shared.web.models import Body, LifecycleOut, Out, Patch, Short, id_of, told

Strategy = Literal["round_robin"]
Expression = Annotated[
    str, Field(min_length=1, max_length=2000, description="A CEL condition over `lead.*` and `partner.*` facts.")
]
Hours = Annotated[int, Field(ge=1, le=720)]
Hops = Annotated[
    int, Field(ge=1, le=20, description="Offers in a row without acceptance, then the lead is unroutable.")
]


class RoutingPolicyIn(Body):
    """A draft of how leads find their partner."""

    id: id_of("rpol") | None = None  # type: ignore[valid-type]
    name: Short
    strategy: Strategy = "round_robin"
    eligibility: Expression = DEFAULT_ELIGIBILITY
    accept_within_hours: Hours = DEFAULT_ACCEPT_WITHIN_HOURS
    hop_limit: Hops = DEFAULT_HOP_LIMIT


class RoutingPolicyPatch(Patch):
    """What may change of a draft."""

    name: Annotated[Short, Field(default_factory=str)]
    strategy: Strategy = "round_robin"
    eligibility: Annotated[Expression, Field(default_factory=str)]
    accept_within_hours: Annotated[Hours, Field(default_factory=int)]
    hop_limit: Annotated[Hops, Field(default_factory=int)]


class RoutingPolicyOut(LifecycleOut):
    """A version of a vendor's routing; `policy_version` is null until it is published."""

    name: str
    strategy: str
    eligibility: str
    accept_within_hours: int
    hop_limit: int
    policy_version: int | None
    published_at: datetime | None
    published_by: str | None


class RefusalOut(Out):
    """A reason not to give a lead to a partner."""

    code: Annotated[RefusalCode, told()]
    detail: str


class CandidateOut(Out):
    """A partner that was looked at; `facts` are those a policy's condition used when it said no."""

    partner_id: str
    eligible: bool
    last_turn: int
    reasons: list[RefusalOut]
    facts: dict[str, Any]


class RoutingDecisionOut(Out):
    """One decision about a lead; `policy_version` 0 is built in, null a person's choice."""

    id: str
    decided_at: datetime
    cause: str
    policy_version: int | None
    strategy: str
    hop: int
    turn: int | None
    outcome: Annotated[Outcome, told()]
    partner_id: str | None
    offer_id: str | None
    candidates: list[CandidateOut]


class RoutingExplanationOut(Out):
    """Why a lead is where it is. A partner is told of its own eligibility only."""

    object: Literal["routing_explanation"] = "routing_explanation"
    lead_id: str
    decisions: list[RoutingDecisionOut]
