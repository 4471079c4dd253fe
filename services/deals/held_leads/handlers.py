"""Keeping what leads tells of whose a company is."""

from sqlalchemy import ARRAY, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from services.deals.held_leads.tables import held_lead_keys, held_leads
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.events.catalog.leads import LeadHeld
from shared.events.envelope import Envelope
from shared.matching import Company, blocking_keys


def _adding_keys() -> Statement:
    keys = func.unnest(bindparam("keys", type_=ARRAY(Text(collation="C"))))
    rows = select(TENANT.label("tenant_id"), keys.label("key"), bindparam("lead", type_=Text).label("lead_id"))
    return Statement(insert(held_lead_keys).from_select(["tenant_id", "key", "lead_id"], rows).on_conflict_do_nothing())


_ADD_KEYS = _adding_keys()


async def on_lead_held(tx: Tx, event: LeadHeld, envelope: Envelope) -> None:
    """Keep whose a lead is, and find it by its company as long as it is somebody's; any order gives the same."""
    company = event.company
    known = company.model_dump()
    is_newer = await tx.project(
        held_leads,
        version=envelope.subject_version,
        lead_id=event.lead_id,
        partner_id=event.partner_id,
        product_family=event.product_family,
        **known,
    )
    if not is_newer:
        return
    await tx.remove(held_lead_keys, lead_id=event.lead_id)
    if event.partner_id is not None:
        found_by = blocking_keys(
            Company(company.name, country=company.country, domain=company.domain, tax_id=company.tax_id)
        )
        await tx.run(_ADD_KEYS, keys=found_by, lead=event.lead_id)
