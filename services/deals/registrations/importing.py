"""Importing deals: each row drafts a deal as a single registration does; nothing is claimed, and no priority drawn."""

from services.deals.registrations.commands import put, register
from services.deals.registrations.schemas import DealIn
from services.deals.registrations.tables import deals
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.imports.objects import Importable
from shared.web.models import ExternalReferenceIn


async def _create(tx: Tx, body: DealIn) -> Row:
    return await register(tx, body, caller=tx.caller)


async def _put(tx: Tx, body: DealIn, reference: ExternalReferenceIn) -> Row:
    return await put(tx, body, reference, caller=tx.caller)


DEAL = Importable("deal", "deals", DealIn, deals, create=_create, put=_put)
