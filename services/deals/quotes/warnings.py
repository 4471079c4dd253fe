"""The end of a product's sale warns the open quotes that have it, and the deals these are for."""

from collections.abc import Mapping
from typing import Any, Final

from services.deals.catalogue.commands import WARNS
from services.deals.catalogue.tables import products
from services.deals.quotes.queries import quotes_with
from services.deals.quotes.tables import quotes
from services.deals.registrations.lifecycle import LIVE
from services.deals.registrations.tables import deals
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.events.catalog.quotes import DealProductEnding, QuoteProductEnding

_OPEN_QUOTES: Final = frozenset({"draft", "issued"})


async def warn(tx: Tx, product_id: str, arguments: Mapping[str, Any]) -> None:
    """Flag open quotes, and their deals, with the day on which a product in them is not sold any more, 200 at a time."""
    product = await tx.fetch(products, product_id)
    if product["end_of_sale_on"] is None:
        return
    ids = await quotes_with(tx, product["sku"], after=str(arguments.get("after", "")))
    for quote_id in ids:
        await _warn(tx, await tx.lock(quotes, quote_id), product)
    if ids:
        await tx.remind(WARNS, subject=product_id, at=tx.now, after=ids[-1])


async def _warn(tx: Tx, quote: Record, product: Record) -> None:
    if quote["status"] not in _OPEN_QUOTES:
        return
    ending = {"product_id": product["id"], "sku": product["sku"], "end_of_sale_on": product["end_of_sale_on"]}
    partner_id = quote["partner_id"]
    flagged = await tx.update(quotes, quote, end_of_sale_on=_earlier(quote, product))
    event = QuoteProductEnding(quote_id=quote["id"], partner_id=partner_id, **ending)
    tx.emit(event, subject=flagged, audience=[partner_id])
    deal = await tx.lock(deals, quote["deal_id"]) if quote["deal_id"] is not None else None
    if deal is not None and deal["status"] in LIVE and deal["end_of_sale_on"] != _earlier(deal, product):
        warned = await tx.update(deals, deal, end_of_sale_on=_earlier(deal, product))
        tx.emit(
            DealProductEnding(deal_id=deal["id"], partner_id=partner_id, **ending),
            subject=warned,
            audience=[partner_id],
        )


def _earlier(row: Record, product: Record) -> Any:
    return min(each for each in (row["end_of_sale_on"], product["end_of_sale_on"]) if each is not None)
