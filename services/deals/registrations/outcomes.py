"""How approved deals end: won, lost and perhaps reopened, or expired; and how suspension stops their clock."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from services.deals.customers.alike import hold_alike
from services.deals.directory.queries import active_partner, partner_of
from services.deals.pipelines.queries import pipeline_of_deal
from services.deals.pipelines.rules import LOST, WON
from services.deals.pipelines.rules import reason_code as ends_with
from services.deals.protection import commands as protection
from services.deals.protection.comebacks import end_of, left_of
from services.deals.protection.exclusivity import look_later
from services.deals.protection.incumbency import give_up, keep_for_renewal
from services.deals.protection.queries import pauses_over
from services.deals.protection.rules import Pause, ProtectionEnded, Terms, notice_due, stale_at
from services.deals.protection.tables import protection_claims
from services.deals.registrations.admitting import require_room
from services.deals.registrations.encounters import kept_out, met_again, wait_for_the_desk
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.queries import partner_on
from services.deals.registrations.reopening import sale_approved
from services.deals.registrations.rules import (
    REOPEN_WINDOW,
    Facts,
    ReopenWindowClosed,
    ends_at,
    fault_of_win,
    is_given_up_soon,
    is_past_protection,
    renews_nothing,
)
from services.deals.registrations.tables import deals
from services.deals.screening.budgets import spend_on
from services.deals.screening.commands import supersede_cases
from services.deals.screening.queries import open_cases_held
from services.deals.stages import commands as stages
from services.deals.tenders.entering import require_no_tender
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Invalid, InvalidTransition
from shared.events.catalog.deals import Amount, DealLost, DealReopened, DealWon
from shared.events.catalog.protection import ProtectionExpired, ProtectionExpiring, ProtectionStale
from shared.values.money import Money

# While a deal is decided again its clock stands still, and there is nothing to notice.
_RUNNING: Final = ("approved", "returned", "won")


async def win(
    tx: Tx, *, deal_id: str, net: Money, closed_on: date, reason_code: str | None, version: int | None
) -> Row:
    """Report a sale, net of taxes; its protection stays.

    Raises ProtectionEnded for a sale closed after it, AmountNotApproved for one far above what was approved.
    """
    deal = await tx.lock_for(deals, deal_id, action="win", lifecycle=LIFECYCLE, version=version)
    await supersede_cases(tx, deal_id)
    claim = await protection.held_claim(tx, deal_id)
    tail = timedelta(days=Terms.of(claim["terms"]).tail_days)
    if is_past_protection(closed_on=closed_on, at=tx.now, protected_until=ends_at(deal), tail=tail):
        raise ProtectionEnded()
    fault = fault_of_win(
        closed_on=closed_on,
        at=tx.now,
        since=deal["priority_at"],
        currency=deal["currency"],
        net_currency=net.currency,
    )
    if fault is not None:
        raise Invalid(errors=[fault])
    why = ends_with((await pipeline_of_deal(tx, deal)).won_reasons, reason_code)
    approved = await sale_approved(tx, deal, net=net)
    kept = await keep_for_renewal(tx, claim)
    won = await tx.update(
        deals,
        deal,
        status="won",
        net_amount=net.amount,
        net_currency=net.currency,
        returned_amount=0,
        **approved,
        closed_on=closed_on,
        won_at=tx.now,
        won_reason_code=why,
        stage_due_at=None,
        **(protection.mirrored(kept) if protection.protects(kept, tx) else {}),
    )
    await stages.end(tx, deal, won, to=WON, reason=None)
    event = DealWon(
        deal_id=won["id"],
        partner_id=won["partner_id"],
        customer_id=won["customer_id"],
        product_family=won["product_family"],
        country=won["customer_country"],
        net=Amount(amount=net.amount, currency=net.currency),
        closed_on=closed_on,
        won_at=tx.now,
        lead_id=won["lead_id"],
        credited_partner_id=await partner_on(tx, won, closed_on),
    )
    tx.emit(event, subject=won, audience=[won["partner_id"]])
    if kept["offered_at"] is not None and (await partner_of(tx, won["partner_id"])).status == "terminated":
        return await release_sold(tx, won)
    return won


async def release_sold(tx: Tx, deal: Record) -> Record:
    """Let go of the customer that a terminated partner has sold to: the sale is nobody's to take over."""
    if not await give_up(tx, deal["id"]):
        return deal
    released = await tx.update(deals, deal, protected_until=tx.now, lapses_at=None)
    tell_terminated(tx, released)
    return released


