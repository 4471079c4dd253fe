"""Entering a registration in a tender."""

from services.deals.tenders.tables import tender_entries
from shared.db.resource import Row
from shared.db.tx import Tx


async def enter(tx: Tx, deal: Row, *, tender_id: str) -> None:
    """Enter a deal in a tender; a repetition changes nothing."""
    await tx.add(
        tender_entries, tender_id=tender_id, deal_id=deal["id"], partner_id=deal["partner_id"], entered_at=tx.now
    )
