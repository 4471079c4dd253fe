"""The noun `pos-mappings`."""

from services.deals.pos_mappings import commands
from services.deals.pos_mappings.queries import POS_MAPPINGS
from services.deals.pos_mappings.schemas import PosMappingIn, PosMappingOut, PosMappingPatch
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("pos-mappings")
router.lists(POS_MAPPINGS, PosMappingOut, summary="How the columns of partners' reports are called, newest first.")
router.reads(POS_MAPPINGS, PosMappingOut, summary="One mapping of columns.")
_WRITE = "pos-batches:write"


@router.post(permission=_WRITE, returns=POS_MAPPINGS, out=PosMappingOut, status=201, problems=[AlreadyExists])
async def create_pos_mapping(body: PosMappingIn, tx: Tx, caller: Principal) -> Row:
    """Say once how the columns of a partner's sell-out reports are called."""
    return await commands.create(tx, body, caller=caller)


@router.patch(permission=_WRITE, returns=POS_MAPPINGS, out=PosMappingOut)
async def change_pos_mapping(id: str, body: PosMappingPatch, tx: Tx, version: Version) -> Row:
    """Say anew how the columns are called."""
    return await commands.change(tx, body, mapping_id=id, version=version)


@router.post("/{id}/retire", permission=_WRITE, returns=POS_MAPPINGS, out=PosMappingOut)
async def retire_pos_mapping(id: str, tx: Tx, version: Version) -> Row:
    """Let no report be read by this mapping any more."""
    return await commands.retire(tx, mapping_id=id, version=version)
