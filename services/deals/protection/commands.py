"""Asking for, granting and ending protection."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg

from services.deals.customers.commands import hold
from services.deals.protection import queries
from services.deals.protection.rules import CustomerAlreadyProtected, Pause, ProtectionEnded, end_with_pauses
from services.deals.protection.tables import protection_claims
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import NotFound

_EVERYWHERE = [asyncpg.Range()]


async def ask(tx: Tx, *, deal: Row, customer_id: str, family_ordinal: int, priority_no: int) -> Record:
    """Put a deal's claim on the register as pending: others are screened against it, but it protects nothing yet."""
    scope = {
        "customer_id": customer_id,
        "product_family": deal["product_family"],
        "family": [asyncpg.Range(family_ordinal, family_ordinal + 1)],
        "period": asyncpg.Range(tx.now, None),
        "granted_until": None,
        "exclusive": True,
        "status": "pending",
        "priority_no": priority_no,
    }
    claim = await queries.claim_of(tx, deal["id"])
    if claim is not None:
        return await tx.update(protection_claims, claim, **scope)
    return await tx.insert(
        protection_claims,
        id=tx.new_id("clm"),
        deal_id=deal["id"],
        partner_id=deal["partner_id"],
        territory=_EVERYWHERE,
        **scope,
    )


async def grant_to(tx: Tx, *, deal_id: str, days: int) -> Record:
    """Protect a deal from now on for so many days; raises CustomerAlreadyProtected when a rival holds the window."""
    return await grant(tx, await _held(tx, deal_id), days=days)


async def grant(tx: Tx, claim: Record, *, days: int) -> Record:
    """Make a claim, whose customer's lock is held, protect from now on; raises CustomerAlreadyProtected.

    The exclusion constraint decides; the customer's lock only makes rivals wait instead of deadlocking.
    """
    until = tx.now + timedelta(days=days)
    return await _activate(tx, claim, start=tx.now, until=until, granted_until=until)


async def resume(tx: Tx, *, deal_id: str, pauses: Sequence[Pause]) -> Record:
    """Protect a released claim again for what is left of its time; raises ProtectionEnded, CustomerAlreadyProtected."""
    claim = await _held(tx, deal_id)
    until = end_with_pauses(claim["period"].lower, claim["granted_until"], pauses)
    if until is None or until <= tx.now:
        raise ProtectionEnded()
    return await _activate(tx, claim, start=tx.now, until=until, granted_until=until)


async def end(tx: Tx, *, deal_id: str, status: str = "released") -> None:
    """Take a deal's claim off the register, as released or expired."""
    claim = await queries.claim_of(tx, deal_id)
    if claim is not None and claim["status"] in ("pending", "active"):
        await tx.update(protection_claims, claim, status=status)


async def follow_pauses(tx: Tx, *, partner_id: str, pauses: Sequence[Pause]) -> list[Record]:
    """Make a partner's protections last as long as its pauses require and return the claims that changed.

    A customer that somebody else got before the pause was known stays with them.
    """
    changed: list[Record] = []
    for claim in await queries.active_claims_of(tx, partner_id):
        until = end_with_pauses(claim["period"].lower, claim["granted_until"], pauses)
        if until == claim["period"].upper:
            continue
        period = asyncpg.Range(claim["period"].lower, until)
        try:
            async with tx.savepoint():
                changed.append(await tx.update(protection_claims, claim, period=period))
        except asyncpg.ExclusionViolationError:
            continue
    return changed


async def _held(tx: Tx, deal_id: str) -> Record:
    held: str | None = None
    while True:
        claim = await queries.claim_of(tx, deal_id)
        if claim is None:
            raise NotFound()
        if claim["customer_id"] == held:
            return claim
        # It may have gone to another customer while its lock was waited for.
        held = claim["customer_id"]
        await hold(tx, held)


async def _activate(tx: Tx, claim: Record, *, start: datetime, until: datetime, granted_until: datetime) -> Record:
    try:
        async with tx.savepoint():
            return await tx.update(
                protection_claims,
                claim,
                status="active",
                period=asyncpg.Range(start, until),
                granted_until=granted_until,
            )
    except asyncpg.ExclusionViolationError:
        # The constraint's own text names the rival's row, so it is not passed on.
        raise CustomerAlreadyProtected() from None
