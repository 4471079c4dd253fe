"""The noun `attributions`."""

from services.deals.attributions import commands
from services.deals.attributions.queries import ATTRIBUTIONS
from services.deals.attributions.rules import AllocationCapExceeded, AllocationIncomplete
from services.deals.attributions.schemas import (
    AmendIn,
    AttributionIn,
    AttributionOut,
    AttributionPatch,
    ProposalOut,
    ProposeIn,
)
from shared.db.resource import Row
from shared.errors import AlreadyExists, InvalidTransition, NotFound
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("attributions")
router.lists(ATTRIBUTIONS, AttributionOut, summary="Shares of partners in deals, newest first.")
router.reads(ATTRIBUTIONS, AttributionOut, summary="One share.")
_WRITE, _APPROVE = "attributions:write", "attributions:approve"


@router.post(
    permission=_WRITE,
    returns=ATTRIBUTIONS,
    out=AttributionOut,
    status=201,
    problems=[NotFound, AlreadyExists, AllocationCapExceeded],
)
async def create_attribution(body: AttributionIn, tx: Tx, caller: Principal) -> Row:
    """Propose a partner's share in a deal. All shares of a kind of credit are never more than the whole, on any day."""
    return await commands.create(tx, body, caller=caller)


@router.post("/propose", permission=_WRITE, out=ProposalOut, problems=[NotFound, InvalidTransition])
async def propose_attributions(body: ProposeIn, tx: Tx, caller: Principal) -> ProposalOut:
    """Work a split out by a model: its shares are exactly the whole, and take the place of the candidates there are."""
    return await commands.propose(tx, body, caller=caller)


@router.patch(permission=_WRITE, returns=ATTRIBUTIONS, out=AttributionOut, problems=[AllocationCapExceeded])
async def change_attribution(id: str, body: AttributionPatch, tx: Tx, caller: Principal, version: Version) -> Row:
    """Change a candidate."""
    return await commands.change(tx, body, attribution_id=id, version=version, caller=caller)


@router.delete(permission=_WRITE, returns=ATTRIBUTIONS, status=204, problems=[InvalidTransition])
async def remove_attribution(id: str, tx: Tx, caller: Principal, version: Version) -> None:
    """Drop a candidate."""
    await commands.remove(tx, attribution_id=id, version=version, caller=caller)


@router.post(
    "/{id}/lock", permission=_APPROVE, returns=ATTRIBUTIONS, out=AttributionOut, problems=[AllocationIncomplete]
)
async def lock_attribution(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Lock the split that this share is a part of, as a whole: it has to be all of the deal on every day it is for."""
    return await commands.lock(tx, attribution_id=id, version=version, caller=caller)


@router.post(
    "/{id}/amend", permission=_APPROVE, returns=ATTRIBUTIONS, out=AttributionOut, problems=[AllocationIncomplete]
)
async def amend_attribution(id: str, body: AmendIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Put another split in the place of the locked one that this share is a part of, with the reason."""
    return await commands.amend(tx, body, attribution_id=id, version=version, caller=caller)
