"""Bodies of special prices."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from services.deals.catalogue.schemas import Sku
from services.deals.ids import DealId, PartnerId, SpecialPriceId
from services.deals.prices.schemas import NonNegativeMoneyBody
from services.deals.promotions.schemas import Quantity, Share
from shared.web.models import Body, Currency, Day, LifecycleOut, Long, MoneyOut, Out, Short


class SpecialPriceIn(Body):
    """What a partner asks for: a share off the list's price or a price for each, up to a quantity, until a day."""

    id: SpecialPriceId | None = None
    partner_id: PartnerId | None = None
    deal_id: DealId | None = None
    customer_name: Short | None = None
    sku: Sku
    currency: Currency
    percent: Share | None = None
    unit_price: NonNegativeMoneyBody | None = None
    quantity_cap: Quantity
    expires_on: Day
    reason: Long | None = None


class SpecialPriceApprovalIn(Body):
    """What is granted, where that is not what was asked for; of a price that was approved first, where not what that was for."""

    percent: Share | None = None
    unit_price: NonNegativeMoneyBody | None = None
    quantity_cap: Quantity | None = None
    expires_on: Day | None = None
    reason: Long | None = None


class FirstTermsOut(Out):
    """The terms on which a price below the floor was approved first; a second person approves the same."""

    percent: str | None
    unit_price: MoneyOut | None
    quantity_cap: int
    expires_on: date


class SpecialPriceOut(LifecycleOut):
    """A special price. Whether it is below the floor, who approved that first and on which terms, is null for partners."""

    partner_id: str
    deal_id: str | None
    customer_name: str | None
    sku: str
    percent: str | None
    unit_price: MoneyOut | None
    currency: str
    quantity_cap: int
    used_quantity: int
    expires_on: date
    reason: str | None
    requested_by: str
    decided_at: datetime | None
    decided_by: str | None
    decision_reason: str | None
    below_floor: Annotated[bool | None, Field(description="Whether a second person has to approve it as well.")]
    first_approved_by: str | None
    first_terms: FirstTermsOut | None
