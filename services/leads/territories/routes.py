"""`territories`: all read, the vendor writes."""

from services.leads.territories import commands
from services.leads.territories.schemas import TerritoryIn, TerritoryOut, TerritoryPatch
from services.leads.territories.tables import TERRITORIES
from shared.db.pool import Record
from shared.errors import AlreadyExists
from shared.web.params import Tx, Version
from shared.web.router import Router

router = Router("territories")
router.lists(TERRITORIES, TerritoryOut, summary="Territories, newest first.")
router.reads(TERRITORIES, TerritoryOut, summary="One territory.")


@router.post(
    permission="territories:write", returns=TERRITORIES, out=TerritoryOut, status=201, problems=[AlreadyExists]
)
async def create_territory(body: TerritoryIn, tx: Tx) -> Record:
    """Name a set of countries."""
    return await commands.create(tx, body)


@router.patch(permission="territories:write", returns=TERRITORIES, out=TerritoryOut)
async def change_territory(id: str, body: TerritoryPatch, tx: Tx, version: Version) -> Record:
    """Change the name or the countries of a territory."""
    return await commands.change(tx, id, body, version=version)
