"""Events that the deals service publishes."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from shared.events.envelope import Event


class Amount(BaseModel):
    """Money in an event: minor units and ISO 4217 code."""

    amount: int
    currency: str


class CustomerDirectory(Event):
    """What leads and incentives know of a customer: id, name, country and a hash of its keys.

    A hash is SHA-256 (hex) of `<tenant>|<kind>|<value>` of an identity key of shared.matching.
    """

    type = "customer.directory.v1"
    public = False

    customer_id: str
    name: str
    country: str | None
    key_hashes: list[str]


class CustomerMerged(Event):
    """Two customers turned out to be one; subject: the one that stays."""

    type = "customer.merged.v1"
    customer_id: str
    merged_id: str


class CustomerContactsErased(Event):
    """How a customer's people are reached was erased, of it and of so many deals; `cause` says whether somebody asked."""

    type = "customer.contacts_erased.v1"
    customer_id: str
    deals: int
    cause: Literal["request", "retention"]


class CustomerCorrected(Event):
    """Something that tells a customer from others was wrong, or missing, and has been put right; `fields` says what."""

    type = "customer.corrected.v1"
    customer_id: str
    fields: list[str]


class CustomerSplit(Event):
    """Some registrations of a customer belong to another; subject: the one they were taken from."""

    type = "customer.split.v1"
    customer_id: str
    split_id: str
    deal_ids: list[str]


class ProductFamilyState(Event):
    """Full state of a product family; subject: the family."""

    type = "product_family.state.v1"
    public = False

    code: str
    name: str
    ordinal: int
    status: str


class DealCreated(Event):
    """A deal was drafted, by hand, by an import, or of what came before it; nothing is asked for yet."""

    type = "deal.created.v1"
    deal_id: str
    partner_id: str
    product_family: str
    lead_id: str | None


class DealRemoved(Event):
    """A draft is gone, since the import that has brought it was taken back."""

    type = "deal.removed.v1"
    deal_id: str
    partner_id: str


class DealUpdated(Event):
    """What a deal says has changed; `fields` are the members, and the deal has what they say now."""

    type = "deal.updated.v1"
    deal_id: str
    partner_id: str
    fields: list[str]


class RegistrationSubmitted(Event):
    """A partner asked for a deal to be registered."""

    type = "deal.registration.submitted.v1"
    deal_id: str
    partner_id: str


class RegistrationConflictFound(Event):
    """Screening found a rival claim or a likely match; the rival is not named."""

    type = "deal.registration.conflict_found.v1"
    deal_id: str
    partner_id: str
    conflict_class: str


class ConflictAssigned(Event):
    """Somebody is to decide a conflict case; subject: the case."""

    type = "deal.conflict.assigned.v1"
    case_id: str
    deal_id: str
    assigned_to: str


class ConflictResolved(Event):
    """A conflict case was decided; `final` when no appeal is possible any more. Subject: the case."""

    type = "deal.conflict.resolved.v1"
    case_id: str
    deal_id: str
    partner_id: str
    resolution: str
    final: bool


class ConflictAppealed(Event):
    """A partner asks for another decision of its conflict case; subject: the case."""

    type = "deal.conflict.appealed.v1"
    case_id: str
    deal_id: str
    partner_id: str


class RegistrationApproved(Event):
    """A registration was approved and protected in one step; until when is not known while the clock stands still."""

    type = "deal.registration.approved.v1"
    deal_id: str
    partner_id: str
    product_family: str
    automatic: bool
    protected_from: datetime
    protected_until: datetime | None


class RegistrationRejected(Event):
    """A registration was rejected."""

    type = "deal.registration.rejected.v1"
    deal_id: str
    partner_id: str
    reason: str


class RegistrationReturned(Event):
    """A registration was returned for correction."""

    type = "deal.registration.returned.v1"
    deal_id: str
    partner_id: str
    reason: str


class RegistrationWithdrawn(Event):
    """The partner withdrew a registration."""

    type = "deal.registration.withdrawn.v1"
    deal_id: str
    partner_id: str


class RegistrationRevoked(Event):
    """The vendor took an approval back; its protection has ended."""

    type = "deal.registration.revoked.v1"
    deal_id: str
    partner_id: str
    reason: str


class StageChanged(Event):
    """A deal moved to another stage of its pipeline."""

    type = "deal.stage_changed.v1"
    deal_id: str
    partner_id: str
    old_stage: str
    new_stage: str


class PipelineChanged(Event):
    """A deal that has not ended was moved to another version of its pipeline, with all that were in the old one."""

    type = "deal.pipeline_changed.v1"
    deal_id: str
    partner_id: str
    old_pipeline_id: str | None
    new_pipeline_id: str | None
    old_stage: str
    new_stage: str


class StageOverdue(Event):
    """A deal has been in its stage for longer than the stage allows."""

    type = "deal.stage_overdue.v1"
    deal_id: str
    partner_id: str
    stage: str
    entered_at: datetime
    due_at: datetime


class PipelinePublished(Event):
    """A version of a pipeline is in force for its program, or for every program that has none of its own."""

    type = "pipeline.published.v1"
    pipeline_id: str
    program: str | None
    pipeline_version: int
    supersedes: str | None


class PipelineRetired(Event):
    """A version of a pipeline is out of force, and nothing has taken its place."""

    type = "pipeline.retired.v1"
    pipeline_id: str
    program: str | None


class DealWon(Event):
    """A registered deal was won. `net` is what commissions are computed on, for the partner of record on `closed_on`."""

    type = "deal.won.v1"
    deal_id: str
    partner_id: str
    customer_id: str
    product_family: str
    country: str | None
    net: Amount
    closed_on: date
    won_at: datetime
    lead_id: str | None
    credited_partner_id: str | None = None


class DealLost(Event):
    """A deal was lost."""

    type = "deal.lost.v1"
    deal_id: str
    partner_id: str
    reason: str
    reason_code: str = "unspecified"


class DealReopened(Event):
    """A lost deal goes on."""

    type = "deal.reopened.v1"
    deal_id: str
    partner_id: str


class DealReturned(Event):
    """The customer gave back all or part of a won deal; `net` is the part given back, above zero."""

    type = "deal.returned.v1"
    deal_id: str
    return_id: str
    partner_id: str
    product_family: str
    net: Amount
    returned_on: date
