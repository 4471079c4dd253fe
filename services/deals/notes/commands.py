"""Writing notes; they never change."""

from services.deals.notes.schemas import DealNoteIn
from services.deals.notes.tables import deal_notes
from services.deals.registrations.tables import deals
from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Fault, Invalid
from shared.events.catalog.registrations import DealNoteAdded


async def write(tx: Tx, body: DealNoteIn, *, deal_id: str, caller: Caller) -> Row:
    """Note something on a deal; raises Invalid for an internal note of a partner's, which would hide it from itself."""
    deal = await tx.lock(deals, deal_id)
    visibility = body.visibility or ("internal" if is_vendor_side(caller) else "shared")
    if visibility == "internal" and not is_vendor_side(caller):
        raise Invalid(errors=[Fault("/visibility", "vendor_only", "Only the vendor writes internal notes.")])
    note = await tx.insert(
        deal_notes,
        id=body.id or tx.new_id("dnote"),
        deal_id=deal_id,
        partner_id=deal["partner_id"],
        text=body.text,
        visibility=visibility,
        created_by=caller.account_id,
    )
    event = DealNoteAdded(deal_id=deal_id, partner_id=deal["partner_id"], visibility=visibility)
    tx.emit(event, subject=note, audience=[deal["partner_id"]] if visibility == "shared" else [])
    return note
