"""Ordering what a customer has accepted, once."""

from collections.abc import Mapping
from typing import Any, Final

from services.deals.catalogue.queries import products_named
from services.deals.orders.commands import Buyer, store
from services.deals.orders.schemas import OrderLineIn
from services.deals.orders.tables import orders
from services.deals.quote_orders.rules import AlreadyOrdered, ordered
from services.deals.quote_orders.schemas import QuoteOrderIn
from services.deals.quotes.queries import LIFECYCLE, accepted_quote
from services.deals.quotes.tables import quotes
from services.deals.screening.schemas import NamedCustomerIn
from shared.auth.principal import Caller
from shared.db.following import follow_changes
from shared.db.resource import Row
from shared.db.tx import Tx, require_version

_CALLED_OFF: Final = frozenset({"cancelled", "rejected"})


async def order(tx: Tx, body: QuoteOrderIn, *, quote_id: str, version: int | None, caller: Caller) -> Row:
    """Draft an order of an accepted quote at its prices; what it takes of special prices was counted when it was accepted.

    Raises AlreadyOrdered, naming the order, unless that was cancelled or rejected.
    """
    row = await tx.lock(quotes, quote_id)
    LIFECYCLE.require(row["status"], "order")
    if row["order_id"] is not None:
        raise AlreadyOrdered(order_id=row["order_id"])
    require_version(row, version)
    quote = await accepted_quote(tx, quote_id)
    known = await products_named(tx, {each.sku for each in quote.lines})
    made = await store(
        tx,
        body,
        buyer=Buyer(quote.partner_id, quote.deal_id, quote_id),
        customer=NamedCustomerIn.model_construct(name=quote.customer_name, country=quote.customer_country),
        currency=quote.currency,
        lines=[
            OrderLineIn(
                sku=each.sku,
                quantity=each.quantity,
                unit_price=each.unit_price,
                product_family=known[each.sku].family if each.sku in known else None,
                description=each.name,
            )
            for each in ordered(quote.lines)
        ],
        caller=caller,
    )
    await tx.update(quotes, row, order_id=made["id"])
    return made


async def order_changed(tx: Tx, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Let a quote be ordered again whose order was called off."""
    if after["quote_id"] is None or before["status"] == after["status"] or after["status"] not in _CALLED_OFF:
        return
    await tx.update(quotes, await tx.lock(quotes, after["quote_id"]), order_id=None)


follow_changes(orders, by=order_changed)
