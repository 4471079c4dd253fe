"""Who protects a customer beside the one who holds it, and has it alone when that one lets go."""

from collections.abc import Iterable
from typing import Any, Final

import asyncpg
from sqlalchemy import DateTime, and_, bindparam, exists, func, or_, select

from services.deals.protection.sharing import claims_of
from services.deals.protection.tables import protection_claims
from services.deals.screening.tables import conflict_cases
from shared.db.following import follow_changes
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.events.catalog.protection import ProtectionExclusive

LET_GO: Final = "customer_let_go"
"""The timer that looks at a customer that somebody has let go, or taken up again, for whoever else is concerned.

Theirs is not the work of whoever did it: what is recorded of it names nobody.
"""
_ON_REGISTER: Final = ("pending", "active")
_C = protection_claims.c


def is_not_over(period: Any) -> Any:
    """Return whether a claim's period goes on at the time that is bound as `at`."""
    return or_(func.upper_inf(period), func.upper(period) > bindparam("at", type_=DateTime(timezone=True)))


def holds(claim: Any, *, of: Any) -> Any:
    """Return whether one claim, the columns of an alias, holds alone what another is for."""
    return and_(
        claim.tenant_id == TENANT,
        claim.customer_id == of.customer_id,
        claim.id != of.id,
        claim.status == "active",
        claim.exclusive,
        claim.family.op("&&")(of.family),
        claim.territory.op("&&")(of.territory),
        is_not_over(claim.period),
    )


def _gave_way(chosen: Any, cases: Any) -> Any:
    """Return whether a claim gave way to one, the columns of an alias, that the customer has chosen and that is not approved yet."""
    return and_(
        cases.tenant_id == TENANT,
        cases.deal_id == _C.deal_id,
        cases.resolution == "customer_choice",
        or_(cases.status == "resolved", cases.status == "closed"),
        chosen.tenant_id == TENANT,
        chosen.deal_id == cases.chosen_deal_id,
        chosen.deal_id != _C.deal_id,
        chosen.customer_id == _C.customer_id,
        chosen.status == "pending",
    )


def _beside_nobody() -> Statement:
    holding, chosen = (protection_claims.alias(name).c for name in ("holding", "chosen"))
    return Statement(
        select(protection_claims)
        .where(
            _C.tenant_id == TENANT,
            _C.customer_id == bindparam("customer"),
            _C.status == "active",
            _C.exclusive.is_(False),
            is_not_over(_C.period),
            ~exists(select(holding.id).where(holds(holding, of=_C))),
            ~exists(select(chosen.id).where(_gave_way(chosen, conflict_cases.c))),
        )
        .order_by(_C.priority_no, _C.id)
    )


_BESIDE_NOBODY: Final = _beside_nobody()


def _with_another() -> Statement:
    holding = protection_claims.alias("holding").c
    return Statement(
        select(holding.id)
        .where(_C.tenant_id == TENANT, _C.id == bindparam("claim"), holds(holding, of=_C))
        .where(holding.partner_id != _C.partner_id)
    )


_WITH_ANOTHER: Final = _with_another()


async def is_with_another(tx: Tx, claim: Record) -> bool:
    """Tell whether another partner holds alone what a claim is for, or a part of it."""
    async with tx.as_engine("who holds a customer is asked of all partners"):
        return bool(await tx.all(_WITH_ANOTHER, claim=claim["id"], at=tx.now))


async def claim_changed(tx: Tx, before: Row, after: Row) -> None:
    """Have a customer looked at that a claim lets go: it ends, asks anew, or goes to another customer or product."""
    same = all(before[name] == after[name] for name in ("customer_id", "product_family"))
    asks_for_all = before["shares"] and not after["shares"] and after["status"] == "pending"
    stays = same and after["status"] in (before["status"], "active") and not asks_for_all
    if before["status"] not in _ON_REGISTER or stays:
        return
    await look_later(tx, before["customer_id"])
    if before["shares"]:
        async with tx.as_engine("whoever shared a customer with a claim may have it at another one that is like it"):
            others = await claims_of(tx, [each["deal_id"] for each in before["shares"]])
        for customer_id in sorted({each["customer_id"] for each in others} - {before["customer_id"]}):
            await look_later(tx, customer_id)


follow_changes(protection_claims, by=claim_changed)


async def look_later(tx: Tx, customer_id: str) -> None:
    """Have a customer looked at that has just been let go, or taken up again."""
    await tx.remind(LET_GO, subject=customer_id, at=tx.now)


async def leave_alone(tx: Tx, customer_id: str) -> None:
    """Let those have a customer alone beside whom nobody protects it any more. Its lock is held. For the engine role."""
    await make_exclusive(tx, await tx.all(_BESIDE_NOBODY, customer=customer_id, at=tx.now))


async def make_exclusive(tx: Tx, claims: Iterable[Record]) -> None:
    """Make protections exclusive again that nothing stands in the way of any more, in this order, and tell of it."""
    for claim in claims:
        if claim["exclusive"] or claim["status"] != "active":
            continue
        try:
            async with tx.savepoint():
                alone = await tx.update(protection_claims, claim, exclusive=True)
        except asyncpg.ExclusionViolationError:
            continue
        event = ProtectionExclusive(deal_id=claim["deal_id"], partner_id=claim["partner_id"])
        tx.emit(event, subject=alone, audience=[claim["partner_id"]])
