"""Bodies of engagements."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from services.deals.engagements.rules import SOURCE
from services.deals.ids import DealId, EngagementId, PartnerId
from shared.web.models import (
    Body,
    Code,
    ExternalReferenceIn,
    ExternalReferenceOut,
    LifecycleOut,
    Long,
    MoneyOut,
    Out,
    Patch,
)

Role = Annotated[
    Literal["co_sell", "influence", "fulfil", "implement"],
    Field(description="What the partner does for the deal; the deal's own partner is its source."),
]
Mode = Annotated[
    Literal["private", "partner_led", "co_sell"],
    Field(
        description="`private`: between the partners, the vendor looks on. `partner_led`: the vendor leads as well."
        " `co_sell`: partners who have accepted are also told who else takes part."
    ),
]
References = Annotated[
    list[ExternalReferenceIn],
    Field(max_length=20, description="What other systems of the caller's side call this; a patch replaces them."),
]


class EngagementIn(Body):
    """A partner to bring into a deal; it learns of it when it is invited. The template is named by its code."""

    id: EngagementId | None = None
    deal_id: DealId
    partner_id: PartnerId
    role: Role
    mode: Mode = "partner_led"
    share_template: Code
    note: Long | None = None


class EngagementPatch(Patch):
    """A change to an engagement: the note while it is a draft, one's own references at any time."""

    note: Long | None = None
    external_references: Annotated[References, Field(default_factory=list)]


class ParticipantOut(Out):
    """A partner that takes part."""

    partner_id: str
    role: Annotated[str, Field(json_schema_extra={"enum": [SOURCE, "co_sell", "influence", "fulfil", "implement"]})]


class SharedCustomerOut(Out):
    """The customer, as far as it is shared."""

    name: str | None
    domain: str | None
    country: str | None
    tax_id: str | None


class SharedDealOut(Out):
    """The deal, as far as it is shared: null is what is not, or is not known."""

    title: str | None
    status: str | None
    stage: str | None
    product_family: str | None
    expected_close_on: date | None
    closed_on: date | None
    amount: MoneyOut | None
    net: MoneyOut | None
    customer: SharedCustomerOut


class SnapshotOut(Out):
    """What the partner is shown of the deal: a new revision whenever something in it changes."""

    revision: int
    as_of: datetime
    fields: list[str]
    deal: SharedDealOut


class EngagementOut(LifecycleOut):
    """A partner's part in another's deal. Once it has ended, the partner that took part does not find it any more."""

    deal_id: str
    source_partner_id: str
    partner_id: str
    role: str
    mode: str
    participants: list[ParticipantOut]
    share_template_id: str
    note: str | None
    invited_at: datetime | None
    expires_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    reason: str | None
    shared: SnapshotOut | None
    external_references: list[ExternalReferenceOut]
    created_by: str


def written(references: list[ExternalReferenceIn]) -> list[dict[str, Any]]:
    """Return references as they are stored."""
    return [each.model_dump() for each in references]
