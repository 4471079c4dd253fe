"""The noun `price-lists`."""

from services.deals.prices import commands
from services.deals.prices.queries import ENTRIES, PRICE_LISTS
from services.deals.prices.rules import EmptyPriceList, PriceListOverlaps
from services.deals.prices.schemas import (
    PriceListEntriesIn,
    PriceListEntryOut,
    PriceListIn,
    PriceListOut,
    PriceListPatch,
)
from shared.db.read import Page
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.models import list_of
from shared.web.params import Http, Principal, Read, Tx, Version
from shared.web.router import Router

router = Router("price-lists")
router.lists(
    PRICE_LISTS, PriceListOut, summary="Price lists, newest first; a partner sees those for its tier and country."
)
router.reads(PRICE_LISTS, PriceListOut, summary="One price list.")
_WRITE = "price-lists:write"


@router.get("/{id}/entries", permission="price-lists:read", out=list_of(PriceListEntryOut), listing=ENTRIES)
async def list_price_list_entries(id: str, read: Read, request: Http) -> Page:
    """What a price list has: each SKU with its price and its quantity breaks."""
    await read.get(PRICE_LISTS, id)
    return await read.page(ENTRIES, request.query, price_list_id=id)


@router.post(status=201, permission=_WRITE, returns=PRICE_LISTS, out=PriceListOut, problems=[AlreadyExists])
async def create_price_list(body: PriceListIn, tx: Tx, caller: Principal) -> Row:
    """Draft a price list for a tier or for all, in one currency, for countries or for everywhere."""
    return await commands.create(tx, body, caller=caller)


@router.patch(permission=_WRITE, returns=PRICE_LISTS, out=PriceListOut)
async def change_price_list(id: str, body: PriceListPatch, tx: Tx, caller: Principal, version: Version) -> Row:
    """Change a draft."""
    return await commands.change(tx, body, list_id=id, version=version, caller=caller)


@router.post("/{id}/entries", permission=_WRITE, returns=PRICE_LISTS, out=PriceListOut)
async def set_price_list_entries(id: str, body: PriceListEntriesIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Set entries of a draft by SKU, up to 500 at once, or take them out."""
    return await commands.set_entries(tx, body, list_id=id, version=version, caller=caller)


@router.post(
    "/{id}/publish",
    permission="price-lists:approve",
    returns=PRICE_LISTS,
    out=PriceListOut,
    problems=[PriceListOverlaps, EmptyPriceList],
)
async def publish_price_list(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Put a list in force from its first day; the one it follows ends on that day."""
    return await commands.publish(tx, list_id=id, version=version, caller=caller)
