"""Telling deals whose lead a company is, so that a registration can be held against it."""

from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.leads import LeadCompany, LeadHeld


def company_of(lead: Row) -> LeadCompany:
    """Return the company a lead is about, as sister services may know it."""
    return LeadCompany(**{name: lead[f"company_{name}"] for name in LeadCompany.model_fields})


def told(tx: Tx, lead: Row, *, held: bool = True) -> None:
    """Tell whose a lead is now; not `held`, it is nobody's any more."""
    event = LeadHeld(
        lead_id=lead["id"],
        partner_id=lead["partner_id"] if held else None,
        company=company_of(lead),
        product_family=lead["product_family"],
    )
    tx.emit(event, subject=lead)
