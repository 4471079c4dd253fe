"""Asking for more time, and deciding about it.

Rows are taken in the order in which registrations take them: the deal, its customer's lock, the claim.
"""

from datetime import timedelta
from typing import Any

from services.deals.directory.queries import active_partner
from services.deals.four_eyes.rules import barred_from, is_among, require_second_person
from services.deals.pipelines.queries import pipeline_of_deal
from services.deals.protection import commands as protection
from services.deals.protection.lifecycle import EXTENSION_LIFECYCLE
from services.deals.protection.pauses import closed, is_open, opened
from services.deals.protection.queries import asked_extension
from services.deals.protection.rules import EXTENSION, ProtectionEnded, Terms, told_from_the_start
from services.deals.protection.tables import protection_extensions
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.tables import deals
from services.deals.stages.commands import keep_plan
from services.deals.upkeep.pausing import stopped
from services.deals.upkeep.rules import ExtensionPending, faults_of_extension, require_extendable
from services.deals.upkeep.schemas import ExtensionIn
from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side, vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import Invalid
from shared.events.catalog.protection import ExtensionRefused, ExtensionRequested, ProtectionExtended


async def ask(tx: Tx, body: ExtensionIn, *, deal_id: str, version: int | None, caller: Caller) -> Row:
    """Ask for more time, or give it at once where the policy or the vendor itself decides; returns the deal.

    What somebody of the vendor asks for a deal that they have had a hand in, somebody else decides.

    Raises ProtectionEnded from the moment of its end on, ExtensionsUsedUp, ExtensionPending or StageTooEarly.
    """
    deal = await tx.lock(deals, deal_id)
    if deal["status"] == "expired":
        raise ProtectionEnded()
    LIFECYCLE.require(deal["status"], "extend")
    require_version(deal, version)
    claim = await protection.held_claim(tx, deal_id)
    if not protection.protects(claim, tx):
        raise ProtectionEnded()
    await active_partner(tx, deal["partner_id"])
    if await asked_extension(tx, deal_id) is not None:
        raise ExtensionPending()
    terms = Terms.of(claim["terms"])
    first = (await pipeline_of_deal(tx, deal)).stages[0]
    require_extendable(used=claim["extensions_used"], most=terms.extensions, is_first_stage=deal["stage"] == first.code)
    days = body.days or terms.extension_days
    faults = faults_of_extension(
        days=days,
        longest=terms.extension_days,
        close_on=body.expected_close_on,
        planned=deal["expected_close_on"],
        today=tx.now.date(),
    )
    if faults:
        raise Invalid(errors=faults)
    authors = barred_from(deal) | {caller.account_id, caller.answerable_id}
    gives = is_vendor_side(caller) and not is_among(barred_from(deal), caller)
    by_itself = terms.extensions_decided_by == "policy" or gives
    asked = await tx.insert(
        protection_extensions,
        id=tx.new_id("pext"),
        deal_id=deal_id,
        partner_id=deal["partner_id"],
        status="granted" if by_itself else "asked",
        days=days,
        expected_close_on=body.expected_close_on,
        reason=body.reason,
        asked_by=caller.account_id,
        authors=sorted(authors),
        decided_by=(caller.account_id if gives else "policy") if by_itself else None,
        decided_at=tx.now if by_itself else None,
    )
    if by_itself:
        return await _extend(tx, deal, claim, asked)
    request = ExtensionRequested(deal_id=deal_id, partner_id=deal["partner_id"], extension_id=asked["id"], days=days)
    tx.emit(request, subject=deal, audience=[deal["partner_id"]])
    await stopped(tx, deal, claim, pauses=opened(claim["pauses"], EXTENSION, at=tx.now), cause=EXTENSION)
    return await tx.fetch(deals, deal_id)


async def approve(tx: Tx, *, extension_id: str, reason: str | None, version: int | None, caller: Caller) -> Row:
    """Give a deal the time that was asked for, and that of the decision.

    Raises FourEyes for whoever asked or had a hand in the deal, ProtectionEnded where its protection has ended.
    """
    vendor_only(caller)
    deal, extension = await _held(tx, extension_id, action="approve", version=version)
    require_second_person({*barred_from(deal), *(extension["authors"] or ()), extension["asked_by"]}, caller=caller)
    claim = await protection.held_claim(tx, deal["id"])
    if not protection.protects(claim, tx):
        raise ProtectionEnded()
    decided = await _decide(tx, extension, status="granted", reason=reason, caller=caller)
    await _extend(tx, deal, claim, decided)
    return decided


async def refuse(tx: Tx, *, extension_id: str, reason: str, version: int | None, caller: Caller) -> Row:
    """Refuse more time; what the decision took is given back, and no more."""
    vendor_only(caller)
    deal, extension = await _held(tx, extension_id, action="refuse", version=version)
    claim = await protection.held_claim(tx, deal["id"])
    if protection.protects(claim, tx):
        started = await protection.restand(tx, claim, **_without_pause(claim, tx))
        deal = await tx.update(deals, deal, **protection.mirrored(started))
    decided = await _decide(tx, extension, status="refused", reason=reason, caller=caller)
    refused = ExtensionRefused(
        deal_id=deal["id"], partner_id=deal["partner_id"], extension_id=extension_id, reason=reason
    )
    tx.emit(refused, subject=deal, audience=[deal["partner_id"]])
    return decided


async def _held(tx: Tx, extension_id: str, *, action: str, version: int | None) -> tuple[Record, Record]:
    known = await tx.fetch(protection_extensions, extension_id)
    deal = await tx.lock(deals, known["deal_id"])
    extension = await tx.lock_for(
        protection_extensions, extension_id, action=action, lifecycle=EXTENSION_LIFECYCLE, version=version
    )
    return deal, extension


async def _decide(tx: Tx, extension: Record, *, status: str, reason: str | None, caller: Caller) -> Record:
    return await tx.update(
        protection_extensions,
        extension,
        status=status,
        decided_by=caller.account_id,
        decided_at=tx.now,
        decision_reason=reason,
    )


async def _extend(tx: Tx, deal: Record, claim: Record, extension: Row) -> Row:
    until = claim["granted_until"] + timedelta(days=extension["days"])
    longer = await protection.restand(
        tx,
        claim,
        granted_until=until,
        extensions_used=claim["extensions_used"] + 1,
        # The notices of the new end are told anew, but for those whose day has passed already.
        told_days=told_from_the_start(granted_from=tx.now, granted_until=until),
        active_at=tx.now,
        stale_told_at=None,
        **_without_pause(claim, tx),
    )
    extended = await tx.update(
        deals, deal, expected_close_on=extension["expected_close_on"], **protection.mirrored(longer)
    )
    await keep_plan(tx, deal, extended)
    event = ProtectionExtended(
        deal_id=deal["id"],
        partner_id=deal["partner_id"],
        extension_id=extension["id"],
        days=extension["days"],
        protected_until=longer["protected_until"],
    )
    tx.emit(event, subject=extended, audience=[deal["partner_id"]])
    return extended


def _without_pause(claim: Row, tx: Tx) -> dict[str, Any]:
    kept = claim["pauses"]
    return {"pauses": closed(kept, EXTENSION, at=tx.now)} if is_open(kept, EXTENSION) else {}
