"""Opening tenders, closing them, and deciding who gets the customer."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from services.deals.approval.queries import policy_in_force
from services.deals.customers.commands import hold
from services.deals.customers.tables import customers
from services.deals.directory.queries import active_partner
from services.deals.four_eyes.rules import barred_from, require_second_person
from services.deals.products.queries import family_for_registration
from services.deals.protection import commands as protection
from services.deals.protection.rules import CustomerAlreadyProtected
from services.deals.registrations.corrections import NOT_RETURNED
from services.deals.registrations.decisions import end_round
from services.deals.registrations.rules import has_ended
from services.deals.registrations.submission import announce_approval
from services.deals.registrations.tables import deals
from services.deals.registrations.trace import entry
from services.deals.reviews.rules import NOT_AWAITED
from services.deals.screening.commands import supersede_cases
from services.deals.screening.queries import hold_cases_at
from services.deals.stages.commands import begin
from services.deals.tendering.queries import claims_on
from services.deals.tendering.schemas import AwardIn, TenderIn, TenderPatch, TenderTermsIn
from services.deals.tenders.entering import enter
from services.deals.tenders.queries import deals_in, participants, undecided_tenders
from services.deals.tenders.rules import ENTERED, LIFECYCLE, TAKEN_IN, NotInTender, TenderExists, faults_of_tender
from services.deals.tenders.tables import tenders
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import AlreadyExists, Invalid, NotFound
from shared.events.catalog.deals import RegistrationRejected
from shared.events.catalog.registrations import (
    TenderAwarded,
    TenderCancelled,
    TenderChanged,
    TenderClosed,
    TenderOpened,
)
from shared.events.envelope import Event

CLOSES: Final = "tender_closes"
LOST, CANCELLED = "tender_awarded", "tender_cancelled"


async def open_(tx: Tx, body: TenderIn, *, caller: Caller) -> Row:
    """Put a customer out to tender; who has asked for it before takes part.

    Raises CustomerAlreadyProtected while somebody holds the customer for the family, TenderExists for a second tender.
    """
    vendor_only(caller)
    customer = await tx.fetch(customers, body.customer_id)
    if customer["status"] != "active":
        raise NotFound()
    family = await family_for_registration(tx, body.product_family)
    _require_sound(tx, body.closes_at, body.terms)
    wanted = {"customer_id": customer["id"], "product_family": family.code}
    await _hold(tx, customer["id"], [each["deal_id"] for each in await claims_on(tx, **wanted)])
    standing = await claims_on(tx, **wanted)
    if any(each["status"] == "active" for each in standing):
        raise CustomerAlreadyProtected()
    try:
        async with tx.savepoint():
            tender = await tx.insert(
                tenders,
                id=body.id or tx.new_id("tend"),
                name=body.name,
                customer_id=customer["id"],
                product_family=family.code,
                closes_at=body.closes_at,
                status="open",
                **_terms(body.terms),
            )
    except AlreadyExists:
        if body.id is not None and await _is_taken(tx, body.id):
            raise
        raise TenderExists() from None
    for claim in standing:
        await _take_in(tx, claim, tender_id=tender["id"], how=ENTERED)
    await tx.remind(CLOSES, subject=tender["id"], at=body.closes_at)
    await _tell(tx, TenderOpened(tender_id=tender["id"], product_family=family.code), tender)
    return tender


async def change(tx: Tx, body: TenderPatch, *, tender_id: str, version: int | None, caller: Caller) -> Row:
    """Change a tender that is open; all who take part are told at once."""
    vendor_only(caller)
    tender = await tx.lock(tenders, tender_id)
    changes = body.changes()
    LIFECYCLE.require_editable(tender["status"], changes)
    require_version(tender, version)
    terms = body.terms if "terms" in changes else TenderTermsIn(valid_until=tender["valid_until"])
    _require_sound(tx, changes.get("closes_at", tender["closes_at"]), terms)
    if changes.pop("terms", None) is not None:
        changes |= _terms(body.terms)
    changed = await tx.update(tenders, tender, **changes)
    await tx.remind(CLOSES, subject=tender_id, at=changed["closes_at"])
    await _tell(tx, TenderChanged(tender_id=tender_id), changed)
    return changed


async def close(tx: Tx, *, tender_id: str, version: int | None, caller: Caller) -> Row:
    """Close a tender before its time; nobody registers in it any more."""
    vendor_only(caller)
    tender = await tx.lock_for(tenders, tender_id, action="close", lifecycle=LIFECYCLE, version=version)
    await tx.forget(CLOSES, subject=tender_id)
    return await _close(tx, tender)


async def time_is_up(tx: Tx, tender_id: str, _: Mapping[str, Any]) -> None:
    """Notice that a tender has closed; its time closed it, however late this runs."""
    tender = await tx.lock(tenders, tender_id)
    if tender["status"] == "open" and tender["closes_at"] <= tx.now:
        await _close(tx, tender)


async def award(tx: Tx, body: AwardIn, *, tender_id: str, version: int | None, caller: Caller) -> Row:
    """Give one registration the exclusive protection and tell the others that it was given, and not to whom.

    Raises NotInTender for a deal that is not under review in it, FourEyes for whoever had a hand in that deal,
    PartnerNotActive, CustomerAlreadyProtected.
    """
    vendor_only(caller)
    tender = await tx.lock_for(tenders, tender_id, action="award", lifecycle=LIFECYCLE, version=version)
    async with tx.as_engine("an award decides about every registration in the tender"):
        await _hold(tx, tender["customer_id"], await deals_in(tx, tender_id))
        entered = await deals_in(tx, tender_id)
        if body.deal_id not in entered:
            raise NotInTender()
        winner = await _still_in(tx, body.deal_id, tender_id=tender_id)
        if winner is None:
            raise NotInTender()
        require_second_person(barred_from(winner), caller=caller)
        await _protect(tx, winner)
        awarded = await _decide(tx, tender, "awarded", reason=body.reason, awarded_deal_id=winner["id"])
        await _leave_out(tx, [each for each in entered if each != winner["id"]], tender_id=tender_id, reason=LOST)
    await _tell(tx, TenderAwarded(tender_id=tender_id), awarded)
    return awarded


async def cancel(tx: Tx, *, tender_id: str, reason: str | None, version: int | None, caller: Caller) -> Row:
    """End a tender without an award; its registrations are rejected, and may come again as they are."""
    vendor_only(caller)
    tender = await tx.lock_for(tenders, tender_id, action="cancel", lifecycle=LIFECYCLE, version=version)
    await tx.forget(CLOSES, subject=tender_id)
    async with tx.as_engine("a cancellation ends every registration in the tender"):
        await _hold(tx, tender["customer_id"], await deals_in(tx, tender_id))
        cancelled = await _decide(tx, tender, "cancelled", reason=reason)
        await _leave_out(tx, await deals_in(tx, tender_id), tender_id=tender_id, reason=CANCELLED)
    await _tell(tx, TenderCancelled(tender_id=tender_id), cancelled)
    return cancelled


def _require_sound(tx: Tx, closes_at: Any, terms: TenderTermsIn) -> None:
    faults = faults_of_tender(closes_at=closes_at, valid_until=terms.valid_until, at=tx.now)
    if faults:
        raise Invalid(errors=faults)


def _terms(terms: TenderTermsIn) -> dict[str, Any]:
    return {"discount": terms.discount, "valid_until": terms.valid_until, "conditions": terms.conditions}


async def _is_taken(tx: Tx, tender_id: str) -> bool:
    try:
        await tx.fetch(tenders, tender_id)
    except NotFound:
        return False
    return True


async def take_in_waiting(tx: Tx, customer_id: str) -> None:
    """Make what waits for a decision about a customer, whose lock is held, one of the tender that will decide it. For the engine role."""
    for tender in await undecided_tenders(tx, customer_id):
        for claim in await claims_on(tx, customer_id=customer_id, product_family=tender["product_family"]):
            if claim["status"] == "pending":
                await _take_in(tx, claim, tender_id=tender["id"], how=TAKEN_IN)


async def _hold(tx: Tx, customer_id: str, deal_ids: Iterable[str]) -> None:
    """Hold deals, their cases and their customer, in the order in which registrations take them."""
    held = sorted(deal_ids)
    for deal_id in held:
        await tx.lock(deals, deal_id)
    await hold_cases_at(tx, (customer_id,), deal_ids=held)
    await hold(tx, customer_id)


async def _take_in(tx: Tx, claim: Record, *, tender_id: str, how: str) -> None:
    """Make a registration that waits for a decision one of the tender: it claims nothing any more, and nobody is asked about it."""
    deal = await tx.lock(deals, claim["deal_id"])
    await protection.end(tx, deal_id=deal["id"])
    await supersede_cases(tx, deal["id"])
    await end_round(tx, deal)
    await enter(tx, deal, tender_id=tender_id)
    status = "in_review" if deal["status"] == "pending_approval" else deal["status"]
    trace = [*(deal["decision_trace"] or ()), entry("tender", how)]
    await tx.update(deals, deal, status=status, tender_id=tender_id, decision_trace=trace, **NOT_AWAITED)


async def _close(tx: Tx, tender: Record) -> Record:
    closed = await tx.update(tenders, tender, status="closed")
    await _tell(tx, TenderClosed(tender_id=tender["id"]), closed)
    return closed


async def _decide(tx: Tx, tender: Record, status: str, *, reason: str | None, **more: Any) -> Record:
    return await tx.update(
        tenders,
        tender,
        status=status,
        decided_at=tx.now,
        decided_by=tx.caller.account_id,
        decision_reason=reason,
        **more,
    )


async def _still_in(tx: Tx, deal_id: str, *, tender_id: str) -> Record | None:
    deal = await tx.lock(deals, deal_id)
    return deal if (deal["status"], deal["tender_id"]) == ("in_review", tender_id) else None


async def _protect(tx: Tx, deal: Record) -> None:
    """Approve a deal of the tender and protect its customer, as if it had been the only one."""
    partner = await active_partner(tx, deal["partner_id"])
    family = await family_for_registration(tx, deal["product_family"])
    await protection.ask(
        tx,
        deal=deal,
        customer_id=deal["customer_id"],
        family_ordinal=family.ordinal,
        priority_no=deal["priority_no"],
    )
    policy = await policy_in_force(tx)
    claim = await protection.grant_to(
        tx, deal_id=deal["id"], days=policy.protection_days(partner.tier), terms=policy.terms
    )
    approved = await tx.update(
        deals,
        deal,
        status="approved",
        decided_at=tx.now,
        decided_by=tx.caller.account_id,
        protected_from=tx.now,
        **NOT_RETURNED,
        approved_amount=deal["amount"],
        approved_currency=deal["currency"],
        policy_version=policy.policy.version,
        **protection.mirrored(claim),
        **await begin(tx, deal),
    )
    await announce_approval(tx, approved, automatic=False)


async def _leave_out(tx: Tx, deal_ids: list[str], *, tender_id: str, reason: str) -> None:
    for deal_id in deal_ids:
        deal = await _still_in(tx, deal_id, tender_id=tender_id)
        if deal is None:
            continue
        rejected = await tx.update(
            deals,
            deal,
            status="expired" if has_ended(deal, at=tx.now) else "rejected",
            decided_at=tx.now,
            decided_by=tx.caller.account_id,
            decision_reason=reason,
        )
        event = RegistrationRejected(deal_id=deal_id, partner_id=deal["partner_id"], reason=reason)
        tx.emit(event, subject=rejected, audience=[deal["partner_id"]])


async def _tell(tx: Tx, event: Event, tender: Record) -> None:
    async with tx.as_engine("everybody who takes part hears of the tender"):
        audience = await participants(tx, tender["id"])
    tx.emit(event, subject=tender, audience=audience)
