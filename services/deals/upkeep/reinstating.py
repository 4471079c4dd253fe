"""Bringing an expired deal back."""

from datetime import timedelta

from services.deals.customers.alike import hold_alike
from services.deals.directory.queries import active_partner
from services.deals.four_eyes.rules import barred_from, require_second_person
from services.deals.protection import commands as protection
from services.deals.protection.rules import Terms
from services.deals.registrations.contesting import settle
from services.deals.registrations.encounters import kept_out, met_again, wait_for_the_desk
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.outcomes import notice_end
from services.deals.registrations.rules import Facts, ends_at
from services.deals.registrations.tables import deals
from services.deals.stages.commands import begin_again
from services.deals.tenders.entering import require_no_tender
from services.deals.upkeep.rules import require_reinstatable
from services.deals.upkeep.schemas import ReinstatementIn
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import Fault, Invalid
from shared.events.catalog.approvals import RegistrationReopened
from shared.events.catalog.protection import RegistrationReinstated


async def reinstate(tx: Tx, body: ReinstatementIn, *, deal_id: str, version: int | None, caller: Caller) -> Row:
    """Approve and protect an expired deal again, from now on; it keeps its priority.

    One that meets a rival now waits for a decision, with a case. Raises FourEyes for whoever had a hand in it,
    ReinstatementWindowClosed 14 days after its end, CustomerAlreadyProtected when a rival has the customer now,
    DuplicateRegistration when its partner has another registration of it, or of one like it, DecidedByTender while it is put
    out to tender.
    """
    vendor_only(caller)
    deal = await tx.lock(deals, deal_id)
    await hold_alike(tx, Facts.of(deal).customer)
    ended_at = ends_at(deal)
    if deal["status"] == "approved" and ended_at is not None and ended_at <= tx.now:
        # The dates have ended it, though nobody has noticed yet.
        require_version(deal, version)
        deal, version = await notice_end(tx, deal), None
        await tx.lock(deals, deal_id)
    LIFECYCLE.require(deal["status"], "reinstate")
    require_version(deal, version)
    require_second_person(barred_from(deal), caller=caller)
    assert ended_at is not None
    require_reinstatable(ended_at=ended_at, at=tx.now)
    partner = await active_partner(tx, deal["partner_id"])
    claim = await protection.held_claim(tx, deal_id)
    await require_no_tender(tx, claim)
    encounter = await met_again(tx, deal, claim, partner=partner, by_a_person=True)
    longest = Terms.of(claim["terms"]).extension_days
    days = body.days or longest
    if days > longest:
        raise Invalid(
            errors=[Fault("/days", "out_of_range", f"A reinstated deal is protected for {longest} days at most.")]
        )
    lasts = timedelta(days=days)
    encounter = await kept_out(tx, deal, claim, encounter)
    if encounter.screening.needs_a_case:
        waiting = await wait_for_the_desk(tx, deal, claim, encounter, left=lasts)
        asked = RegistrationReopened(deal_id=deal_id, partner_id=deal["partner_id"], reopens="screening")
        tx.emit(asked, subject=waiting, audience=[deal["partner_id"]])
        return waiting
    again = await protection.protect_again(tx, claim, lasts=lasts)
    await settle(tx, again["customer_id"])
    reinstated = await tx.update(
        deals,
        deal,
        status="approved",
        decided_at=tx.now,
        decided_by=caller.account_id,
        decision_reason=body.reason,
        protected_from=tx.now,
        **protection.mirrored(again),
        **await begin_again(tx, deal),
    )
    event = RegistrationReinstated(
        deal_id=deal_id, partner_id=deal["partner_id"], protected_until=again["protected_until"]
    )
    tx.emit(event, subject=reinstated, audience=[deal["partner_id"]])
    return reinstated
