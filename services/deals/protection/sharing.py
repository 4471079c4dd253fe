"""Telling the ground of registrations apart that share a customer, and giving it back when one of them lets go."""

from collections.abc import Sequence
from typing import Final

import asyncpg
from sqlalchemy import ARRAY, Text, any_, bindparam, or_, select

from services.deals.protection.ground import Share, handed_on, held, shared_with_others, standing
from services.deals.protection.rules import CustomerAlreadyProtected
from services.deals.protection.tables import protection_claims
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_C = protection_claims.c
_OF_DEALS: Final = Statement(
    select(protection_claims)
    .where(_C.tenant_id == TENANT, _C.deal_id == any_(bindparam("deal_ids", type_=ARRAY(Text(collation="C")))))
    .order_by(_C.priority_no, _C.id)
)
_SHARING: Final = Statement(
    select(protection_claims)
    .where(
        _C.tenant_id == TENANT,
        _C.customer_id == bindparam("customer"),
        or_(_C.status == "pending", _C.status == "active"),
        _C.shares.is_not(None),
    )
    .order_by(_C.priority_no, _C.id)
)


async def share_out(tx: Tx, wanted: Sequence[tuple[Record, Sequence[Share]]]) -> list[str]:
    """Give claims, whose customers' locks are held, the ground that these shares leave them, all at once.

    Where somebody else is in the way of more, a claim stays as it is; returns the deals of those. Raises CustomerAlreadyProtected
    where it cannot.
    """
    aside, stayed = [], []
    for claim, shares in wanted:
        if not await _take(tx, claim, shares):
            # It may be in the way of one of those that are still to come, and they in its.
            ground = _stored(claim, shares)
            aside.append((claim, await tx.update(protection_claims, claim, exclusive=False, **ground)))
    for before, claim in aside:
        as_before = {"exclusive": True, "territory": before["territory"], "shares": before["shares"]}
        if await _change(tx, claim, exclusive=True):
            continue
        if not await _change(tx, claim, **as_before):
            raise CustomerAlreadyProtected()
        stayed.append(claim["deal_id"])
    return stayed


async def give_back(tx: Tx, customer_id: str) -> None:
    """Give those their ground back who shared a customer, whose lock is held, with one that has let go. For the engine role."""
    sharing = await tx.all(_SHARING, customer=customer_id)
    named = {each["deal_id"] for claim in sharing for each in claim["shares"]}
    others = {claim["deal_id"]: claim for claim in await claims_of(tx, sorted(named))} if named else {}
    for claim in sharing:
        good = standing(claim, others, at=tx.now)
        if len(good) < len(claim["shares"]):
            await _take(tx, claim, good)


async def part(tx: Tx, one: Sequence[str], other: Sequence[str]) -> None:
    """Let the claims of some deals share nothing any more with those of others: they are of two customers."""
    wanted = []
    for deal_ids, apart in ((one, other), (other, one)):
        for claim in await claims_of(tx, deal_ids):
            kept = shared_with_others(claim, apart)
            if len(kept) < len(claim["shares"] or ()):
                wanted.append((claim, kept))
    await share_out(tx, wanted)


async def pass_on(tx: Tx, claim: Record, *, to: str) -> None:
    """Let those that share with a claim share with the deal's successor, which has its ground."""
    for other in await claims_of(tx, [each["deal_id"] for each in claim["shares"] or ()]):
        shares = handed_on(other, old=claim["deal_id"], new=to)
        if shares != (other["shares"] or []):
            await tx.update(protection_claims, other, shares=shares)


async def claims_of(tx: Tx, deal_ids: Sequence[str]) -> list[Record]:
    """Return the claims of deals, the earliest priority first."""
    return await tx.all(_OF_DEALS, deal_ids=list(deal_ids))


async def _take(tx: Tx, claim: Record, shares: Sequence[Share]) -> bool:
    """Change a claim's ground; tells whether nobody is in the way."""
    return await _change(tx, claim, **_stored(claim, shares))


async def _change(tx: Tx, claim: Record, **changes: object) -> bool:
    try:
        async with tx.savepoint():
            await tx.update(protection_claims, claim, **changes)
    except asyncpg.ExclusionViolationError:
        return False
    return True


def _stored(claim: Record, shares: Sequence[Share]) -> dict[str, object]:
    territory = [asyncpg.Range(start, end) for start, end in held(claim["asked_territories"], shares)]
    return {"territory": territory, "shares": list(shares) or None}
