"""A partner asks to look at a rejected registration again."""

from typing import Any

from services.deals.approval.queries import policy_of_version
from services.deals.customers.alike import hold_alike
from services.deals.directory.queries import active_partner
from services.deals.protection import commands as protection
from services.deals.registrations.admitting import require_room
from services.deals.registrations.decisions import UNSPECIFIED
from services.deals.registrations.encounters import Encounter, met_again, open_its_case
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.rules import APPEAL_WINDOW, AppealedAlready, AppealTooLate, Facts, authors_with
from services.deals.registrations.tables import deals
from services.deals.registrations.trace import entry
from services.deals.reviews.commands import awaited
from services.deals.screening.commands import reopen_case
from services.deals.screening.queries import hold_cases_at
from services.deals.tenders.entering import enter
from services.deals.tenders.queries import undecided
from services.deals.tenders.rules import ENTERED, DecidedByTender, is_open
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.approvals import RegistrationAppealed


async def appeal(tx: Tx, *, deal_id: str, reason: str | None, version: int | None) -> Row:
    """Bring a rejected registration before the deal desk once more, with the priority it had.

    A conflict that was upheld against it is decided again, and whom it meets by now is in a case. While the customer is out to
    tender, it enters the tender instead. Raises DecidedByTender for what a tender has decided, or once it is closed,
    AppealedAlready the second time, AppealTooLate after 10 days, PartnerNotActive, DuplicateRegistration where the partner has
    another registration of the customer, or of one like it, now, RegistrationQuotaReached where it has no room for this one.
    """
    deal = await tx.lock_for(deals, deal_id, action="appeal", lifecycle=LIFECYCLE, version=version)
    if deal["tender_id"] is not None:
        raise DecidedByTender()
    if deal["appealed_at"] is not None:
        raise AppealedAlready()
    if tx.now - deal["decided_at"] > APPEAL_WINDOW:
        raise AppealTooLate()
    partner = await active_partner(tx, deal["partner_id"])
    await hold_alike(tx, Facts.of(deal).customer)
    async with tx.as_engine(
        "the cases of a registration are held before its customer, also those that its partner does not see"
    ):
        await hold_cases_at(tx, (), deal_ids=[deal_id])
    claim = await protection.held_claim(tx, deal_id)
    encounter = await met_again(tx, deal, claim, partner=partner, by_a_person=True)
    await require_room(tx, deal, partner=partner)
    in_tender = await _in_tender(tx, deal, claim)
    waits = in_tender or await _before_the_desk(tx, deal, claim, encounter)
    appealed = await tx.update(
        deals,
        deal,
        status="in_review",
        appealed_at=tx.now,
        appeal_reason=reason,
        authors=authors_with(deal, tx.caller),
        decided_at=None,
        decided_by=None,
        protected_from=None,
        protected_until=None,
        lapses_at=None,
        **waits,
    )
    if in_tender is None and not await reopen_case(tx, deal_id, reason=reason, found=encounter.screening):
        await open_its_case(tx, appealed, encounter)
    event = RegistrationAppealed(deal_id=deal_id, partner_id=appealed["partner_id"], reason=reason or UNSPECIFIED)
    tx.emit(event, subject=appealed, audience=[appealed["partner_id"]])
    return appealed


async def _in_tender(tx: Tx, deal: Row, claim: Row) -> dict[str, Any] | None:
    """Enter a deal in the tender that its customer waits for, and return what that changes of it; None where there is none."""
    async with tx.as_engine("who takes part in a tender is hidden from those who do not"):
        tender = await undecided(tx, customer_id=claim["customer_id"], product_family=claim["product_family"])
        if tender is None:
            return None
        if not is_open(status=tender["status"], closes_at=tender["closes_at"], at=tx.now):
            raise DecidedByTender()
        await enter(tx, deal, tender_id=tender["id"])
    trace = [*deal["decision_trace"], entry("tender", ENTERED)]
    return {"tender_id": tender["id"], "conflict_class": "none", "decision_trace": trace}


async def _before_the_desk(tx: Tx, deal: Row, claim: Row, encounter: Encounter) -> dict[str, Any]:
    await protection.ask(
        tx,
        deal=deal,
        customer_id=claim["customer_id"],
        family_ordinal=next(iter(claim["family"])).lower,
        priority_no=claim["priority_no"],
    )
    terms = (await policy_of_version(tx, deal["policy_version"])).review
    return {**encounter.told(deal), **await awaited(tx, deal["id"], terms=terms)}
