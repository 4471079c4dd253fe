"""Who protects a customer beside the one who holds it, and has it alone when that one lets go."""

from collections.abc import Iterable
from typing import Final

import asyncpg
from sqlalchemy import DateTime, bindparam, func, or_, select

from services.deals.protection.tables import protection_claims
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.events.catalog.protection import ProtectionExclusive

_C = protection_claims.c
_BESIDE: Final = Statement(
    select(protection_claims)
    .where(
        _C.tenant_id == TENANT,
        _C.customer_id == bindparam("customer"),
        or_(_C.status == "active", _C.status == "pending"),
        _C.exclusive.is_(False),
        or_(func.upper_inf(_C.period), func.upper(_C.period) > bindparam("at", type_=DateTime(timezone=True))),
        _C.family.op("&&")(bindparam("family", type_=_C.family.type)),
        _C.territory.op("&&")(bindparam("territory", type_=_C.territory.type)),
    )
    .order_by(_C.priority_no, _C.id)
)


async def pass_on(tx: Tx, ended: Record) -> None:
    """Let those who protect a customer beside a claim that has ended, or ask to, have it alone, the earliest priority first.

    Its customer's lock is held. Where others are still in the way, nothing changes.
    """
    if ended["exclusive"]:
        async with tx.as_engine("what a partner lets go is another's who was approved beside it"):
            scope = {name: ended[name] for name in ("family", "territory")}
            await make_exclusive(tx, await tx.all(_BESIDE, customer=ended["customer_id"], at=tx.now, **scope))


async def make_exclusive(tx: Tx, claims: Iterable[Record]) -> None:
    """Make protections exclusive again that nothing stands in the way of any more, in this order, and tell of it."""
    for claim in claims:
        if claim["exclusive"] or claim["status"] not in ("pending", "active"):
            continue
        try:
            async with tx.savepoint():
                alone = await tx.update(protection_claims, claim, exclusive=True)
        except asyncpg.ExclusionViolationError:
            continue
        if claim["status"] == "active":
            event = ProtectionExclusive(deal_id=claim["deal_id"], partner_id=claim["partner_id"])
            tx.emit(event, subject=alone, audience=[claim["partner_id"]])
