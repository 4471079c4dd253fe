"""A registration that was returned for correction, and how long its rank waits for it."""

from datetime import datetime
from typing import Any, Final

from services.deals.approval.queries import policy_of_version
from services.deals.calendars.queries import BUILT_IN, calendar_of
from services.deals.protection.queries import claim_of
from services.deals.registrations.rules import priority_kept_until
from services.deals.tenders.tables import tenders
from shared.db.resource import Row
from shared.db.tx import Tx

NOT_RETURNED: Final[dict[str, datetime | None]] = {"returned_at": None, "priority_kept_until": None}
"""What a deal says that is not with its partner for correction."""


async def returned(tx: Tx, deal: Row) -> dict[str, Any]:
    """Return what a deal says from now on that goes back to its partner: since when, and until when its rank is kept."""
    if deal["priority_no"] is None:
        return {**NOT_RETURNED, "returned_at": tx.now}
    terms = (await policy_of_version(tx, deal["policy_version"])).review
    hours = (await calendar_of(tx, terms.calendar) or BUILT_IN).hours
    return {"returned_at": tx.now, "priority_kept_until": priority_kept_until(tx.now, hours=hours)}


async def keeps_priority(tx: Tx, deal: Row, *, customer_id: str) -> bool:
    """Tell whether a resubmitted registration keeps its rank: in time, for the same customer and product."""
    until = deal["priority_kept_until"]
    if until is None or tx.now >= until or deal["customer_id"] != customer_id:
        return False
    if deal["tender_id"] is not None:
        asked_for: Row | None = await tx.fetch(tenders, deal["tender_id"])
    else:
        asked_for = await claim_of(tx, deal["id"])
    return asked_for is not None and asked_for["product_family"] == deal["product_family"]
