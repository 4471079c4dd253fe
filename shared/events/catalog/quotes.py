"""Events that the deals service publishes of quotes and special prices."""

from datetime import date, datetime

from shared.events.catalog.deals import Amount
from shared.events.envelope import Event


class SpecialPriceRequested(Event):
    """A partner asks for a special price."""

    type = "deal.spa.requested.v1"
    special_price_id: str
    partner_id: str
    deal_id: str | None
    sku: str
    quantity_cap: int
    expires_on: date


class SpecialPriceApproved(Event):
    """A partner is granted a special price, up to a quantity and until a day."""

    type = "deal.spa.approved.v1"
    special_price_id: str
    partner_id: str
    deal_id: str | None
    sku: str
    quantity_cap: int
    expires_on: date


class SpecialPriceRejected(Event):
    """A partner is not granted the special price it asked for."""

    type = "deal.spa.rejected.v1"
    special_price_id: str
    partner_id: str
    deal_id: str | None


class SpecialPriceWithdrawn(Event):
    """A special price was taken back before it was used up."""

    type = "deal.spa.withdrawn.v1"
    special_price_id: str
    partner_id: str
    deal_id: str | None


class SpecialPriceConsumed(Event):
    """All that a special price was granted for has been bought."""

    type = "deal.spa.consumed.v1"
    special_price_id: str
    partner_id: str
    deal_id: str | None
    sku: str
    quantity_cap: int


class SpecialPriceExpired(Event):
    """The day up to which a special price was granted, or asked for, has come."""

    type = "deal.spa.expired.v1"
    special_price_id: str
    partner_id: str
    deal_id: str | None
    sku: str
    expires_on: date


class QuoteIssued(Event):
    """A partner has offered something to its customer, at prices that stand until a time."""

    type = "quote.issued.v1"
    quote_id: str
    partner_id: str
    deal_id: str | None
    number: str
    net: Amount
    valid_until: datetime


class QuoteAccepted(Event):
    """A customer has accepted a quote."""

    type = "quote.accepted.v1"
    quote_id: str
    partner_id: str
    deal_id: str | None
    number: str
    net: Amount


class QuoteDeclined(Event):
    """A customer does not want what a quote offers."""

    type = "quote.declined.v1"
    quote_id: str
    partner_id: str
    deal_id: str | None
    number: str
    net: Amount


class QuoteExpiredUnanswered(Event):
    """Nobody has accepted a quote in time."""

    type = "quote.expired.v1"
    quote_id: str
    partner_id: str
    deal_id: str | None
    number: str
    net: Amount


class QuoteSuperseded(Event):
    """A newer version of a quote was issued, and stands in its place."""

    type = "quote.superseded.v1"
    quote_id: str
    partner_id: str
    deal_id: str | None
    number: str
    net: Amount
    superseded_by: str


class QuoteProductEnding(Event):
    """Something in an open quote is not sold any more from a day on."""

    type = "quote.product_ending.v1"
    quote_id: str
    partner_id: str
    product_id: str
    sku: str
    end_of_sale_on: date


class DealProductEnding(Event):
    """Something that is quoted for an open deal is not sold any more from a day on."""

    type = "deal.product_ending.v1"
    deal_id: str
    partner_id: str
    product_id: str
    sku: str
    end_of_sale_on: date
