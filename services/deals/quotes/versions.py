"""Versions of a quote, of which one at most is good: the next takes the place of the one before, or is given up for it."""

from typing import Any, Final

from services.deals.quotes.queries import draft_after
from services.deals.quotes.tables import quotes
from services.deals.quotes.warnings import warn_deal
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import InvalidTransition
from shared.events.catalog.deals import Amount
from shared.events.catalog.quotes import QuoteSuperseded

EXPIRES: Final = "quote_expires"


async def version_before(tx: Tx, quote_id: str) -> Record | None:
    """Hold the version before a quote, if there is one: whoever steps through several holds the earlier ones first."""
    known = await tx.fetch(quotes, quote_id)
    return None if known["supersedes_id"] is None else await tx.lock(quotes, known["supersedes_id"])


async def supersede(tx: Tx, before: Record | None, *, by: str) -> None:
    """Let the version before a quote, which is held, give way to it; raises InvalidTransition where that has been accepted."""
    if before is None:
        return
    if before["status"] == "accepted":
        raise InvalidTransition("The version before this one has been accepted.")
    if before["status"] == "declined":
        # What its customer has answered stands; there is nothing of it to give way.
        return
    await tx.forget(EXPIRES, subject=before["id"])
    await _give_way(tx, before, by=by)


async def give_up_draft(tx: Tx, accepted: Record) -> None:
    """Give up the draft of the version after one that was accepted, if it has been begun."""
    async with tx.as_engine("the next version may be a colleague's draft"):
        begun = await draft_after(tx, accepted)
        if begun is not None:
            await _give_way(tx, begun, by=accepted["id"])


def told(row: Row) -> dict[str, Any]:
    """Return what every event of a quote tells of it."""
    return {
        "quote_id": row["id"],
        "partner_id": row["partner_id"],
        "deal_id": row["deal_id"],
        "number": row["number"],
        "net": Amount(amount=row["net_amount"], currency=row["currency"]),
    }


async def _give_way(tx: Tx, old: Record, *, by: str) -> None:
    superseded = await tx.update(quotes, old, status="superseded")
    await warn_deal(tx, superseded)
    event = QuoteSuperseded(**told(superseded), superseded_by=by)
    tx.emit(event, subject=superseded, audience=[superseded["partner_id"]])
