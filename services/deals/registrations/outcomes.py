"""How approved deals end: won, lost and perhaps reopened, or expired; and how suspension stops their clock."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.deals.directory.queries import active_partner, suspensions_of
from services.deals.pipelines.queries import pipeline_of_deal
from services.deals.pipelines.rules import LOST, WON
from services.deals.pipelines.rules import reason_code as ends_with
from services.deals.protection import commands as protection
from services.deals.protection.queries import claim_of, protected_until
from services.deals.protection.rules import Pause, ProtectionEnded
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.rules import REOPEN_WINDOW, ReopenWindowClosed, fault_of_win, is_past_protection
from services.deals.registrations.tables import deals
from services.deals.stages import commands as stages
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Invalid
from shared.events.catalog.deals import Amount, DealLost, DealReopened, DealWon, ProtectionExpired
from shared.values.money import Money


async def win(
    tx: Tx, *, deal_id: str, net: Money, closed_on: date, reason_code: str | None, version: int | None
) -> Row:
    """Report a sale, net of taxes; its protection stays. Raises ProtectionEnded for a sale closed after it."""
    deal = await tx.lock_for(deals, deal_id, action="win", lifecycle=LIFECYCLE, version=version)
    if is_past_protection(closed_on=closed_on, at=tx.now, protected_until=deal["protected_until"]):
        raise ProtectionEnded()
    fault = fault_of_win(closed_on=closed_on, at=tx.now, currency=deal["currency"], net_currency=net.currency)
    if fault is not None:
        raise Invalid(errors=[fault])
    why = ends_with((await pipeline_of_deal(tx, deal)).won_reasons, reason_code)
    won = await tx.update(
        deals,
        deal,
        status="won",
        net_amount=net.amount,
        net_currency=net.currency,
        returned_amount=0,
        closed_on=closed_on,
        won_at=tx.now,
        won_reason_code=why,
        stage_due_at=None,
    )
    await stages.end(tx, deal, won, to=WON, reason=None)
    await tx.forget("protection_expires", subject=deal_id)
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
    )
    tx.emit(event, subject=won, audience=[won["partner_id"]])
    return won


async def lose(tx: Tx, *, deal_id: str, reason: str | None, reason_code: str | None, version: int | None) -> Row:
    """Report that nothing came of a deal; its customer is free for others."""
    deal = await tx.lock_for(deals, deal_id, action="lose", lifecycle=LIFECYCLE, version=version)
    code = ends_with((await pipeline_of_deal(tx, deal)).lost_reasons, reason_code)
    await protection.end(tx, deal_id=deal_id)
    await tx.forget("protection_expires", subject=deal_id)
    why = reason or code
    lost = await tx.update(
        deals, deal, status="lost", lost_at=tx.now, lost_reason=why, lost_reason_code=code, stage_due_at=None
    )
    await stages.end(tx, deal, lost, to=LOST, reason=reason)
    tx.emit(
        DealLost(deal_id=lost["id"], partner_id=lost["partner_id"], reason=why, reason_code=code),
        subject=lost,
        audience=[lost["partner_id"]],
    )
    return lost


async def reopen(tx: Tx, *, deal_id: str, version: int | None) -> Row:
    """Bring a lost deal back for what is left of its protection.

    Raises ReopenWindowClosed after 30 days, ProtectionEnded, or CustomerAlreadyProtected when a rival has the customer now.
    """
    deal = await tx.lock_for(deals, deal_id, action="reopen", lifecycle=LIFECYCLE, version=version)
    if tx.now - deal["lost_at"] > REOPEN_WINDOW:
        raise ReopenWindowClosed()
    await active_partner(tx, deal["partner_id"])
    claim = await protection.resume(tx, deal_id=deal_id, pauses=await _pauses(tx, deal["partner_id"]))
    until = protected_until(claim)
    assert until is not None
    reopened = await tx.update(
        deals,
        deal,
        status="approved",
        lost_at=None,
        lost_reason=None,
        lost_reason_code=None,
        protected_until=until,
        **await stages.begin(tx, deal),
    )
    await stages.resume(tx, deal, reopened)
    await tx.remind("protection_expires", subject=deal_id, at=until)
    tx.emit(
        DealReopened(deal_id=reopened["id"], partner_id=reopened["partner_id"]),
        subject=reopened,
        audience=[reopened["partner_id"]],
    )
    return reopened


async def expire(tx: Tx, deal_id: str, _: Mapping[str, Any]) -> None:
    """Notice the end of a protection. The dates ended it; this only says so, early or late."""
    deal = await tx.lock(deals, deal_id)
    claim = await claim_of(tx, deal_id)
    if deal["status"] != "approved" or claim is None:
        return
    until = protected_until(claim)
    if until is None:
        return
    if until > tx.now:
        await tx.remind("protection_expires", subject=deal_id, at=until)
        return
    await protection.end(tx, deal_id=deal_id, status="expired")
    expired = await tx.update(deals, deal, status="expired")
    event = ProtectionExpired(deal_id=deal_id, partner_id=expired["partner_id"])
    tx.emit(event, subject=expired, audience=[expired["partner_id"]])


async def follow_suspensions(tx: Tx, partner_id: str) -> None:
    """Make the partner's protections stand still while it is suspended, from the whole history of its statuses."""
    for claim in await protection.follow_pauses(tx, partner_id=partner_id, pauses=await _pauses(tx, partner_id)):
        deal = await tx.lock(deals, claim["deal_id"])
        until = protected_until(claim)
        await tx.update(deals, deal, protected_until=until)
        if until is None:
            await tx.forget("protection_expires", subject=deal["id"])
        elif deal["status"] == "approved":
            await tx.remind("protection_expires", subject=deal["id"], at=until)


async def _pauses(tx: Tx, partner_id: str) -> list[Pause]:
    return [(each.start, each.end) for each in await suspensions_of(tx, partner_id)]