def tell_terminated(tx: Tx, deal: Row) -> None:
    """Tell that a protection has ended with its partner."""
    event = ProtectionExpired(
        deal_id=deal["id"], partner_id=deal["partner_id"], protected_until=tx.now, reason="terminated"
    )
    tx.emit(event, subject=deal, audience=[deal["partner_id"]])


async def lose(tx: Tx, *, deal_id: str, reason: str | None, reason_code: str | None, version: int | None) -> Row:
    """Report that nothing came of a deal; its customer is free for others. Soon after it was submitted, it counts as a check."""
    deal = await tx.lock_for(deals, deal_id, action="lose", lifecycle=LIFECYCLE, version=version)
    code = ends_with((await pipeline_of_deal(tx, deal)).lost_reasons, reason_code, said=reason)
    lost = await lose_held(tx, deal, code=code, reason=reason)
    if is_given_up_soon(submitted_at=deal["submitted_at"], at=tx.now):
        await spend_on(tx, deal)
    return lost


async def lose_held(tx: Tx, deal: Record, *, code: str, reason: str | None) -> Row:
    """Let an approved deal be lost whose row is held, for a reason of its pipeline or of what it was about."""
    await supersede_cases(tx, deal["id"])
    await protection.end(tx, deal_id=deal["id"])
    await tx.forget(protection.TIMER, subject=deal["id"])
    # Of a clock that stood still until now, nothing is owed any more.
    until = deal["protected_until"] or await end_of(tx, await protection.held_claim(tx, deal["id"]))
    why = reason or code
    lost = await tx.update(
        deals,
        deal,
        status="lost",
        lost_at=tx.now,
        lost_reason=why,
        lost_reason_code=code,
        stage_due_at=None,
        protected_until=until,
        lapses_at=None,
    )
    await stages.end(tx, deal, lost, to=LOST, reason=reason)
    tx.emit(
        DealLost(deal_id=lost["id"], partner_id=lost["partner_id"], reason=why, reason_code=code),
        subject=lost,
        audience=[lost["partner_id"]],
    )
    return lost


async def reopen(tx: Tx, *, deal_id: str, version: int | None) -> Row:
    """Bring a lost deal back for what is left of its protection; one that meets a rival now comes before a person, with a case.

    So does one, without a case, beside which the vendor has revoked or rejected another since, or whose customer it deals with itself now.

    Raises ReopenWindowClosed after 30 days, ProtectionEnded, CustomerAlreadyProtected when a rival has the customer now, or
    DecidedByTender while it is put out to tender; DuplicateRegistration where the partner has another registration of the customer,
    or of one like it, now, RegistrationQuotaReached where it has no room for this one, and InvalidTransition for a renewal that
    was closed with its licence.
    """
    deal = await tx.lock_for(deals, deal_id, action="reopen", lifecycle=LIFECYCLE, version=version)
    if renews_nothing(deal):
        raise InvalidTransition("The licence that this deal was to renew was cancelled, or given to another partner.")
    if tx.now - deal["lost_at"] > REOPEN_WINDOW:
        raise ReopenWindowClosed()
    partner = await active_partner(tx, deal["partner_id"])
    await hold_alike(tx, Facts.of(deal).customer)
    claim = await protection.held_claim(tx, deal_id)
    await require_no_tender(tx, claim)
    encounter = await met_again(tx, deal, claim, partner=partner)
    await require_room(tx, deal, partner=partner)
    left = await left_of(tx, claim)
    encounter = await kept_out(tx, deal, claim, encounter)
    not_lost = {"lost_at": None, "lost_reason": None, "lost_reason_code": None}
    if encounter.is_clear:
        claim = await protection.protect_again(tx, claim, lasts=left)
        await look_later(tx, claim["customer_id"])
        shown = {**protection.mirrored(claim), **await stages.begin_again(tx, deal)}
        reopened = await tx.update(deals, deal, status="approved", **not_lost, **shown)
    else:
        anew = {"stage_entered_at": None, "stage_overdue_at": None, "protected_from": None, "protected_until": None}
        reopened = await wait_for_the_desk(tx, deal, claim, encounter, left=left, **not_lost, **anew)
    await stages.resume(tx, deal, reopened)
    tx.emit(
        DealReopened(deal_id=reopened["id"], partner_id=reopened["partner_id"]),
        subject=reopened,
        audience=[reopened["partner_id"]],
    )
    return reopened


