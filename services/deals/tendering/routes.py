"""The noun `tenders`."""

from services.deals.directory.rules import PartnerNotActive
from services.deals.protection.rules import CustomerAlreadyProtected
from services.deals.tendering import commands
from services.deals.tendering.schemas import AwardIn, TenderIn, TenderOut, TenderPatch
from services.deals.tenders.queries import TENDERS
from services.deals.tenders.rules import NotInTender, TenderExists
from shared.db.resource import Row
from shared.errors import AlreadyExists, FourEyes, NotFound
from shared.web.models import ReasonIn
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("tenders")
router.lists(TENDERS, TenderOut, summary="Tenders the caller may see, newest first.")
router.reads(TENDERS, TenderOut, summary="One tender.")
_APPROVE = "tenders:approve"


@router.post(
    permission="tenders:write",
    returns=TENDERS,
    out=TenderOut,
    status=201,
    problems=[NotFound, CustomerAlreadyProtected, TenderExists, AlreadyExists],
)
async def create_tender(body: TenderIn, tx: Tx, caller: Principal) -> Row:
    """Put a customer out to tender: partners register on equal terms, none exclusively, and none learns of another."""
    return await commands.open_(tx, body, caller=caller)


@router.patch(permission="tenders:write", returns=TENDERS, out=TenderOut)
async def change_tender(id: str, body: TenderPatch, tx: Tx, caller: Principal, version: Version) -> Row:
    """Change the terms, for everybody, or the time to close."""
    return await commands.change(tx, body, tender_id=id, version=version, caller=caller)


@router.post("/{id}/close", permission=_APPROVE, returns=TENDERS, out=TenderOut)
async def close_tender(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Close a tender before its time."""
    return await commands.close(tx, tender_id=id, version=version, caller=caller)


@router.post(
    "/{id}/award",
    permission=_APPROVE,
    returns=TENDERS,
    out=TenderOut,
    problems=[NotInTender, FourEyes, PartnerNotActive, CustomerAlreadyProtected],
)
async def award_tender(id: str, body: AwardIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Give one registration the exclusive protection; the others hear that it is decided, and not for whom."""
    return await commands.award(tx, body, tender_id=id, version=version, caller=caller)


@router.post("/{id}/cancel", permission=_APPROVE, returns=TENDERS, out=TenderOut)
async def cancel_tender(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """End a tender without an award."""
    return await commands.cancel(tx, tender_id=id, reason=body.reason, version=version, caller=caller)
