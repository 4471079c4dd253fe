"""Writes of offers and their timers; whoever calls holds the lead."""

from datetime import datetime
from typing import Any

from services.leads.offers.tables import offers
from shared.db.pool import Record
from shared.db.tx import Tx

EXPIRES = "offer_expires"


async def make(
    tx: Tx,
    *,
    lead_id: str,
    partner_id: str,
    expires_at: datetime,
    hop: int,
    policy_version: int | None,
    candidate: dict[str, Any],
) -> Record:
    """Store an offer that stands until `expires_at`, and set its timer."""
    row = await tx.insert(
        offers,
        id=tx.new_id("offer"),
        lead_id=lead_id,
        partner_id=partner_id,
        status="offered",
        expires_at=expires_at,
        policy_version=policy_version,
        hop=hop,
        candidate=candidate,
    )
    await tx.remind(EXPIRES, subject=row["id"], at=expires_at)
    return row


async def accept(tx: Tx, offer_id: str) -> Record:
    """Mark an offer as accepted; the partner holds the lead from now on."""
    await tx.forget(EXPIRES, subject=offer_id)
    return await tx.update(offers, await tx.lock(offers, offer_id), status="accepted", decided_at=tx.now)


async def end(tx: Tx, offer_id: str, *, status: str, reason: str | None, at: datetime | None = None) -> Record:
    """Mark an offer as declined, expired or recalled; the lead leaves the partner's hands."""
    await tx.forget(EXPIRES, subject=offer_id)
    row = await tx.lock(offers, offer_id)
    return await tx.update(offers, row, status=status, reason=reason, decided_at=at or tx.now, released_at=tx.now)


async def release(tx: Tx, offer_id: str) -> Record:
    """Give the partner its capacity back, since the lead has come to an end."""
    return await tx.update(offers, await tx.lock(offers, offer_id), released_at=tx.now)
