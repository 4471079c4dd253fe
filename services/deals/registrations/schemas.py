"""Bodies of deals."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from services.deals.approval.rules import BUILT_IN
from services.deals.customers.identifiers import IdentityIn
from services.deals.ids import DealId, PartnerId
from services.deals.pipelines.schemas import ReasonCode
from services.deals.screening.schemas import CustomerIn, CustomerShown
from services.deals.screening.territories import Territories
from shared.extensions.bodies import ExtensionsIn, ExtensionsOut, ExtensionsPatch
from shared.rules import ErrorCode
from shared.web.models import (
    Body,
    Code,
    Day,
    ExternalReferenceIn,
    ExternalReferenceOut,
    LifecycleOut,
    Long,
    MoneyOut,
    Out,
    Patch,
    PositiveMoneyBody,
    ReasonIn,
    Short,
    told,
)

STEPS_OF_DECISION = (
    *("conflict_screening", "protection", "registration_policy", "submission", "tender"),
    *("approval_steps", "approval_deadline", "decided_by_a_person", "sale_amount"),
)


class DealIn(ExtensionsIn):
    """A deal to register; a partner registers for itself, the vendor names the partner."""

    id: DealId | None = None
    partner_id: PartnerId | None = None
    title: Short
    customer: CustomerIn
    product_family: Code
    territories: Territories = []
    amount: PositiveMoneyBody | None = None
    expected_close_on: Day | None = None
    next_step: Long | None = None
    external_reference: ExternalReferenceIn | None = None


class EnteredCustomerPatch(IdentityIn, Patch):
    """A change to the customer as entered."""

    name: Annotated[Short, Field(default_factory=str)]


class DealPatch(ExtensionsPatch):
    """A change to a deal; which fields can be changed depends on its status."""

    title: Annotated[Short, Field(default_factory=str)]
    customer: Annotated[EnteredCustomerPatch, Field(default_factory=EnteredCustomerPatch)]
    product_family: Annotated[Code, Field(default_factory=str)]
    territories: Annotated[Territories, Field(default_factory=list)]
    amount: PositiveMoneyBody | None = None
    expected_close_on: Day | None = None
    next_step: Long | None = None


class WinIn(Body):
    """What was sold, net of taxes, and the day it was closed."""

    amount: PositiveMoneyBody
    closed_on: Day
    reason_code: ReasonCode | None = None


class LossIn(ReasonIn):
    """Why nothing came of it: a code of the pipeline's `lost_reasons`, and words where there is more to say."""

    reason_code: ReasonCode | None = None


class EnteredCustomerOut(CustomerShown):
    """A customer as the partner entered it, with the numbers of registers, its address and how somebody there is reached."""

    lei: str | None
    duns: str | None
    address: str | None
    email: str | None
    phone: str | None


Missing = Literal[
    "title",
    "customer_name",
    "customer_identity",
    "customer_country",
    "product_family",
    "amount",
    "expected_close_on",
    "evidence",
]


class CompletenessOut(Out):
    """How much is known of a deal, in percent, and what is missing; `customer_identity` is a domain of its own, or a tax number whose check digits hold."""

    percent: int
    missing: list[Missing]


class TraceEntryOut(Out):
    """One rule of the decision. Expression, inputs and error are for the vendor, null for partners."""

    rule: Annotated[str, told(*STEPS_OF_DECISION, *BUILT_IN)]
    result: str
    outcome: str | None
    reasons: list[str]
    expression: str | None
    inputs: dict[str, Any] | None
    error: str | None
    error_code: Annotated[ErrorCode, told()] | None = None


class DealOut(LifecycleOut, ExtensionsOut):
    """A deal. `customer_id` is for the vendor, null for partners.

    `deal_type` is decided when it is submitted: `renewal` where the customer has bought of the family before, `expansion` where
    it has bought something else.

    `owner_account_id` is whose own it is: its maker's (`created_by`), until it is assigned to somebody else.

    It is protected up to, and without, the earlier of `protected_until` and `lapses_at`, when the customer is released unless
    something is done for the deal.
    """

    partner_id: str
    title: str
    stage: str
    pipeline_id: str | None
    stage_entered_at: datetime | None
    stage_due_at: datetime | None
    stage_overdue: bool
    next_step: str | None
    customer: EnteredCustomerOut
    customer_id: str | None
    product_family: str
    territories: list[str]
    amount: MoneyOut | None
    expected_close_on: date | None
    lead_id: str | None
    tender_id: str | None
    duplicate_of: DealId | None
    external_reference: ExternalReferenceOut | None
    created_by: str
    owner_account_id: str
    priority_no: int | None
    priority_at: datetime | None
    submitted_at: datetime | None
    returned_at: datetime | None
    priority_kept_until: datetime | None
    decision_due_at: datetime | None
    decision_escalated_at: datetime | None
    decided_at: datetime | None
    decision_reason: str | None
    appealed_at: datetime | None
    appeal_reason: str | None
    conflict_class: str | None
    deal_type: str | None
    decision_trace: list[TraceEntryOut]
    policy_version: int | None
    protected_from: datetime | None
    protected_until: datetime | None
    completeness: CompletenessOut
    lapses_at: datetime | None
    predecessor_id: str | None
    successor_id: str | None
    net: MoneyOut | None
    returned: MoneyOut | None
    closed_on: date | None
    won_at: datetime | None
    lost_at: datetime | None
    lost_reason: str | None
    end_of_sale_on: date | None
    lost_reason_code: ReasonCode | None
    won_reason_code: ReasonCode | None
