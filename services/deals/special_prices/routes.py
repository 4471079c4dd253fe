"""The noun `special-prices`."""

from services.deals.directory.rules import PartnerNotActive
from services.deals.pricing.queries import NoPriceList
from services.deals.special_prices import commands
from services.deals.special_prices.queries import SPECIAL_PRICES
from services.deals.special_prices.rules import BelowFloor
from services.deals.special_prices.schemas import SpecialPriceApprovalIn, SpecialPriceIn, SpecialPriceOut
from shared.db.resource import Row
from shared.errors import AlreadyExists, FourEyes
from shared.web.models import ReasonIn
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("special-prices")
router.lists(SPECIAL_PRICES, SpecialPriceOut, summary="Special prices the caller may see, newest first.")
router.reads(SPECIAL_PRICES, SpecialPriceOut, summary="One special price.")
_WRITE, _APPROVE = "special-prices:write", "special-prices:approve"


@router.post(
    status=201,
    permission=_WRITE,
    returns=SPECIAL_PRICES,
    out=SpecialPriceOut,
    problems=[AlreadyExists, NoPriceList, PartnerNotActive],
)
async def create_special_price(body: SpecialPriceIn, tx: Tx, caller: Principal) -> Row:
    """Ask for a price below the list's: a share off or a price for each, up to a quantity, until a day."""
    return await commands.request(tx, body, caller=caller)


@router.post(
    "/{id}/approve",
    permission=_APPROVE,
    returns=SPECIAL_PRICES,
    out=SpecialPriceOut,
    problems=[FourEyes, BelowFloor, NoPriceList, PartnerNotActive],
)
async def approve_special_price(
    id: str, tx: Tx, caller: Principal, version: Version, body: SpecialPriceApprovalIn = SpecialPriceApprovalIn()
) -> Row:
    """Grant a special price, never one's own; below the floor it stays requested until a second person has approved it."""
    return await commands.approve(tx, body, special_id=id, version=version, caller=caller)


@router.post("/{id}/reject", permission=_APPROVE, returns=SPECIAL_PRICES, out=SpecialPriceOut)
async def reject_special_price(
    id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()
) -> Row:
    """Refuse a special price."""
    return await commands.reject(tx, special_id=id, reason=body.reason, version=version, caller=caller)


@router.post("/{id}/withdraw", permission=_WRITE, returns=SPECIAL_PRICES, out=SpecialPriceOut)
async def withdraw_special_price(id: str, tx: Tx, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Take a special price back; no quote uses it any more."""
    return await commands.withdraw(tx, special_id=id, reason=body.reason, version=version)
