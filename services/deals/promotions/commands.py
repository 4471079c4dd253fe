"""Writing price promotions."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any, Final

from services.deals.promotions.queries import LIFECYCLE
from services.deals.promotions.rules import faults_of_discount
from services.deals.promotions.schemas import PricePromotionIn, PricePromotionPatch
from services.deals.promotions.tables import price_promotions
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.tx import Tx, require_version
from shared.errors import Fault, Invalid

ENDS: Final = "price_promotion_ends"


async def create(tx: Tx, body: PricePromotionIn, *, caller: Caller) -> Record:
    """Draft a promotion; it takes nothing off, and no partner sees it, before it is published."""
    vendor_only(caller)
    values = {name: value for name, value in body.model_dump().items() if name not in ("id", "amount")}
    values |= {"amount": None, "currency": None, **_money(body)}
    _check(values)
    return await tx.insert(
        price_promotions, id=body.id or tx.new_id("promo"), **_sorted(values), status="draft", is_public=False
    )


async def change(
    tx: Tx, body: PricePromotionPatch, *, promotion_id: str, version: int | None, caller: Caller
) -> Record:
    """Change a draft."""
    vendor_only(caller)
    row = await tx.lock(price_promotions, promotion_id)
    LIFECYCLE.require_editable(row["status"], body.model_fields_set)
    require_version(row, version)
    changes: dict[str, Any] = body.changes()
    if "amount" in changes:
        changes |= {"amount": None, "currency": None, **_money(body)}
    _check({**row, **changes})
    return await tx.update(price_promotions, row, **_sorted(changes))


async def publish(tx: Tx, *, promotion_id: str, version: int | None, caller: Caller) -> Record:
    """Let a promotion take effect on its days; all partners see it from now on."""
    vendor_only(caller)
    row = await tx.lock_for(price_promotions, promotion_id, action="publish", lifecycle=LIFECYCLE, version=version)
    await tx.remind(ENDS, subject=row["id"], at=datetime.combine(row["effective_to"], time(), UTC))
    return await tx.update(price_promotions, row, status="published", is_public=True)


async def withdraw(tx: Tx, *, promotion_id: str, version: int | None, caller: Caller) -> Record:
    """End a promotion before its time; quotes that were issued with it keep their prices."""
    vendor_only(caller)
    row = await tx.lock_for(price_promotions, promotion_id, action="withdraw", lifecycle=LIFECYCLE, version=version)
    await tx.forget(ENDS, subject=row["id"])
    return await tx.update(price_promotions, row, status="withdrawn")


async def end(tx: Tx, promotion_id: str, _: Mapping[str, Any]) -> None:
    """Notice that a promotion's time is over. Its dates have ended it; this only says so."""
    row = await tx.lock(price_promotions, promotion_id)
    if row["status"] == "published":
        await tx.update(price_promotions, row, status="ended")


def _money(body: PricePromotionIn | PricePromotionPatch) -> dict[str, Any]:
    return {} if body.amount is None else {"amount": body.amount.amount, "currency": body.amount.currency}


def _sorted(values: dict[str, Any]) -> dict[str, Any]:
    return {name: sorted(set(value)) if isinstance(value, list) else value for name, value in values.items()}


def _check(values: Mapping[str, Any]) -> None:
    faults = faults_of_discount(percent=values["percent"], amount=values["amount"])
    if values["effective_to"] <= values["effective_from"]:
        faults.append(Fault("/effective_to", "empty_period", "The end lies after the beginning."))
    if faults:
        raise Invalid(errors=faults)
