"""Statements of accrual: sales, the partners' parts of them, and the splits that make these."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, select

from services.incentives.accrual.sharing import Part
from services.incentives.accrual.tables import parts, sales, splits
from services.incentives.directory.tables import partner_directory
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.events.catalog.attributions import SplitShare

_P = parts.c
_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || $2 || ' accrual', 0))"
_SPLIT = Statement(select(splits.c.shares).where(splits.c.tenant_id == TENANT, splits.c.deal_id == bindparam("deal")))
_SALES_OF_DEAL = Statement(
    select(sales.c.id).where(sales.c.tenant_id == TENANT, sales.c.deal_id == bindparam("deal")).order_by(sales.c.id)
)
_KNOWN = Statement(select(sales.c.id).where(sales.c.tenant_id == TENANT, sales.c.id == bindparam("sale")))
_OF_SALE = Statement(
    select(parts).where(_P.tenant_id == TENANT, _P.sale_id == bindparam("sale")).order_by(_P.partner_id)
)
_PART = Statement(
    select(parts).where(_P.tenant_id == TENANT, _P.sale_id == bindparam("sale"), _P.partner_id == bindparam("partner"))
)
_HOLD_PARTNERS = Statement(
    select(partner_directory.c.partner_id)
    .where(
        partner_directory.c.tenant_id == TENANT,
        partner_directory.c.partner_id.in_(
            select(_P.partner_id).where(_P.tenant_id == TENANT, _P.sale_id == bindparam("sale"))
        ),
    )
    .order_by(partner_directory.c.partner_id)
    .with_for_update(read=True)
)


async def take_turn(tx: Tx, subject: str) -> None:
    """Let what arrives about one deal, or one licence of no deal, take effect one after the other.

    So each sees what came before it.
    """
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id, subject)


async def keep_split(tx: Tx, *, deal_id: str, version: int, shares: Sequence[SplitShare]) -> bool:
    """Keep how a deal is shared; tells whether that is newer than what was known."""
    told = [each.model_dump(mode="json") for each in shares]
    return await tx.project(splits, deal_id=deal_id, shares=told, version=version)


async def shares_of(tx: Tx, deal_id: str | None) -> list[SplitShare]:
    """Return how a deal is shared as far as known; empty where no split of it is locked, or there is no deal."""
    row = None if deal_id is None else await tx.first(_SPLIT, deal=deal_id)
    return [] if row is None else [SplitShare.model_validate(each) for each in row["shares"]]


async def sales_of_deal(tx: Tx, deal_id: str) -> list[str]:
    """Return the ids of what was sold on a deal, as far as known."""
    return [row["id"] for row in await tx.all(_SALES_OF_DEAL, deal=deal_id)]


async def is_known(tx: Tx, sale_id: str) -> bool:
    """Tell whether a sale has arrived."""
    return await tx.first(_KNOWN, sale=sale_id) is not None


async def parts_of(tx: Tx, sale_id: str) -> dict[str, Record]:
    """Return the parts of a sale by partner, in their order."""
    return {row["partner_id"]: row for row in await tx.all(_OF_SALE, sale=sale_id)}


async def part_of(tx: Tx, *, sale_id: str, partner_id: str) -> Record:
    """Return a partner's part of a sale; raises NotFound."""
    return await tx.one(_PART, sale=sale_id, partner=partner_id)


async def hold_partners(tx: Tx, sale_id: str) -> None:
    """Hold the partners that share a sale, which always comes before holding the sale itself."""
    await tx.all(_HOLD_PARTNERS, sale=sale_id)


async def keep(tx: Tx, sale: Record, part: Part, *, became: dict[str, object]) -> Record:
    """Keep a partner's part of a sale and what became of it, and return it."""
    row = {
        "sale_id": sale["id"],
        "partner_id": part.partner_id,
        "deal_id": sale["deal_id"],
        "licence_id": sale["licence_id"],
        "source": sale["source"],
        "role": part.role,
        "basis_points": part.basis_points,
        "amount": part.amount,
        "whole": sale["amount"],
        "currency": sale["currency"],
        "closed_on": sale["closed_on"],
        **became,
    }
    await tx.put(parts, **row)
    return {"tenant_id": tx.tenant_id, **row}
