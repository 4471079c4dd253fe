"""Events of sister services that make or change deals."""

from services.deals.directory import handlers as directory
from services.deals.directory.queries import partner_of
from services.deals.prices.audience import follow_partner
from services.deals.registrations import commands
from services.deals.registrations.on_behalf import submit_or_leave
from services.deals.registrations.outcomes import follow_suspensions
from services.deals.registrations.queries import deal_of_lead
from services.deals.registrations.terminations import follow_termination
from services.deals.screening.schemas import CustomerIn
from services.deals.solutions import commands as solutions
from shared.db.tx import Tx
from shared.events.catalog.leads import LeadConverted
from shared.events.catalog.partners import PartnerDirectory
from shared.events.envelope import Envelope


async def on_partner(tx: Tx, event: PartnerDirectory, envelope: Envelope) -> None:
    """Keep the directory and what the partner sees by its tier, and stop or start the clock of its protections."""
    await directory.on_partner(tx, event, envelope)
    await follow_suspensions(tx, event.partner_id)
    if event.status == "terminated":
        await follow_termination(tx, event.partner_id)
        await solutions.follow_termination(tx, event.partner_id)
    partner = await partner_of(tx, event.partner_id)
    await follow_partner(tx, partner.id, tier=partner.tier, country=partner.country)


async def on_lead_converted(tx: Tx, event: LeadConverted, envelope: Envelope) -> None:
    """Make the deal a lead became and submit it with the priority of the lead's acceptance; a repetition changes nothing.

    What keeps it from being submitted leaves it a draft for its partner to complete, with the reason in its trace.
    """
    if await deal_of_lead(tx, lead_id=event.lead_id, deal_id=event.deal_id) is not None:
        return
    company = event.company
    deal = await commands.draft(
        tx,
        deal_id=event.deal_id,
        partner=await partner_of(tx, event.partner_id),
        title=event.title,
        customer=CustomerIn.model_construct(
            name=company.name, domain=company.domain, country=company.country, tax_id=company.tax_id
        ),
        product_family=event.product_family,
        amount=event.amount.amount if event.amount else None,
        currency=event.amount.currency if event.amount else None,
        lead_id=event.lead_id,
        metadata={},
        created_by=event.converted_by,
    )
    await submit_or_leave(tx, deal, accepted_at=event.accepted_at)
