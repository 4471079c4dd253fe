"""What becomes of the deal that was registered for a renewal when its licence ends without it."""

from datetime import datetime
from typing import Final

from services.deals.licences.queries import licences_of_renewals
from services.deals.orders.rules import is_live
from services.deals.registrations import decisions, outcomes
from services.deals.registrations.lifecycle import LIVE
from services.deals.registrations.queries import latest
from services.deals.registrations.rules import LICENCE_CANCELLED, sold_as
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
        if deal["status"] == "draft" or await _renews_others(tx, licence, deal=deal):
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


async def renewal_held_by(tx: Tx, licence: Row, *, partner_id: str) -> str | None:
    """Return the deal that renews a licence where this partner has it now, as after a transfer of the deal; else None."""
    async with tx.as_engine("the renewal of a licence may have gone to another partner"):
        deal = await live_renewal(tx, licence)
    return None if deal is None or deal["partner_id"] != partner_id else deal["id"]


async def sold_by(tx: Tx, licence: Row) -> str | None:
    """Return the deal by which the next term of a licence is sold: its renewal, where that sells for the partner of record."""
    if licence["renewal_deal_id"] is None:
        return None
    async with tx.as_engine("the renewal of a licence may have gone to another partner"):
        deal = await latest(tx, await tx.fetch(deals, licence["renewal_deal_id"]))
    return deal["id"] if deal["partner_id"] == licence["partner_id"] and sells(deal, at=tx.now) else None


def sells(deal: Row, *, at: datetime) -> bool:
    """Tell whether a licence can be sold by a deal: it is approved or won."""
    return is_live(status=sold_as(deal), ordered_on=at.date(), at=at, protected_until=deal["protected_until"])


async def registrations_of(tx: Tx, deal_id: str) -> list[str]:
    """Return a deal and those it was taken over from. For the engine role."""
    found, deal = [deal_id], await tx.fetch(deals, deal_id)
    while deal["predecessor_id"] is not None:
        found.append(deal["predecessor_id"])
        deal = await tx.fetch(deals, deal["predecessor_id"])
    return found


async def _renews_others(tx: Tx, licence: Row, *, deal: Row) -> bool:
    """Whether the partner had registered the same already, so that one deal is for several licences."""
    rows = await licences_of_renewals(tx, await registrations_of(tx, deal["id"]))
    return any(each["id"] != licence["id"] and each["status"] == "renewing" for each in rows)


async def _tell(tx: Tx, licence: Row, deal: Row, *, reason: str, outcome: str) -> None:
    event = LicenceRenewalLeft(
        licence_id=licence["id"], partner_id=deal["partner_id"], deal_id=deal["id"], reason=reason, outcome=outcome
    )
    tx.emit(event, subject=licence, audience=[deal["partner_id"]])
