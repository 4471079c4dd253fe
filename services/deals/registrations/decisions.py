"""The vendor's decisions about registrations under review, and the partner's withdrawal."""

from services.deals.approval.queries import policy_in_force
from services.deals.directory.queries import active_partner
from services.deals.protection import commands as protection
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.queries import is_tendered
from services.deals.registrations.submission import announce_approval
from services.deals.registrations.tables import deals
from services.deals.screening.commands import require_not_upheld, supersede_cases
from services.deals.stages.commands import begin
from services.deals.tenders.rules import DecidedByTender
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.deals import (
    RegistrationRejected,
    RegistrationReturned,
    RegistrationRevoked,
    RegistrationWithdrawn,
)

UNSPECIFIED = "unspecified"


async def approve(tx: Tx, *, deal_id: str, reason: str | None, version: int | None, caller: Caller) -> Row:
    """Approve and protect in one step; raises CustomerAlreadyProtected when a rival holds the window.

    Raises PartnerNotActive for a partner that was suspended meanwhile, ConflictUpheld when the case went against it.
    """
    vendor_only(caller)
    deal = await tx.lock_for(deals, deal_id, action="approve", lifecycle=LIFECYCLE, version=version)
    if is_tendered(deal):
        raise DecidedByTender()
    partner = await active_partner(tx, deal["partner_id"])
    await require_not_upheld(tx, deal_id)
    policy = await policy_in_force(tx)
    days = policy.protection_days(partner.tier)
    claim = await protection.grant_to(tx, deal_id=deal_id, days=days, terms=policy.terms)
    approved = await tx.update(
        deals,
        deal,
        status="approved",
        decided_at=tx.now,
        decided_by=caller.account_id,
        decision_reason=reason,
        protected_from=tx.now,
        **protection.mirrored(claim),
        **await begin(tx, deal),
    )
    await supersede_cases(tx, deal_id, approved=True)
    await announce_approval(tx, approved, automatic=False)
    return approved


async def reject(tx: Tx, *, deal_id: str, reason: str | None, version: int | None, caller: Caller) -> Row:
    """Reject a registration; the same facts cannot be submitted again."""
    vendor_only(caller)
    row = await _end(tx, deal_id, action="reject", status="rejected", reason=reason, version=version)
    event = RegistrationRejected(deal_id=row["id"], partner_id=row["partner_id"], reason=reason or UNSPECIFIED)
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def revoke(tx: Tx, *, deal_id: str, reason: str, version: int | None, caller: Caller) -> Row:
    """Take an approval back; its protection ends at once."""
    vendor_only(caller)
    row = await _end(tx, deal_id, action="revoke", status="revoked", reason=reason, version=version)
    event = RegistrationRevoked(deal_id=row["id"], partner_id=row["partner_id"], reason=reason)
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def withdraw(tx: Tx, *, deal_id: str, reason: str | None, version: int | None) -> Row:
    """Take a registration back; it stays on record and claims nothing any more."""
    row = await _end(tx, deal_id, action="withdraw", status="withdrawn", reason=reason, version=version)
    tx.emit(
        RegistrationWithdrawn(deal_id=row["id"], partner_id=row["partner_id"]),
        subject=row,
        audience=[row["partner_id"]],
    )
    return row


async def return_for_correction(
    tx: Tx, *, deal_id: str, reason: str | None, version: int | None, caller: Caller
) -> Row:
    """Hand a registration back to its partner; resubmitted within 5 business days it keeps its priority."""
    vendor_only(caller)
    deal = await tx.lock_for(deals, deal_id, action="return", lifecycle=LIFECYCLE, version=version)
    await supersede_cases(tx, deal_id)
    row = await tx.update(deals, deal, status="returned", returned_at=tx.now, decision_reason=reason)
    event = RegistrationReturned(deal_id=row["id"], partner_id=row["partner_id"], reason=reason or UNSPECIFIED)
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def _end(tx: Tx, deal_id: str, *, action: str, status: str, reason: str | None, version: int | None) -> Row:
    deal = await tx.lock_for(deals, deal_id, action=action, lifecycle=LIFECYCLE, version=version)
    await protection.end(tx, deal_id=deal_id)
    await supersede_cases(tx, deal_id)
    await tx.forget(protection.TIMER, subject=deal_id)
    return await tx.update(
        deals,
        deal,
        status=status,
        decided_at=tx.now,
        decided_by=tx.caller.account_id,
        decision_reason=reason,
        protected_until=tx.now if deal["protected_from"] is not None else None,
        lapses_at=None,
    )
