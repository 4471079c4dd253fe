"""Submitting deals that the product itself has made, for the partners they belong to."""

from datetime import datetime

from services.deals.registrations.submission import submit_held
from services.deals.registrations.tables import deals
from services.deals.registrations.trace import entry
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Conflict, Invalid


async def submit_or_leave(tx: Tx, deal: Record, *, accepted_at: datetime | None = None) -> Row:
    """Submit a deal, or leave it a draft for its partner to complete, with the reason in its trace."""
    try:
        async with tx.savepoint():
            return await submit_held(tx, deal, accepted_at=accepted_at)
    except (Conflict, Invalid) as refusal:
        return await tx.update(deals, deal, decision_trace=[entry("submission", "refused", reasons=[refusal.code])])
