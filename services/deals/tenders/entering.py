"""Entering a registration in a tender, and keeping those out of protection that are not awarded it."""

from services.deals.tenders.queries import undecided
from services.deals.tenders.rules import DecidedByTender
from services.deals.tenders.tables import tender_entries
from shared.db.resource import Row
from shared.db.tx import Tx


async def enter(tx: Tx, deal: Row, *, tender_id: str) -> None:
    """Enter a deal in a tender; a repetition changes nothing."""
    await tx.add(
        tender_entries, tender_id=tender_id, deal_id=deal["id"], partner_id=deal["partner_id"], entered_at=tx.now
    )


async def require_no_tender(tx: Tx, claim: Row) -> None:
    """Raise DecidedByTender where the customer of a claim, whose lock is held, waits for the award of a tender."""
    async with tx.as_engine("who takes part in a tender is hidden from those who do not"):
        tender = await undecided(tx, customer_id=claim["customer_id"], product_family=claim["product_family"])
    if tender is not None:
        raise DecidedByTender()
