"""Importing leads: each row is taken in as a single one is."""

from services.leads.leads.commands import put, take_in
from services.leads.leads.schemas import LeadIn
from services.leads.leads.tables import leads
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.leads import LeadRemoved
from shared.imports.objects import Importable


async def _create(tx: Tx, body: LeadIn) -> Row:
    return (await take_in(tx, body))[0]


async def _take_back(tx: Tx, row: Record) -> None:
    """Remove a lead that nobody has looked at; who has heard of it hears of that too."""
    await tx.delete(leads, row)
    tx.emit(LeadRemoved(lead_id=row["id"]), subject={**row, "version": row["version"] + 1})


LEAD = Importable("lead", "leads", LeadIn, leads, create=_create, put=put, take_back=_take_back, by="vendor")
