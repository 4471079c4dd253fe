"""Ordering a quote, `/v1/quotes/{id}/order`."""

from services.deals.orders.queries import ORDERS
from services.deals.orders.schemas import OrderOut
from services.deals.quote_orders import commands
from services.deals.quote_orders.rules import AlreadyOrdered
from services.deals.quote_orders.schemas import QuoteOrderIn
from services.deals.quotes.queries import QUOTES
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("quotes")


@router.post(
    "/{id}/order",
    permission="orders:write",
    returns=ORDERS,
    about=QUOTES,
    out=OrderOut,
    status=201,
    problems=[AlreadyOrdered, AlreadyExists],
)
async def order_quote(id: str, body: QuoteOrderIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Draft an order of an accepted quote, at its prices, once; it is handed in as every order is."""
    return await commands.order(tx, body, quote_id=id, version=version, caller=caller)
