"""Bodies of price checks, and the lines that quotes have as well."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from services.deals.catalogue.schemas import ChargePeriod, Sku
from services.deals.ids import PartnerId
from services.deals.prices.rules import RejectionCode
from services.deals.pricing.rules import StepKind
from services.deals.promotions.rules import MismatchCode
from services.deals.promotions.schemas import Quantity
from shared.web.models import Body, Country, Currency, Day, MoneyOut, Out, told


class PriceCheckLineIn(Body):
    """So many of a product or a bundle."""

    sku: Sku
    quantity: Quantity


class PriceCheckIn(Body):
    """What somebody would like to know the price of; a partner asks for itself, the vendor names the partner."""

    partner_id: PartnerId | None = None
    currency: Currency
    country: Country | None = Field(default=None, description="The customer's; the partner's own where none is named.")
    on: Day | None = Field(default=None, description="The day of the price; today where none is named.")
    lines: Annotated[list[PriceCheckLineIn], Field(min_length=1, max_length=200)]


ChargedOut = Annotated[
    ChargePeriod | None,
    Field(description="How often the price is charged; null for once. A bundle is charged as its parts."),
]


class PriceStepOut(Out):
    """One step of a price: what it comes from, and by how much it changes the line."""

    kind: StepKind
    source: str
    name: str
    amount: MoneyOut


class PromotionNotAppliedOut(Out):
    """A promotion that does not apply to a line, and why."""

    code: str
    name: str
    reason: Annotated[MismatchCode, told()]


class PriceCheckLineOut(Out):
    """A priced line: its steps add up to its net amount."""

    sku: str
    name: str
    unit: str
    quantity: int
    charge_period: ChargedOut
    net: MoneyOut
    steps: list[PriceStepOut]
    not_applied: list[PromotionNotAppliedOut]


class PriceListConsideredOut(Out):
    """A price list that does not apply, and why."""

    price_list_id: str
    name: str
    reason: Annotated[RejectionCode, told()]


class PriceCheckOut(Out):
    """What lines would cost, why, and which price list applies."""

    object: Literal["price_check"]
    price_list_id: str
    price_list: str
    on: date
    lines: list[PriceCheckLineOut]
    total: MoneyOut
    not_applied: list[PriceListConsideredOut]
