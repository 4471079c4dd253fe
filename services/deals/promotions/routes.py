"""The noun `price-promotions`."""

from services.deals.promotions import commands
from services.deals.promotions.queries import PRICE_PROMOTIONS
from services.deals.promotions.schemas import PricePromotionIn, PricePromotionOut, PricePromotionPatch
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("price-promotions")
router.lists(PRICE_PROMOTIONS, PricePromotionOut, summary="Price promotions, newest first.")
router.reads(PRICE_PROMOTIONS, PricePromotionOut, summary="One price promotion.")
_WRITE, _APPROVE = "price-promotions:write", "price-promotions:approve"


@router.post(status=201, permission=_WRITE, returns=PRICE_PROMOTIONS, out=PricePromotionOut, problems=[AlreadyExists])
async def create_price_promotion(body: PricePromotionIn, tx: Tx, caller: Principal) -> Row:
    """Draft a promotion: a share of the price off, or an amount off each one, from a day until another."""
    return await commands.create(tx, body, caller=caller)


@router.patch(permission=_WRITE, returns=PRICE_PROMOTIONS, out=PricePromotionOut)
async def change_price_promotion(
    id: str, body: PricePromotionPatch, tx: Tx, caller: Principal, version: Version
) -> Row:
    """Change a draft."""
    return await commands.change(tx, body, promotion_id=id, version=version, caller=caller)


@router.post("/{id}/publish", permission=_APPROVE, returns=PRICE_PROMOTIONS, out=PricePromotionOut)
async def publish_price_promotion(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Let a promotion take effect on its days; all partners see it from now on."""
    return await commands.publish(tx, promotion_id=id, version=version, caller=caller)


@router.post("/{id}/withdraw", permission=_APPROVE, returns=PRICE_PROMOTIONS, out=PricePromotionOut)
async def withdraw_price_promotion(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """End a promotion before its time; quotes that were issued with it keep their prices."""
    return await commands.withdraw(tx, promotion_id=id, version=version, caller=caller)
