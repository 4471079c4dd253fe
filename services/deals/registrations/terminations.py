"""What becomes of a partner's registrations when it is a partner no more."""

from services.deals.protection import commands as protection
from services.deals.protection.rules import Terms
from services.deals.protection.tables import protection_claims
from services.deals.registrations.decisions import BY_POLICY, end_round, withdraw_held
from services.deals.registrations.outcomes import notice_end, release_sold, tell_terminated
from services.deals.registrations.queries import deals_kept_by_sale, standing_deals
from services.deals.registrations.tables import deals
from services.deals.reviews.rules import NOT_AWAITED
from services.deals.screening.commands import supersede_cases
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.events.catalog.protection import ProtectionOffered

TERMINATED = "partner_terminated"


async def follow_termination(tx: Tx, partner_id: str) -> None:
    """End what a partner that is terminated has registered, so that its customers are free.

    What is approved is released or offered, as its terms say; what is decided again is released, and what never was approved
    is withdrawn. A sale stays one, and is nobody's to take over: what it protects is released.
    """
    for deal in await standing_deals(tx, partner_id):
        claim = await protection.held_claim_if_any(tx, deal["id"])
        if claim is None or claim["status"] != "active":
            await withdraw_held(tx, deal, reason=TERMINATED, by=BY_POLICY)
        elif deal["status"] == "approved" and not protection.protects(claim, tx):
            await notice_end(tx, deal)
        elif deal["status"] != "approved" or Terms.of(claim["terms"]).on_termination == "release":
            await _release(tx, deal)
        elif claim["offered_at"] is None:
            await _offer(tx, deal, claim)
    for deal in await deals_kept_by_sale(tx, partner_id):
        await release_sold(tx, deal)


async def _offer(tx: Tx, deal: Record, claim: Record) -> None:
    await tx.update(protection_claims, claim, offered_at=tx.now)
    offer = ProtectionOffered(
        deal_id=deal["id"], partner_id=deal["partner_id"], protected_until=claim["protected_until"]
    )
    tx.emit(offer, subject=deal)


async def _release(tx: Tx, deal: Record) -> None:
    await supersede_cases(tx, deal["id"])
    await protection.end(tx, deal_id=deal["id"])
    await end_round(tx, deal)
    await tx.forget(protection.TIMER, subject=deal["id"])
    expired = await tx.update(deals, deal, status="expired", protected_until=tx.now, lapses_at=None, **NOT_AWAITED)
    tell_terminated(tx, expired)
