"""Bodies of attributions."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from services.deals.ids import AttributionId, DealId, PartnerId, SolutionId
from shared.web.models import BasisPoints, Body, Day, LifecycleOut, Long, Out, Patch

CreditType = Annotated[
    Literal["sourced", "influenced", "commission"],
    Field(
        description="What the share is of: the sale as brought in, the sale as influenced, which is never added to the"
        " former, or what is earned on it."
    ),
]
Role = Annotated[
    Literal["source", "co_sell", "influence", "fulfil", "implement"], Field(description="What it is a share for.")
]


class AttributionIn(Body):
    """A partner's share in a deal, as a candidate.

    On the days `[effective_from, effective_to)`; left out, from the first and for good.
    """

    id: AttributionId | None = None
    deal_id: DealId
    partner_id: PartnerId
    role: Role
    credit_type: CreditType
    basis_points: BasisPoints
    effective_from: Day | None = None
    effective_to: Day | None = None


class AttributionPatch(Patch):
    """A change to a candidate."""

    role: Annotated[Role, Field(default_factory=str)]
    basis_points: Annotated[BasisPoints, Field(default_factory=int)]
    effective_from: Day | None = None
    effective_to: Day | None = None


class ShareIn(Body):
    """A partner's share in the new split."""

    partner_id: PartnerId
    role: Role
    basis_points: BasisPoints


class AmendIn(Body):
    """The split that takes the place of the one in force, and why.

    From `effective_from` on, or, left out, from the first day, as a correction of what was locked.
    """

    reason: Long
    effective_from: Day | None = None
    shares: Annotated[list[ShareIn], Field(min_length=1, max_length=50)]


class ProposeIn(Body):
    """Which split to work out, by which model."""

    deal_id: DealId
    credit_type: CreditType
    model: Annotated[
        Literal["first_touch", "last_touch", "linear", "position_based", "solution"],
        Field(
            description="Over what partners had to do with the deal, in its order: lead, registration, engagements."
            " `position_based` gives two fifths each to the first and the last. `solution` takes the split of one."
        ),
    ]
    solution_id: SolutionId | None = None


class AttributionOut(LifecycleOut):
    """A partner's share in a deal. `others_basis_points` is what all others have together, once it is locked."""

    deal_id: str
    partner_id: str
    role: str
    credit_type: str
    basis_points: int
    pct: str
    others_basis_points: int | None
    model: str
    effective_from: date | None
    effective_to: date | None
    split_version: int
    locked_at: datetime | None
    locked_by: str | None
    reason: str | None


class TouchOut(Out):
    """A partner had to do with the deal."""

    partner_id: str
    role: str
    kind: Annotated[str, Field(json_schema_extra={"enum": ["lead", "registration", "engagement"]})]
    at: datetime


class ProposedOut(Out):
    """A candidate that was made."""

    id: str
    partner_id: str
    role: str
    basis_points: int


class ProposalOut(Out):
    """What a model makes of a deal: its touches in order, and the candidates they have become."""

    object: Literal["attribution_proposal"] = "attribution_proposal"
    deal_id: str
    credit_type: str
    model: str
    solution_id: str | None
    touches: list[TouchOut]
    candidates: list[ProposedOut]
