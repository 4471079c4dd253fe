"""Ending licences early, and the terms that were to follow them."""

from datetime import date

from services.deals.installed_base.tables import licences
from services.deals.licences.commands import held_running
from services.deals.licences.invoicing import take_back_unserved
from services.deals.licences.renewals import close_renewal, live_renewal
from services.deals.licences.rules import has_ended
from services.deals.licences.schemas import CancellationIn
from services.deals.licences.timers import forget, remind_of
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Fault, Invalid
from shared.events.catalog.licences import LicenceActivated, LicenceCancelled, LicenceRenewing


async def cancel(tx: Tx, body: CancellationIn, *, licence_id: str, version: int | None, caller: Caller) -> Row:
    """End a licence early; what was invoiced for days that are not served is taken back. Raises LicenceEnded.

    The term that was to follow it is called off with it. One that is called off itself before it begins leaves the licence before
    as if it had not been renewed.
    """
    vendor_only(caller)
    before = await _term_before(tx, licence_id)
    row = await held_running(tx, licence_id, action="cancel", version=version, caller=caller)
    if not row["starts_on"] <= body.cancelled_on < row["ends_on"]:
        raise Invalid(errors=[Fault("/cancelled_on", "out_of_range", "A licence is cancelled on one of its days.")])
    cancelled = await _end(tx, row, on=body.cancelled_on, reason=body.reason)
    async with tx.as_engine("the terms of a licence may be of several partners"):
        await _call_off(tx, cancelled["renewed_by"], reason=body.reason)
        if before is not None and body.cancelled_on == row["starts_on"]:
            await _run_on(tx, before, without=licence_id)
    return cancelled


async def _term_before(tx: Tx, licence_id: str) -> Record | None:
    """Hold the term before a licence, if there is one: whoever steps through several holds the earlier ones first."""
    known = await tx.fetch(licences, licence_id)
    if known["renewal_of"] is None:
        return None
    async with tx.as_engine("the terms of a licence may be of several partners"):
        return await tx.lock(licences, known["renewal_of"])


async def _end(tx: Tx, row: Record, *, on: date, reason: str | None) -> Record:
    cancelled = await tx.update(licences, row, status="cancelled", cancelled_on=on, cancel_reason=reason)
    await forget(tx, row["id"])
    event = LicenceCancelled(
        licence_id=row["id"],
        partner_id=row["partner_id"],
        deal_id=row["deal_id"],
        cancelled_on=on,
        ends_on=row["ends_on"],
    )
    tx.emit(event, subject=cancelled, audience=[row["partner_id"]])
    await take_back_unserved(tx, cancelled)
    await close_renewal(tx, cancelled)
    return cancelled


async def _call_off(tx: Tx, licence_id: str | None, *, reason: str | None) -> None:
    """Cancel the terms that were to follow, none of which has begun. For the engine role."""
    while licence_id is not None:
        row = await tx.lock(licences, licence_id)
        if row["status"] == "cancelled":
            return
        await _end(tx, row, on=row["starts_on"], reason=reason)
        licence_id = row["renewed_by"]


async def _run_on(tx: Tx, before: Record, *, without: str) -> None:
    """Let a licence run on whose next term was called off, as it did before it was renewed. For the engine role."""
    if before["renewed_by"] != without or has_ended(before["ends_on"], zone=before["time_zone"], at=tx.now):
        return
    deal = await live_renewal(tx, before)
    if deal is None:
        running = await tx.update(licences, before, status="active", renewed_by=None, renewal_deal_id=None)
        told: LicenceActivated | LicenceRenewing = LicenceActivated(
            licence_id=running["id"],
            partner_id=running["partner_id"],
            starts_on=running["starts_on"],
            ends_on=running["ends_on"],
        )
    else:
        running = await tx.update(licences, before, status="renewing", renewed_by=None)
        told = LicenceRenewing(
            licence_id=running["id"],
            partner_id=running["partner_id"],
            deal_id=deal["id"],
            ends_on=running["ends_on"],
        )
    await remind_of(tx, running)
    tx.emit(told, subject=running, audience=[running["partner_id"]])
