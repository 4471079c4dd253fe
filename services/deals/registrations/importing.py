"""Importing deals: each row drafts a deal as a single registration does; nothing is claimed, and no priority drawn."""

from services.deals.registrations.commands import put, register
from services.deals.registrations.schemas import DealIn
from services.deals.registrations.tables import deals
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.deals import DealRemoved
from shared.imports.objects import Importable
from shared.imports.problems import InUse
from shared.imports.usage import using
from shared.web.models import ExternalReferenceIn


async def _create(tx: Tx, body: DealIn) -> Row:
    return await register(tx, body, caller=tx.caller)


async def _put(tx: Tx, body: DealIn, reference: ExternalReferenceIn) -> Row:
    return await put(tx, body, reference, caller=tx.caller)


async def _take_back(tx: Tx, row: Record) -> None:
    """Remove a draft that nobody has worked on, and tell whoever has heard of it; raises InUse."""
    async with tx.as_engine("a deal is not removed while anything of either side names it"):
        if await tx.first(using(deals, "deal_id"), named=row["id"]) is not None:
            raise InUse()
    await tx.delete(deals, row)
    gone = DealRemoved(deal_id=row["id"], partner_id=row["partner_id"])
    tx.emit(gone, subject={**row, "version": row["version"] + 1}, audience=[row["partner_id"]])


DEAL = Importable("deal", "deals", DealIn, deals, create=_create, put=_put, take_back=_take_back)
