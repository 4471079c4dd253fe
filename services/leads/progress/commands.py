"""What a partner makes of a lead it holds."""

from services.leads.leads import holding
from services.leads.leads.tables import LIFECYCLE, leads
from services.leads.offers import commands as offers
from services.leads.progress.delivery import deliver
from services.leads.progress.schemas import ConvertIn
from shared.auth.sides import partner_of
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.events.catalog.deals import Amount
from shared.events.catalog.leads import LeadContacted, LeadConverted, LeadDisqualified


async def contact(tx: Tx, lead_id: str, *, version: int | None) -> Record:
    """Note that the person was reached: the first time the lead is contacted, after that it is being worked on."""
    partner_of(tx.caller)
    lead = await tx.lock_for(leads, lead_id, action="contact", lifecycle=LIFECYCLE, version=version)
    if lead["status"] != "accepted":
        return await tx.update(leads, lead, status="working")
    row = await tx.update(leads, lead, status="contacted", contacted_at=tx.now)
    event = LeadContacted(lead_id=row["id"], partner_id=row["partner_id"], contacted_at=tx.now)
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def convert(tx: Tx, lead_id: str, body: ConvertIn, *, version: int | None) -> Record:
    """Make a deal of the lead, under an id made here; its priority counts from the acceptance.

    The deals service is told once this is committed. The answer is 202, with the `Location` of an operation, when it has
    not confirmed in time; the event reaches it all the same.
    """
    lead = await tx.lock_for(leads, lead_id, action="convert", lifecycle=LIFECYCLE, version=version)
    await offers.release(tx, lead["offer_id"])
    row = await tx.update(leads, lead, status="converted", deal_id=tx.new_id("deal"), converted_at=tx.now)
    envelope = tx.emit(_conversion(tx, row, body), subject=row, audience=[row["partner_id"]])
    holding.told(tx, row, held=False)
    tx.after_commit(lambda: deliver(envelope, of=tx))
    return row


async def disqualify(tx: Tx, lead_id: str, *, reason: str, version: int | None) -> Record:
    """Close a lead that came to nothing; a partner may while it holds it."""
    lead = await tx.lock_for(leads, lead_id, action="disqualify", lifecycle=LIFECYCLE, version=version)
    if lead["offer_id"] is not None:
        await offers.release(tx, lead["offer_id"])
    row = await tx.update(leads, lead, status="disqualified", reason=reason)
    holding.told(tx, row, held=False)
    event = LeadDisqualified(lead_id=row["id"], partner_id=row["partner_id"], reason=reason)
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


def _conversion(tx: Tx, lead: Record, body: ConvertIn) -> LeadConverted:
    money = body.amount.model_dump() if body.amount else {"amount": lead["amount"], "currency": lead["currency"]}
    return LeadConverted(
        lead_id=lead["id"],
        deal_id=lead["deal_id"],
        partner_id=lead["partner_id"],
        company=holding.company_of(lead),
        product_family=lead["product_family"],
        title=body.title or lead["company_name"],
        amount=None if money["amount"] is None else Amount(**money),
        accepted_at=lead["accepted_at"],
        converted_by=tx.caller.account_id,
    )
