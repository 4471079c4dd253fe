"""Bodies of licences."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from services.deals.ids import DealId, PartnerId
from services.deals.licences.rules import STANDARD_LEAD
from services.deals.orders.schemas import Quantity, Sku
from services.deals.screening.schemas import CustomerShown, NamedCustomerIn
from shared.web.models import (
    Body,
    Code,
    Currency,
    Day,
    LifecycleOut,
    MoneyOut,
    Out,
    Patch,
    PositiveMoneyBody,
    ResourceOut,
    Short,
    id_of,
)

Zone = Annotated[
    str,
    Field(pattern=r"^[A-Za-z][A-Za-z0-9_+/-]{0,63}$", description="A name of the IANA time zone database."),
]
Months = Annotated[int, Field(ge=1, le=120)]
UnitPrice = Annotated[
    int, Field(ge=0, le=9_007_199_254_740_991, description="Of one piece for the term, in minor units of the currency.")
]


class LicenceIn(Body):
    """A licence of a customer. A partner takes only those that its tier has free (`nfr`, `demo`), for itself.

    `unit_price` is that of one piece for a whole term of `term_months`; only `commercial` licences have one. `deal_id` is the deal
    it was sold by. Its renewal is prepared `renewal_lead_days` before it ends; 0 is never.
    """

    id: id_of("lic") | None = None  # type: ignore[valid-type]
    partner_id: PartnerId | None = None
    kind: Literal["commercial", "trial", "nfr", "demo"]
    customer: NamedCustomerIn
    sku: Sku
    product_family: Code
    quantity: Quantity
    unit_price: UnitPrice = 0
    currency: Currency
    starts_on: Day
    term_months: Months
    time_zone: Zone = "UTC"
    renewal_lead_days: Annotated[int, Field(ge=0, le=365)] = STANDARD_LEAD
    deal_id: DealId | None = None


class ActivationIn(Body):
    """The first term that is paid for; it begins on a day of the trial."""

    starts_on: Day
    term_months: Months
    unit_price: UnitPrice
    quantity: Quantity | None = None


class RenewalIn(Body):
    """What changes with the next term; what is left out stays as it is."""

    quantity: Quantity | None = None
    unit_price: UnitPrice | None = None
    term_months: Months | None = None


class CancellationIn(Body):
    """The first day that is not served any more, and why."""

    cancelled_on: Day
    reason: Short | None = None


class LicenceTransferIn(Body):
    """The partner that is partner of record from now on, and why."""

    to_partner_id: PartnerId
    reason: Short


class LicenceInvoiceIn(Body):
    """A recurring invoice for `[from, to)` of a licence, by its number; the same number is recorded once, and so is each day."""

    number: Short
    from_: Day = Field(alias="from")
    to: Day
    amount: PositiveMoneyBody
    issued_on: Day


class LicencePeriodOut(Out):
    """The days from `from` up to, but not including, `to`."""

    from_: date = Field(alias="from")
    to: date


class LicenceOut(LifecycleOut):
    """A licence, valid from `starts_on` up to, and without, `ends_on` or the day it was cancelled on.

    `amount` is what its term comes to. `term_no` is 1 for a first term, and one more for each that follows; all end on the
    `anchor_day` of a month, or on the last day of one that is shorter. `renewal_deal_id` is the deal that was registered for its renewal, `renewed_by` the
    licence that follows it. Of a term that follows another, `terms_from` says where quantity and price are from. `customer_id` is the
    customer that registrations meet it as, for the vendor; null where its papers do not tell the customer from others.
    """

    partner_id: str
    kind: str
    customer_id: str | None
    customer: CustomerShown
    sku: str
    product_family: str
    quantity: int
    unit_price: MoneyOut
    amount: MoneyOut
    term_months: int
    term_no: int
    anchor_day: int
    time_zone: str
    starts_on: date
    ends_on: date
    renewal_lead_days: int
    deal_id: str | None
    renewal_of: str | None
    renewed_by: str | None
    renewal_deal_id: str | None
    terms_from: Literal["request", "quote", "order", "licence"] | None
    quote_id: str | None
    order_id: str | None
    cancelled_on: date | None
    cancel_reason: str | None
    created_by: str


class LicenceInvoiceOut(ResourceOut):
    """A recurring invoice; `unserved` is what was taken back of it when the licence was cancelled."""

    licence_id: str
    partner_id: str
    number: str
    period: LicencePeriodOut
    amount: MoneyOut
    unserved: MoneyOut
    issued_on: date


class LicenceAllowanceIn(Body):
    """How many pieces of a free kind a partner of a tier has at a time; without a tier, of every other one."""

    id: id_of("lal") | None = None  # type: ignore[valid-type]
    kind: Literal["nfr", "demo"]
    tier: Code | None = None
    quantity: Annotated[int, Field(ge=0, le=1_000_000)]


class LicenceAllowancePatch(Patch):
    """A change to an allowance; licences that are there stay."""

    quantity: Annotated[int, Field(ge=0, le=1_000_000, default_factory=int)]


class LicenceAllowanceOut(ResourceOut):
    """An allowance."""

    kind: str
    tier: str | None
    quantity: int
