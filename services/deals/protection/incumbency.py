"""Keeping a customer that one has sold to."""

from datetime import timedelta

from services.deals.protection.commands import TIMER, end, held_claim, protects, restand, supersede_extension
from services.deals.protection.pauses import over
from services.deals.protection.rules import Terms
from services.deals.protection.tables import protection_claims
from shared.db.pool import Record
from shared.db.tx import Tx


async def keep_for_renewal(tx: Tx, claim: Record) -> Record:
    """Make a held claim that of an incumbent: no further activity is asked of it, and rivals are looked at for longer.

    What the vendor owed until the sale, it owes no more: the clock runs on. A claim that has ended already stays ended, at the
    time that it did.
    """
    days = Terms.of(claim["terms"]).incumbency_days
    won = {
        "incumbent_until": tx.now + timedelta(days=days) if days else None,
        "pauses": over(claim["pauses"], at=tx.now),
    }
    await supersede_extension(tx, claim["deal_id"])
    if protects(claim, tx):
        return await restand(tx, claim, active_at=None, **won)
    return await tx.update(protection_claims, claim, **won)


async def give_up(tx: Tx, deal_id: str) -> bool:
    """Let a customer that was sold to go: nobody is asked before rivals any more. Tells whether it was protected until now."""
    claim = await held_claim(tx, deal_id)
    protected = protects(claim, tx)
    await tx.update(protection_claims, claim, incumbent_until=None)
    await end(tx, deal_id=deal_id, status="released" if protected else "expired")
    await tx.forget(TIMER, subject=deal_id)
    return protected
