"""Bodies of quotes."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from services.deals.catalogue.schemas import Sku
from services.deals.ids import DealId, PartnerId, QuoteId, SpecialPriceId
from services.deals.prices.schemas import NonNegativeMoneyBody
from services.deals.pricing.schemas import ChargedOut, PriceStepOut
from services.deals.promotions.schemas import Quantity
from services.deals.quotes.rules import VALID_DAYS
from shared.web.models import Body, Country, Currency, LifecycleOut, Long, MoneyOut, Out, Patch, Short

Locale = Literal["en", "de", "hu"]
ValidDays = Annotated[int, Field(ge=1, le=365, description="For how many days it is good once it is issued.")]


class QuoteLineIn(Body):
    """So many of a product or a bundle, perhaps at a special price."""

    sku: Sku
    quantity: Quantity
    special_price_id: SpecialPriceId | None = None
    note: Short | None = None


class QuoteCustomerIn(Body):
    """For whom a quote is; the country decides what is sold there."""

    name: Short
    country: Country | None = None


class TaxIn(Body):
    """A tax that the partner has worked out, with what it is called."""

    label: Short
    amount: NonNegativeMoneyBody


QuoteLines = Annotated[list[QuoteLineIn], Field(min_length=1, max_length=200)]


class QuoteIn(Body):
    """A draft of a quote; without a customer it is for the customer of its deal."""

    id: QuoteId | None = None
    partner_id: PartnerId | None = None
    deal_id: DealId | None = None
    customer: QuoteCustomerIn | None = None
    currency: Currency
    lines: QuoteLines
    valid_days: ValidDays = VALID_DAYS
    tax: TaxIn | None = None
    terms: Long | None = None
    locale: Locale = "en"


class QuotePatch(Patch):
    """A change to a draft; `lines` replaces all of them."""

    customer: Annotated[QuoteCustomerIn, Field(default_factory=lambda: QuoteCustomerIn(name="-"))]
    lines: Annotated[QuoteLines, Field(default_factory=list)]
    valid_days: ValidDays = VALID_DAYS
    tax: TaxIn | None = None
    terms: Long | None = None
    locale: Locale = "en"


class QuoteCustomerOut(Out):
    """For whom a quote is."""

    name: str
    country: str | None


class QuoteProductOut(Out):
    """A product within a line, and how many of it are in one."""

    sku: str
    quantity: int


class QuoteLineOut(Out):
    """A line with its price, whose steps add up to the net amount."""

    sku: str
    name: str
    unit: str
    quantity: int
    charge_period: ChargedOut
    net: MoneyOut
    steps: list[PriceStepOut]
    products: list[QuoteProductOut]
    special_price_id: str | None
    note: str | None


class NetOfPeriodOut(Out):
    """What lines come to that are charged as often."""

    charge_period: ChargedOut
    net: MoneyOut


class TaxOut(Out):
    """A tax as its partner has worked it out."""

    label: str
    amount: MoneyOut


class LetterheadOut(Out):
    """The names of partner and vendor when the quote was issued, which its document bears."""

    partner: str
    vendor: str | None


class QuoteOut(LifecycleOut):
    """A quote. Without a tax none is included, and there is no total beside the net amount.

    `net` is what all lines come to when each is charged for the first time, and `net_by_period` what of it is charged how often.
    """

    partner_id: str
    deal_id: str | None
    number: str | None
    revision: int
    supersedes_id: str | None
    customer: QuoteCustomerOut
    currency: str
    lines: list[QuoteLineOut]
    net: MoneyOut
    net_by_period: list[NetOfPeriodOut]
    tax: TaxOut | None
    total: MoneyOut | None
    letterhead: LetterheadOut | None
    price_list_id: str
    valid_days: int
    valid_until: datetime | None
    terms: str | None
    locale: Locale
    end_of_sale_on: date | None
    issued_at: datetime | None
    accepted_at: datetime | None
    declined_at: datetime | None
    decline_reason: str | None
    order_id: str | None
    created_by: str
