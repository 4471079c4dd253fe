"""Bodies of tenders."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import Field

from services.deals.ids import CustomerId, DealId, TenderId
from shared.web.models import Body, Code, Day, Instant, LifecycleOut, Long, Out, Patch, Rate, Short


class TenderTermsIn(Body):
    """What every partner in the tender is offered: a discount as a fraction, until when it holds, and further conditions."""

    discount: Rate | None = None
    valid_until: Day | None = None
    conditions: Long | None = None


class TenderIn(Body):
    """A customer that is put out to tender for a product family until a moment."""

    id: TenderId | None = None
    name: Short
    customer_id: CustomerId
    product_family: Code
    closes_at: Instant
    terms: TenderTermsIn = TenderTermsIn()


class TenderPatch(Patch):
    """A change to a tender that is open; terms given replace those that were there, for everybody."""

    name: Annotated[Short, Field(default_factory=str)]
    closes_at: Annotated[Instant, Field(default_factory=lambda: datetime.max.replace(tzinfo=UTC))]
    terms: Annotated[TenderTermsIn, Field(default_factory=TenderTermsIn)]


class AwardIn(Body):
    """The registration that gets the protection; the reason is for everybody who took part."""

    deal_id: DealId
    reason: Long | None = None


class TenderTermsOut(Out):
    """The terms of a tender, the same for everybody."""

    discount: str | None
    valid_until: date | None
    conditions: str | None


class TenderOut(LifecycleOut):
    """A tender. Whom it is for and who won are for the vendor, null for partners, who find it once they have registered in it."""

    name: str
    customer_id: str | None
    product_family: str
    closes_at: datetime
    terms: TenderTermsOut
    awarded_deal_id: str | None
    decided_at: datetime | None
    decision_reason: str | None
