"""The noun `quotes`."""

from services.deals.directory.rules import PartnerNotActive
from services.deals.pricing.queries import NoPriceList
from services.deals.quotes import commands
from services.deals.quotes.queries import QUOTES
from services.deals.quotes.rules import NeedsSpecialPrice, QuoteExpired
from services.deals.quotes.schemas import QuoteIn, QuoteOut, QuotePatch
from services.deals.special_prices.rules import SpecialPriceOver, SpecialPriceUsedUp
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.models import ReasonIn
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("quotes")
router.lists(QUOTES, QuoteOut, summary="Quotes the caller may see, newest first.")
router.reads(QUOTES, QuoteOut, summary="One quote.")
_WRITE = "quotes:write"


@router.post(status=201, permission=_WRITE, returns=QUOTES, out=QuoteOut, problems=[AlreadyExists, NoPriceList])
async def create_quote(body: QuoteIn, tx: Tx, caller: Principal) -> Row:
    """Draft a quote at today's prices, each of them explained; nothing is fixed before it is issued."""
    return await commands.draft(tx, body, caller=caller)


@router.patch(permission=_WRITE, returns=QUOTES, out=QuoteOut, problems=[NoPriceList])
async def change_quote(id: str, body: QuotePatch, tx: Tx, version: Version) -> Row:
    """Change a draft; its lines are priced anew."""
    return await commands.change(tx, body, quote_id=id, version=version)


@router.post(
    "/{id}/issue",
    permission=_WRITE,
    returns=QUOTES,
    out=QuoteOut,
    problems=[NoPriceList, NeedsSpecialPrice, PartnerNotActive],
)
async def issue_quote(id: str, tx: Tx, version: Version) -> Row:
    """Fix a quote at today's prices with the next number; they stand until it expires, and the version before gives way."""
    return await commands.issue(tx, quote_id=id, version=version)


@router.post(
    "/{id}/accept",
    permission=_WRITE,
    returns=QUOTES,
    out=QuoteOut,
    problems=[QuoteExpired, SpecialPriceUsedUp, SpecialPriceOver],
)
async def accept_quote(id: str, tx: Tx, version: Version) -> Row:
    """Report that the customer has accepted a quote; what it takes of special prices is used."""
    return await commands.accept(tx, quote_id=id, version=version)


@router.post("/{id}/decline", permission=_WRITE, returns=QUOTES, out=QuoteOut)
async def decline_quote(id: str, tx: Tx, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Report that the customer does not want what a quote offers."""
    return await commands.decline(tx, quote_id=id, reason=body.reason, version=version)


@router.post("/{id}/revise", permission=_WRITE, returns=QUOTES, out=QuoteOut, problems=[AlreadyExists, NoPriceList])
async def revise_quote(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Draft the next version of a quote at today's prices; the answer is that draft, and this one stays good meanwhile."""
    return await commands.revise(tx, quote_id=id, version=version, caller=caller)
