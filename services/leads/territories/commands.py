"""Writes of territories; the vendor's alone."""

from services.leads.territories.schemas import TerritoryIn, TerritoryPatch
from services.leads.territories.tables import territories
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.tx import Tx, require_version
from shared.events.catalog.leads import TerritoryState


async def create(tx: Tx, body: TerritoryIn) -> Record:
    """Store a territory; raises AlreadyExists when its code is taken."""
    vendor_only(tx.caller)
    row = await tx.insert(
        territories,
        id=body.id or tx.new_id("terr"),
        code=body.code,
        name=body.name,
        countries=sorted(set(body.countries)),
    )
    return _told(tx, row)


async def change(tx: Tx, territory_id: str, body: TerritoryPatch, *, version: int | None) -> Record:
    """Change the name or the countries; leads routed before keep the decision they got."""
    vendor_only(tx.caller)
    row = await tx.lock(territories, territory_id)
    require_version(row, version)
    changes = body.changes()
    if "countries" in changes:
        changes["countries"] = sorted(set(changes["countries"]))
    return _told(tx, await tx.update(territories, row, **changes)) if changes else row


def _told(tx: Tx, row: Record) -> Record:
    tx.emit(TerritoryState(code=row["code"], countries=row["countries"]), subject=row)
    return row
