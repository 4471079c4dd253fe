"""Stopping and starting the clock of a protection.

Rows are taken in the order in which registrations take them: the deal, its customer's lock, the claim.
"""

from services.deals.protection import commands as protection
from services.deals.protection.lifecycle import CLAIM_LIFECYCLE
from services.deals.protection.pauses import Kept, closed, opened
from services.deals.protection.queries import is_kept_by_sale
from services.deals.protection.rules import VENDOR
from services.deals.protection.tables import protection_claims
from services.deals.registrations.tables import deals
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import InvalidTransition
from shared.events.catalog.protection import ProtectionPaused, ProtectionResumed


async def pause(tx: Tx, *, claim_id: str, version: int | None, caller: Caller) -> Row:
    """Stop the clock of a protection while the vendor owes something, which for a sale it does not.

    Raises ProtectionPaused where somebody has already.
    """
    vendor_only(caller)
    deal, claim = await _held(tx, claim_id, action="pause", version=version)
    if is_kept_by_sale(claim):
        raise InvalidTransition("The deal is sold: nothing is owed for it any more.")
    kept = opened(claim["pauses"], VENDOR, at=tx.now)
    return await stopped(tx, deal, claim, pauses=kept, cause=VENDOR)


async def resume(tx: Tx, *, claim_id: str, version: int | None, caller: Caller) -> Row:
    """Let the clock run again; raises ProtectionNotPaused where nobody has stopped it."""
    vendor_only(caller)
    deal, claim = await _held(tx, claim_id, action="resume", version=version)
    kept = closed(claim["pauses"], VENDOR, at=tx.now)
    started = await protection.restand(tx, claim, pauses=kept)
    changed = await tx.update(deals, deal, **protection.mirrored(started))
    event = ProtectionResumed(
        deal_id=deal["id"],
        partner_id=deal["partner_id"],
        cause=VENDOR,
        protected_until=started["protected_until"],
    )
    tx.emit(event, subject=changed, audience=[deal["partner_id"]])
    return started


async def stopped(tx: Tx, deal: Record, claim: Record, *, pauses: Kept, cause: str) -> Record:
    """Store pauses of which one has just begun, tell of it, and return the claim."""
    paused = await protection.restand(tx, claim, pauses=pauses)
    changed = await tx.update(deals, deal, **protection.mirrored(paused))
    event = ProtectionPaused(deal_id=deal["id"], partner_id=deal["partner_id"], cause=cause)
    tx.emit(event, subject=changed, audience=[deal["partner_id"]])
    return paused


async def _held(tx: Tx, claim_id: str, *, action: str, version: int | None) -> tuple[Record, Record]:
    known = await tx.fetch(protection_claims, claim_id)
    deal = await tx.lock(deals, known["deal_id"])
    await protection.held_claim(tx, deal["id"])
    claim = await tx.lock_for(protection_claims, claim_id, action=action, lifecycle=CLAIM_LIFECYCLE, version=version)
    protection.require_protecting(claim, tx)
    return deal, claim
