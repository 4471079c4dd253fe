"""Setting the deadline of a decision that the deal desk owes."""

from typing import Any, Final

from services.deals.calendars.queries import BUILT_IN, calendar_of
from services.deals.reviews.rules import ReviewTerms
from shared.db.tx import Tx

DUE: Final = "review_due"


async def awaited(tx: Tx, deal_id: str, *, terms: ReviewTerms) -> dict[str, Any]:
    """Return what a deal shows that waits for the desk from now on; the desk is reminded, and then overdue, by a timer.

    A decision forgets no timer: one that comes to a deal that nobody owes a decision finds nothing to do.
    """
    calendar = await calendar_of(tx, terms.calendar) or BUILT_IN
    await tx.remind(DUE, subject=deal_id, at=calendar.hours.after(tx.now, terms.remind_after_hours))
    return {
        "decision_due_at": calendar.hours.after(tx.now, terms.due_after_hours),
        "decision_escalated_at": None,
    }
