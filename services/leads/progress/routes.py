"""`leads`: the actions on a lead that a partner holds."""

from services.leads.leads.queries import LEADS, one
from services.leads.leads.schemas import LeadOut, LeadReasonIn
from services.leads.progress import commands
from services.leads.progress.schemas import ConvertIn
from shared.db.resource import Row
from shared.errors import InvalidTransition
from shared.web.params import Tx, Version
from shared.web.router import Router

router = Router("leads")


@router.post("/{id}/contact", permission="leads:write", returns=LEADS, out=LeadOut, problems=[InvalidTransition])
async def contact_lead(id: str, tx: Tx, version: Version) -> Row:
    """Note that the person was reached."""
    return await one(tx, await commands.contact(tx, id, version=version))


@router.post(
    "/{id}/convert",
    permission="leads:write",
    returns=LEADS,
    out=LeadOut,
    also={202: "Converted; the operation in `Location` ends when the deal with this `deal_id` is there."},
    problems=[InvalidTransition],
)
async def convert_lead(id: str, tx: Tx, version: Version, body: ConvertIn = ConvertIn()) -> Row:
    """Make a registered deal of a lead; its priority counts from the acceptance."""
    return await one(tx, await commands.convert(tx, id, body, version=version))


@router.post("/{id}/disqualify", permission="leads:write", returns=LEADS, out=LeadOut, problems=[InvalidTransition])
async def disqualify_lead(id: str, body: LeadReasonIn, tx: Tx, version: Version) -> Row:
    """Close a lead that came to nothing."""
    return await one(tx, await commands.disqualify(tx, id, reason=body.reason, version=version))
