"""Logging what was done for a deal; a log never changes."""

from services.deals.activities.schemas import DealActivityIn
from services.deals.activities.tables import deal_activities
from services.deals.protection import commands as protection
from services.deals.registrations.tables import deals
from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Fault, Invalid
from shared.events.catalog.protection import DealActivityLogged
from shared.values.days import latest_day


async def log(tx: Tx, body: DealActivityIn, *, deal_id: str, caller: Caller) -> Row:
    """Log what was done for a deal; what is shared keeps its protection alive, what is internal changes nothing of it.

    Raises Invalid for a day that has not begun, and for an internal activity of a partner's.
    """
    deal = await tx.lock(deals, deal_id)
    faults: list[Fault] = []
    if body.happened_on > latest_day(tx.now):
        faults.append(Fault("/happened_on", "in_the_future", "What is logged happened on a day that has begun."))
    if body.visibility == "internal" and not is_vendor_side(caller):
        faults.append(Fault("/visibility", "vendor_only", "Only the vendor logs internal activities."))
    if faults:
        raise Invalid(errors=faults)
    activity = await tx.insert(
        deal_activities,
        id=body.id or tx.new_id("dact"),
        deal_id=deal_id,
        partner_id=deal["partner_id"],
        kind=body.kind,
        happened_on=body.happened_on,
        summary=body.summary,
        visibility=body.visibility,
        created_by=caller.account_id,
    )
    shared = body.visibility == "shared"
    if shared and (kept := await protection.keep_alive(tx, deal)):
        await tx.update(deals, deal, **kept)
    event = DealActivityLogged(
        deal_id=deal_id, partner_id=deal["partner_id"], kind=body.kind, visibility=body.visibility
    )
    tx.emit(event, subject=activity, audience=[deal["partner_id"]] if shared else [])
    return activity
