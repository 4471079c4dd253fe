"""The end of a product's sale warns the open quotes that have it, and the deals these are for, for as long as it is so."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import bindparam, func, or_, select

from services.deals.catalogue.commands import WARNS
from services.deals.catalogue.tables import products
from services.deals.quotes.queries import quotes_with
from services.deals.quotes.tables import quote_products, quotes
from services.deals.registrations.lifecycle import LIVE
from services.deals.registrations.tables import deals
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.events.catalog.quotes import DealProductEnding, QuoteProductEnding

_OPEN_QUOTES: Final = frozenset({"draft", "issued"})
_Q = quotes.c
_OF_QUOTE = Statement(
    select(func.min(products.c.end_of_sale_on))
    .select_from(
        quote_products.join(
            products, (products.c.tenant_id == quote_products.c.tenant_id) & (products.c.sku == quote_products.c.sku)
        )
    )
    .where(quote_products.c.tenant_id == TENANT, quote_products.c.quote_id == bindparam("quote"))
)
_OF_DEAL = Statement(
    select(func.min(_Q.end_of_sale_on)).where(
        _Q.tenant_id == TENANT,
        _Q.deal_id == bindparam("deal"),
        or_(_Q.status == "draft", _Q.status == "issued"),
    )
)


async def warn(tx: Tx, product_id: str, arguments: Mapping[str, Any]) -> None:
    """Let open quotes, and their deals, say when the first product in them is not sold any more, 200 at a time.

    A day that was moved or taken back changes what they say; partners are told of a day, not that there is none any more.
    """
    product = await tx.fetch(products, product_id)
    ids = await quotes_with(tx, product["sku"], after=str(arguments.get("after", "")))
    for quote_id in ids:
        await _warn(tx, await tx.lock(quotes, quote_id), product)
    if ids:
        await tx.remind(WARNS, subject=product_id, at=tx.now, after=ids[-1])


async def warn_quote(tx: Tx, quote: Record) -> Record:
    """Let a quote say when the first product in it is not sold any more; return it."""
    ends_on = await tx.value(_OF_QUOTE, quote=quote["id"])
    return quote if ends_on == quote["end_of_sale_on"] else await tx.update(quotes, quote, end_of_sale_on=ends_on)


async def warn_deal(tx: Tx, quote: Row, *, before: Row | None = None) -> None:
    """Let the deal of a quote say what its open quotes say, after one of them was written or is open no more."""
    said = {each["end_of_sale_on"] for each in (quote, before) if each is not None}
    if quote["deal_id"] is not None and said != {None}:
        async with tx.as_engine("what a deal is warned of comes from all of its quotes, whoever sees them"):
            await _follow(tx, quote["deal_id"])


async def _warn(tx: Tx, quote: Record, product: Record) -> None:
    if quote["status"] not in _OPEN_QUOTES:
        return
    said = await warn_quote(tx, quote)
    deal = await _follow(tx, quote["deal_id"]) if quote["deal_id"] is not None else None
    if product["end_of_sale_on"] is None:
        return
    ending = {"product_id": product["id"], "sku": product["sku"], "end_of_sale_on": product["end_of_sale_on"]}
    partner_id = quote["partner_id"]
    told = QuoteProductEnding(quote_id=quote["id"], partner_id=partner_id, **ending)
    tx.emit(told, subject=said, audience=[partner_id])
    if deal is not None:
        event = DealProductEnding(deal_id=deal["id"], partner_id=partner_id, **ending)
        tx.emit(event, subject=deal, audience=[partner_id])


async def _follow(tx: Tx, deal_id: str) -> Record | None:
    """Return the deal where it says something else now, None where it stays as it is."""
    deal = await tx.lock(deals, deal_id)
    ends_on = await tx.value(_OF_DEAL, deal=deal_id)
    if deal["status"] not in LIVE or deal["end_of_sale_on"] == ends_on:
        return None
    return await tx.update(deals, deal, end_of_sale_on=ends_on)
