"""Bodies of orders."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from services.deals.ids import DealId, PartnerId
from services.deals.order_policies.rules import BUILT_IN
from services.deals.screening.schemas import CustomerShown, NamedCustomerIn
from shared.rules import ErrorCode
from shared.web.models import (
    Body,
    Code,
    Currency,
    Day,
    LifecycleOut,
    Long,
    MoneyOut,
    Out,
    Patch,
    PositiveMoneyBody,
    ResourceOut,
    Short,
    id_of,
    told,
)

_SAFE = 9_007_199_254_740_991
Sku = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$", description="What the product is ordered by.")
]
Quantity = Annotated[int, Field(ge=1, le=1_000_000_000)]
MinorUnits = Annotated[int, Field(ge=0, le=_SAFE, description="In minor units of the currency.")]
Kind = Literal["direct", "sell_in", "sell_through"]


class OrderLineIn(Body):
    """What is ordered; a line comes to its quantity times its unit price."""

    sku: Sku
    quantity: Quantity
    unit_price: MinorUnits
    product_family: Code | None = None
    description: Short | None = None
    due_on: Day | None = Field(default=None, description="By when; otherwise the order's own day.")


Lines = Annotated[list[OrderLineIn], Field(min_length=1, max_length=200)]


class OrderTermsIn(Body):
    """What every order says.

    `sell_in` is a distributor's order for its stock, `sell_through` one that a partner serves, `direct` one that the vendor
    does. `credit_hold` is for the vendor to say.
    """

    id: id_of("ord") | None = None  # type: ignore[valid-type]
    kind: Kind
    number: Short | None = Field(default=None, description="The buyer's own number, once for each partner.")
    bill_to_partner_id: PartnerId | None = None
    sell_to_partner_id: PartnerId | None = None
    ordered_on: Day | None = None
    due_on: Day | None = None
    credit_hold: bool | None = None


class OrderIn(OrderTermsIn):
    """An order; a partner orders for itself, the vendor names the partner.

    `sell_in` is a distributor's order for its stock, `sell_through` one that a partner serves, `direct` one that the vendor
    does. `credit_hold` is for the vendor to say.
    """

    partner_id: PartnerId | None = None
    deal_id: DealId | None = None
    customer: NamedCustomerIn | None = None
    currency: Currency
    lines: Lines


class OrderPatch(Patch):
    """A change to an order; lines given replace those that were there."""

    number: Short | None = None
    due_on: Day | None = None
    credit_hold: bool | None = None
    lines: Annotated[Lines, Field(default_factory=list)]


class FulfilledLineIn(Body):
    """How many of a line were delivered; serial numbers are one for each piece, or none."""

    line_id: id_of("orl")  # type: ignore[valid-type]
    quantity: Quantity
    serials: Annotated[list[Short], Field(max_length=1000)] = []


class FulfilmentIn(Body):
    """What was delivered of an order, and when; the same `source_reference` is recorded once."""

    fulfilled_on: Day
    lines: Annotated[list[FulfilledLineIn], Field(min_length=1, max_length=200)]
    source_reference: Short | None = None


class ReturnedLineIn(Body):
    """How many of a line were given back."""

    line_id: id_of("orl")  # type: ignore[valid-type]
    quantity: Quantity


class OrderReturnIn(Body):
    """What was given back of what was delivered, and when; the same `source_reference` is recorded once."""

    returned_on: Day
    lines: Annotated[list[ReturnedLineIn], Field(min_length=1, max_length=200)]
    reason: Long | None = None
    source_reference: Short | None = None


class OrderInvoiceIn(Body):
    """An invoice or a credit note of an order, by its number; the same `source_reference` is recorded once."""

    number: Short
    amount: PositiveMoneyBody
    issued_on: Day
    source_reference: Short | None = None


class OrderTraceOut(Out):
    """One check of an order. Expression, inputs and error are for the vendor, null for partners."""

    rule: Annotated[str, told("accept_when", *BUILT_IN)]
    result: str
    outcome: str | None
    reasons: list[str]
    expression: str | None
    inputs: dict[str, Any] | None
    error: str | None
    error_code: Annotated[ErrorCode, told()] | None = None


class OrderOut(LifecycleOut):
    """An order; it comes to the sum of its lines. `invoiced` is what was invoiced less what was credited."""

    partner_id: str
    kind: str
    number: str | None
    bill_to_partner_id: str
    sell_to_partner_id: str | None
    deal_id: str | None
    quote_id: str | None
    customer: CustomerShown | None
    amount: MoneyOut
    quantity: int
    ordered_on: date
    due_on: date | None
    credit_hold: bool | None
    created_by: str
    submitted_at: datetime | None
    decision_trace: list[OrderTraceOut]
    policy_version: int | None
    decided_at: datetime | None
    decision_reason: str | None
    fulfilled: MoneyOut
    returned: MoneyOut
    invoiced: MoneyOut


class OrderLineOut(ResourceOut):
    """A line of an order, and how far it has come: never more is returned than fulfilled, nor fulfilled than ordered."""

    order_id: str
    partner_id: str
    position: int
    sku: str
    product_family: str | None
    description: str | None
    quantity: int
    unit_price: MoneyOut
    amount: MoneyOut
    due_on: date | None
    fulfilled_quantity: int
    returned_quantity: int
    completed_on: date | None


class FulfilledLineOut(Out):
    """What was delivered of a line."""

    line_id: str
    sku: str
    quantity: int
    amount: MoneyOut
    serials: list[str]


class OrderFulfilmentOut(ResourceOut):
    """A delivery."""

    order_id: str
    partner_id: str
    fulfilled_on: date
    lines: list[FulfilledLineOut]
    quantity: int
    amount: MoneyOut
    source_reference: str | None


class ReturnedLineOut(Out):
    """What was given back of a line, at the price it was ordered for."""

    line_id: str
    sku: str
    quantity: int
    amount: MoneyOut


class OrderReturnOut(ResourceOut):
    """A return."""

    order_id: str
    partner_id: str
    returned_on: date
    lines: list[ReturnedLineOut]
    quantity: int
    amount: MoneyOut
    reason: str | None
    source_reference: str | None


class OrderInvoiceOut(ResourceOut):
    """An invoice or a credit note."""

    order_id: str
    partner_id: str
    kind: str
    number: str
    amount: MoneyOut
    issued_on: date
    source_reference: str | None
