"""Bodies of orders that are made of quotes."""

from services.deals.orders.schemas import OrderTermsIn


class QuoteOrderIn(OrderTermsIn):
    """What an order says beside its quote, of which it has partner, deal, customer, currency and lines."""
