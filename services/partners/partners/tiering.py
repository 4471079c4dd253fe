"""Which tier a partner is in: its history is effective-dated, and the partner shows what counts today."""

from datetime import UTC, date, datetime, time

from services.partners.partners.commands import day_of, store
from services.partners.partners.tables import LIFECYCLE, partners
from services.partners.tiers.commands import assign
from services.partners.tiers.queries import assignment_on
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.events.catalog.partners import TierChanged

TIER_BEGINS = "tier_begins"


async def assign_tier(
    tx: Tx,
    *,
    partner_id: str,
    tier: str,
    effective_on: date | None = None,
    reason: str | None = None,
    version: int | None = None,
) -> Row:
    """Put a partner in a tier from a day on (today where none is named; earlier and later days are allowed).

    Raises Invalid for an unknown or retired tier. `TierChanged` is published at once, with the day it counts from.
    """
    vendor_only(tx.caller)
    row = await tx.lock(partners, partner_id)
    LIFECYCLE.require_editable(row["status"], ["tier"])
    require_version(row, version)
    begins = effective_on or day_of(tx)
    before = await assignment_on(tx, partner_id=partner_id, day=begins)
    made = await assign(tx, partner_id=partner_id, tier=tier, effective_on=begins, reason=reason)
    row = await _shown_today(tx, row)
    event = TierChanged(
        partner_id=partner_id, old_tier=before.tier if before else None, new_tier=tier, effective_on=begins
    )
    tx.emit(event, subject=row, audience=[partner_id])
    if begins > day_of(tx):
        await tx.remind(TIER_BEGINS, subject=made.id, at=datetime.combine(begins, time(), UTC), partner_id=partner_id)
    return row


async def refresh_tier(tx: Tx, *, partner_id: str) -> None:
    """Show the tier that counts today, where an assignment made earlier has begun."""
    row = await tx.lock(partners, partner_id)
    if row["status"] != "terminated":
        await _shown_today(tx, row)


async def _shown_today(tx: Tx, row: Row) -> Row:
    counts = await assignment_on(tx, partner_id=row["id"], day=day_of(tx))
    if counts is None:
        return await store(tx, row, tier=None, tier_since=None)
    return await store(tx, row, tier=counts.tier, tier_since=counts.effective_on)
