"""Suspension of partners, and the timers of offers."""

from collections.abc import Mapping
from typing import Any

from services.leads.directory import commands as directory
from services.leads.directory.queries import WORKING_STATUSES, may_hold_leads, partner
from services.leads.handover import commands
from services.leads.offers.queries import held_by
from services.leads.offers.tables import offers
from services.leads.routing.rules import RefusalCode
from shared.db.tx import Tx
from shared.events.catalog.partners import PartnerDirectory
from shared.events.envelope import Envelope


async def keep_partner(tx: Tx, event: PartnerDirectory, envelope: Envelope) -> None:
    """Keep the newest state of a partner; one that may hold no leads gives back those it has, in the same transaction.

    An event that arrives late takes back what was offered before it, so that order and repetition do not matter. While
    the partner is suspended by all we know, everything goes back.
    """
    await directory.keep_partner(tx, event, version=envelope.subject_version)
    working = may_hold_leads(await partner(tx, event.partner_id), on=tx.now.date())
    if working and event.status in WORKING_STATUSES:
        return
    reason: RefusalCode = "not_active"
    for lead_id in await held_by(tx, event.partner_id, offered_until=tx.now if working else None):
        await commands.recall_from(tx, lead_id, partner_id=event.partner_id, reason=reason)


async def offer_expires(tx: Tx, subject: str, arguments: Mapping[str, Any]) -> None:
    """End an offer whose time is up."""
    row = await tx.fetch(offers, subject)
    await commands.expire(tx, row["lead_id"], offer_id=subject)


async def lead_waits(tx: Tx, subject: str, arguments: Mapping[str, Any]) -> None:
    """Route a lead that was taken back from a suspended partner."""
    await commands.route_waiting(tx, subject)
