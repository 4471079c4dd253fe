"""The noun `deal-notes`, and the notes on one deal."""

from services.deals.notes import commands
from services.deals.notes.queries import DEAL_NOTES
from services.deals.notes.schemas import DealNoteIn, DealNoteOut
from services.deals.registrations.queries import DEALS
from shared.db.read import Page
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.models import list_of
from shared.web.params import Http, Principal, Read, Tx
from shared.web.router import Router

router = Router("deal-notes")
router.lists(DEAL_NOTES, DealNoteOut, summary="Notes on the deals the caller may see, newest first.")
router.reads(DEAL_NOTES, DealNoteOut, summary="One note.")
of_deals = Router("deals")


@of_deals.get("/{id}/notes", permission="deals:view", out=list_of(DealNoteOut), listing=DEAL_NOTES)
async def list_notes_of_deal(id: str, read: Read, request: Http) -> Page:
    """The notes on one deal, newest first."""
    await read.get(DEALS, id)
    return await read.page(DEAL_NOTES, request.query, deal_id=id)


@of_deals.post(
    "/{id}/notes",
    permission="deals:write",
    returns=DEAL_NOTES,
    about=DEALS,
    out=DealNoteOut,
    status=201,
    problems=[AlreadyExists],
)
async def write_deal_note(id: str, body: DealNoteIn, tx: Tx, caller: Principal) -> Row:
    """Note something on a deal, for both sides or for the vendor's alone."""
    return await commands.write(tx, body, deal_id=id, caller=caller)