async def expire(tx: Tx, deal_id: str, _: Mapping[str, Any]) -> None:
    """Look at a protection whose time has come: notice its end, or tell how it stands and look again later.

    The dates ended it; this only says so, early or late.
    """
    deal = await tx.lock(deals, deal_id)
    # What an end closes is held before the customer, as it is where a case is resolved.
    await open_cases_held(tx, deal_id)
    claim = await protection.held_claim_if_any(tx, deal_id)
    if claim is None or claim["status"] != "active" or deal["status"] not in _RUNNING:
        return
    pauses = await pauses_over(tx, claim)
    if not protection.protects(claim, tx):
        await notice_end(tx, deal)
        return
    if deal["status"] != "won":
        claim = await _tell(tx, deal, claim, pauses)
    await protection.look_again(tx, claim, pauses)


async def notice_end(tx: Tx, deal: Row) -> Row:
    """Say of a deal whose protection has ended that it has, and why.

    The deal of a sale stays won, and one that its partner corrects stays returned: submitted again, it asks anew.
    """
    ended_at = ends_at(deal)
    lapsed = deal["lapses_at"] is not None and deal["lapses_at"] == ended_at
    if deal["status"] != "won":
        await supersede_cases(tx, deal["id"])
    await protection.end(tx, deal_id=deal["id"], status="released" if lapsed else "expired")
    if deal["status"] == "won":
        return deal
    status = "expired" if deal["status"] == "approved" else deal["status"]
    expired = await tx.update(deals, deal, status=status, protected_until=ended_at, lapses_at=None)
    event = ProtectionExpired(
        deal_id=deal["id"],
        partner_id=expired["partner_id"],
        protected_until=ended_at,
        reason="inactive" if lapsed else "time",
    )
    tx.emit(event, subject=expired, audience=[expired["partner_id"]])
    return expired


async def _tell(tx: Tx, deal: Row, claim: Record, pauses: Sequence[Pause]) -> Record:
    """Tell the partner of a stale deal, and of the days that are left, each once; return the claim as it is now."""
    told: dict[str, Any] = {}
    partner_id, active_at = claim["partner_id"], claim["active_at"]
    stale = stale_at(active_at, pauses, Terms.of(claim["terms"])) if active_at is not None else None
    if claim["stale_told_at"] is None and stale is not None and stale <= tx.now:
        told["stale_told_at"] = tx.now
        warning = ProtectionStale(
            deal_id=deal["id"], partner_id=partner_id, active_at=active_at, lapses_at=claim["lapses_at"]
        )
        tx.emit(warning, subject=deal, audience=[partner_id])
    until = claim["protected_until"]
    days = notice_due(protected_until=until, told=claim["told_days"], at=tx.now) if until is not None else None
    if days is not None:
        told["told_days"] = days
        notice = ProtectionExpiring(deal_id=deal["id"], partner_id=partner_id, days_left=days, protected_until=until)
        tx.emit(notice, subject=deal, audience=[partner_id])
    return await tx.update(protection_claims, claim, **told) if told else claim


async def follow_suspensions(tx: Tx, partner_id: str) -> None:
    """Make the partner's protections stand still while it is suspended, from the whole history of its statuses."""
    for claim in await protection.follow_suspensions(tx, partner_id=partner_id):
        deal = await tx.lock(deals, claim["deal_id"])
        await tx.update(deals, deal, **protection.mirrored(claim))
