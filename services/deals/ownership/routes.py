"""The action of `deals` that gives a deal to another person."""

from services.deals.ownership import commands
from services.deals.ownership.schemas import DealAssignmentIn
from services.deals.registrations.queries import DEALS
from services.deals.registrations.schemas import DealOut
from shared.db.resource import Row
from shared.web.params import Tx, Version
from shared.web.router import Router

router = Router("deals")


@router.post("/{id}/assign", permission="deals:assign", returns=DEALS, out=DealOut)
async def assign_deal(id: str, body: DealAssignmentIn, tx: Tx, version: Version) -> Row:
    """Give a deal to another person of its partner, whose own it is from now on."""
    return await commands.assign(tx, body, deal_id=id, version=version)
