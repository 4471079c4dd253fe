"""A lead is routed or offered, accepted, declined, expires, or is taken back."""

from services.leads.directory.commands import require_partner
from services.leads.directory.queries import hold_partner, may_hold_leads
from services.leads.handover.rules import PartnerNotActive, require_standing
from services.leads.handover.schemas import OfferIn
from services.leads.leads import holding
from services.leads.leads.tables import LIFECYCLE, UNASSIGNED, lead_contacts, leads
from services.leads.offers import commands as offers
from services.leads.routing import commands as routing
from shared.auth.sides import partner_of, vendor_only
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import Forbidden
from shared.events.catalog.leads import LeadAccepted, LeadDeclined, LeadOfferExpired, LeadRecalled

# The timer that routes a lead whose partner was suspended.
WAITS = "lead_waits"


async def route(tx: Tx, lead_id: str, *, version: int | None) -> Record:
    """Offer the lead to the partner whose turn it is, or queue it as unroutable; the count of hops begins anew."""
    vendor_only(tx.caller)
    lead = await tx.lock_for(leads, lead_id, action="route", lifecycle=LIFECYCLE, version=version)
    return await routing.route(tx, lead, cause="route")


async def offer(tx: Tx, lead_id: str, body: OfferIn, *, version: int | None) -> Record:
    """Offer the lead to a named partner; raises UnknownPartner, PartnerNotEligible."""
    vendor_only(tx.caller)
    lead = await tx.lock_for(leads, lead_id, action="offer", lifecycle=LIFECYCLE, version=version)
    await require_partner(tx, body.partner_id)
    return await routing.offer_by_hand(
        tx, lead, partner_id=body.partner_id, accept_within_hours=body.accept_within_hours
    )


async def accept(tx: Tx, lead_id: str, *, version: int | None) -> Record:
    """Take the lead that is offered, and with it sight of the person; raises OfferExpired, PartnerNotActive.

    Of many at once one wins, since each waits for the lead's row.
    """
    partner_id = partner_of(tx.caller)
    partner = await hold_partner(tx, partner_id)
    lead = await tx.lock_for(leads, lead_id, action="accept", lifecycle=LIFECYCLE, version=version)
    _require_own(lead, partner_id)
    require_standing(expires_at=lead["offer_expires_at"], now=tx.now)
    if not may_hold_leads(partner, on=tx.now.date()):
        raise PartnerNotActive()
    await offers.accept(tx, lead["offer_id"])
    await _show_person(tx, lead["id"], to=partner_id)
    row = await tx.update(leads, lead, status="accepted", offer_status="accepted", accepted_at=tx.now, hops=0)
    event = LeadAccepted(lead_id=row["id"], partner_id=partner_id, accepted_at=tx.now)
    tx.emit(event, subject=row, audience=[partner_id])
    return row


async def decline(tx: Tx, lead_id: str, *, reason: str, version: int | None) -> Record:
    """Refuse the lead that is offered and send it on; returns the offer, which is all this partner still sees."""
    partner_id = partner_of(tx.caller)
    lead = await tx.lock_for(leads, lead_id, action="decline", lifecycle=LIFECYCLE, version=version)
    _require_own(lead, partner_id)
    require_standing(expires_at=lead["offer_expires_at"], now=tx.now)
    declined = await offers.end(tx, lead["offer_id"], status="declined", reason=reason)
    async with tx.as_engine("a declined lead goes to another partner"):
        waiting = await _take_away(tx, lead, reason=None)
        event = LeadDeclined(lead_id=lead["id"], partner_id=partner_id, reason=reason)
        tx.emit(event, subject=waiting, audience=[partner_id])
        await routing.route(tx, waiting, cause="declined")
    return declined


async def expire(tx: Tx, lead_id: str, *, offer_id: str) -> None:
    """End an offer that has lapsed, as of the instant it did, and send the lead on; one still standing is left alone."""
    lead = await tx.lock(leads, lead_id)
    if lead["offer_id"] != offer_id or lead["status"] != "offered" or lead["offer_expires_at"] > tx.now:
        return
    partner_id = lead["partner_id"]
    await offers.end(tx, offer_id, status="expired", reason=None, at=lead["offer_expires_at"])
    waiting = await _take_away(tx, lead, reason=None)
    event = LeadOfferExpired(lead_id=lead_id, partner_id=partner_id)
    tx.emit(event, subject=waiting, audience=[partner_id])
    await routing.route(tx, waiting, cause="expired")


async def recall(tx: Tx, lead_id: str, *, reason: str, version: int | None) -> Record:
    """Take the lead back from the partner that has it; it waits in `routing` for the vendor's next word."""
    vendor_only(tx.caller)
    lead = await tx.lock_for(leads, lead_id, action="recall", lifecycle=LIFECYCLE, version=version)
    return await _recall(tx, lead, reason=reason)


async def recall_from(tx: Tx, lead_id: str, *, partner_id: str, reason: str) -> None:
    """Take the lead back because the partner may hold none, and have it routed anew; nothing if it has moved on."""
    lead = await tx.lock(leads, lead_id)
    if lead["partner_id"] != partner_id or lead["status"] not in LIFECYCLE.moves["recall"].sources:
        return
    await _recall(tx, lead, reason=reason)
    await tx.remind(WAITS, subject=lead_id, at=tx.now)


async def route_waiting(tx: Tx, lead_id: str) -> None:
    """Route a lead that was taken from a suspended partner, unless somebody has done so."""
    lead = await tx.lock(leads, lead_id)
    if lead["status"] == "routing":
        await routing.route(tx, lead, cause="recalled")


async def _recall(tx: Tx, lead: Record, *, reason: str) -> Record:
    tx.reason = reason
    partner_id = lead["partner_id"]
    async with tx.as_engine("what a partner saw is closed to it"):
        await offers.end(tx, lead["offer_id"], status="recalled", reason=reason)
        await _show_person(tx, lead["id"], to=None)
        waiting = await _take_away(tx, lead, reason=reason)
    event = LeadRecalled(lead_id=lead["id"], partner_id=partner_id, reason=reason)
    tx.emit(event, subject=waiting, audience=[partner_id])
    return waiting


async def _take_away(tx: Tx, lead: Record, *, reason: str | None) -> Record:
    waiting = await tx.update(
        leads, lead, status="routing", reason=reason, accepted_at=None, contacted_at=None, **UNASSIGNED
    )
    holding.told(tx, waiting, held=False)
    return waiting


async def _show_person(tx: Tx, lead_id: str, *, to: str | None) -> None:
    async with tx.as_engine("the person behind a lead is shown, or hidden again"):
        await tx.update(lead_contacts, await tx.lock(lead_contacts, lead_id), opened_to=to)


def _require_own(lead: Record, partner_id: str) -> None:
    """A distributor sees the leads of its resellers, and answers for none of them."""
    if lead["partner_id"] != partner_id:
        raise Forbidden("Only the partner the lead is offered to may answer.")
