"""What becomes of the deal that was registered for a renewal when its licence ends without it."""

from typing import Final

from services.deals.licences.queries import licences_of_renewals
from services.deals.registrations import decisions, outcomes
from services.deals.registrations.lifecycle import LIVE
from services.deals.registrations.queries import latest
from services.deals.registrations.rules import LICENCE_CANCELLED
from services.deals.registrations.tables import deals
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.licences import LicenceRenewalLeft

LAPSED: Final = "licence_lapsed"


async def close_renewal(tx: Tx, licence: Row, *, reason: str = LICENCE_CANCELLED) -> None:
    """Close the renewal of a licence that was cancelled, or given to another partner: there is nothing left to renew.

    An approved deal is lost and an undecided one withdrawn, for that reason; a draft is left to its owner, and so is the deal
    of another licence that still runs.
    """
    async with tx.as_engine("the renewal of a licence is closed with it, whoever sees the deal"):
        deal = await live_renewal(tx, licence)
        if deal is None:
            return
        if deal["status"] == "draft" or await _renews_others(tx, licence):
            await _tell(tx, licence, deal, reason=reason, outcome="open")
        elif deal["status"] == "approved":
            lost = await outcomes.lose_held(tx, deal, code=reason, reason=None)
            await _tell(tx, licence, lost, reason=reason, outcome="lost")
        else:
            withdrawn = await decisions.withdraw(tx, deal_id=deal["id"], reason=reason, version=None)
            await _tell(tx, licence, withdrawn, reason=reason, outcome="withdrawn")


async def leave_renewal(tx: Tx, licence: Row) -> None:
    """Tell the owner of the renewal that its licence has lapsed: the customer may buy late, so that the deal stays open."""
    deal = await live_renewal(tx, licence)
    if deal is not None:
        await _tell(tx, licence, deal, reason=LAPSED, outcome="open")


async def live_renewal(tx: Tx, licence: Row) -> Record | None:
    """Return the deal that renews a licence, held, wherever it has gone; None where it has ended or there is none."""
    if licence["renewal_deal_id"] is None:
        return None
    deal = await latest(tx, await tx.fetch(deals, licence["renewal_deal_id"]))
    held = await tx.lock(deals, deal["id"])
    return held if held["status"] in LIVE else None


async def _renews_others(tx: Tx, licence: Row) -> bool:
    """Whether the partner had registered the same already, so that one deal is for several licences."""
    rows = await licences_of_renewals(tx, [licence["renewal_deal_id"]])
    return any(each["id"] != licence["id"] and each["status"] == "renewing" for each in rows)


async def _tell(tx: Tx, licence: Row, deal: Row, *, reason: str, outcome: str) -> None:
    event = LicenceRenewalLeft(
        licence_id=licence["id"], partner_id=deal["partner_id"], deal_id=deal["id"], reason=reason, outcome=outcome
    )
    tx.emit(event, subject=licence, audience=[deal["partner_id"]])
