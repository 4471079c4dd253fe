"""Asking for a transfer, consenting to it, and deciding it.

Rows are taken in one order: the deal, its customer's lock, the claim, the transfer, its consents.
"""

from collections.abc import Mapping
from typing import Any, Final

from services.deals.directory.queries import active_partner
from services.deals.evidence.queries import file_of
from services.deals.handovers.rules import CONSENT_LIFECYCLE, TRANSFER_LIFECYCLE, TransferOpen
from services.deals.handovers.tables import deal_transfers, transfer_consents
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.tables import deals
from services.deals.transfers import queries
from services.deals.transfers.moving import complete, own_beside
from services.deals.transfers.schemas import TransferIn
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.following import follow_changes
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import Conflict, Fault, Forbidden, Invalid, InvalidTransition
from shared.events.catalog.transfers import TransferAnswered, TransferCancelled, TransferConsentAsked

AGREED: Final = "transfer_agreed"
_ENDED: Final = frozenset({"won", "lost", "expired", "revoked", "rejected", "withdrawn"})


async def ask(tx: Tx, body: TransferIn, *, deal_id: str, version: int | None, caller: Caller) -> Row:
    """Ask both partners to let a registration move, or move it at once where the vendor decides alone; returns the deal.

    Raises TransferOpen, PartnerNotActive for the new partner, DuplicateRegistration where the customer is that one's already,
    ProtectionEnded for a protection that is over.
    """
    vendor_only(caller)
    deal = await tx.lock_for(deals, deal_id, action="transfer", lifecycle=LIFECYCLE, version=version)
    if await queries.open_transfer(tx, deal_id) is not None:
        raise TransferOpen()
    if body.to_partner_id == deal["partner_id"]:
        raise Invalid(errors=[Fault("/to_partner_id", "same_partner", "The registration is this partner's already.")])
    await active_partner(tx, body.to_partner_id)
    transfer = await tx.insert(
        deal_transfers,
        id=tx.new_id("xfr"),
        deal_id=deal_id,
        partner_id=deal["partner_id"],
        to_partner_id=body.to_partner_id,
        reason=body.reason,
        status="open",
        override_reason=body.override_reason,
        held_up=False,
        created_by=caller.account_id,
        **await _letter(tx, body.file_id),
    )
    async with tx.as_engine("a transfer is about two partners, of whom its caller may look after one"):
        await own_beside(tx, deal, partner_id=body.to_partner_id)
        title = body.title or deal["customer_name"]
        for side, partner_id in (("old", deal["partner_id"]), ("new", body.to_partner_id)):
            await _ask_for_consent(tx, transfer, deal, side=side, partner_id=partner_id, title=title)
        if body.override_reason is not None:
            await _decide_alone(tx, transfer)
        return await tx.fetch(deals, deal_id)


async def override(tx: Tx, *, transfer_id: str, reason: str, version: int | None, caller: Caller) -> Row:
    """Move a registration without the consents that are missing; the reason is kept in writing."""
    vendor_only(caller)
    transfer = await _held(tx, transfer_id, action="override", version=version)
    async with tx.as_engine("a transfer is about two partners, of whom its caller may look after one"):
        return await _decide_alone(tx, await tx.update(deal_transfers, transfer, override_reason=reason))


async def cancel(tx: Tx, *, transfer_id: str, version: int | None, caller: Caller) -> Row:
    """Leave a registration where it is."""
    vendor_only(caller)
    transfer = await _held(tx, transfer_id, action="cancel", version=version)
    async with tx.as_engine("a transfer is about two partners, of whom its caller may look after one"):
        return await _end(tx, transfer, status="cancelled")


async def answer(
    tx: Tx, *, consent_id: str, gives: bool, reason: str | None, version: int | None, caller: Caller
) -> Row:
    """Give or refuse what a partner is asked for; the second consent moves the registration, one refusal ends the transfer.

    While the registration is decided again, consents are kept, and it moves once it is approved.
    """
    action = "give" if gives else "refuse"
    if caller.partner_id is None:
        raise Forbidden()
    known = await tx.fetch(transfer_consents, consent_id)
    async with tx.as_engine("a consent decides about the registration of another partner"):
        transfer = await tx.fetch(deal_transfers, known["transfer_id"])
        await tx.lock(deals, transfer["deal_id"])
    consent = await tx.lock(transfer_consents, consent_id)
    CONSENT_LIFECYCLE.require(consent["status"], action)
    require_version(consent, version)
    if consent["partner_id"] != caller.partner_id:
        # A distributor sees what is asked of the partners below it; they answer for themselves.
        raise Forbidden()
    answered = await tx.update(
        transfer_consents,
        consent,
        status="given" if gives else "refused",
        answer=reason,
        answered_by=caller.account_id,
        answered_at=tx.now,
    )
    event = TransferAnswered(consent_id=consent_id, partner_id=consent["partner_id"], side=consent["side"], given=gives)
    tx.emit(event, subject=answered, audience=[consent["partner_id"]])
    async with tx.as_engine("a consent decides about the registration of another partner"):
        transfer = await tx.lock(deal_transfers, consent["transfer_id"])
        if transfer["status"] != "open":
            raise InvalidTransition("The transfer has been decided.")
        if not gives:
            await _end(tx, transfer, status="refused")
        else:
            await _move_if_agreed(tx, transfer)
        return await tx.fetch(transfer_consents, consent_id)


async def move_as_agreed(tx: Tx, transfer_id: str, _: Mapping[str, Any]) -> None:
    """Move the registration of a transfer that both partners agree to; one that cannot be moved any more is cancelled."""
    known = await tx.fetch(deal_transfers, transfer_id)
    await tx.lock(deals, known["deal_id"])
    transfer = await tx.lock(deal_transfers, transfer_id)
    if transfer["status"] != "open" or transfer["held_up"]:
        return
    try:
        async with tx.savepoint():
            await complete(tx, transfer)
    except Conflict:
        await _end(tx, transfer, status="cancelled")


async def _move_if_agreed(tx: Tx, transfer: Row) -> None:
    """Have a registration moved that both partners agree to move; while it is decided again, both have only agreed."""
    if transfer["held_up"] or any(each["status"] != "given" for each in await queries.consents_of(tx, transfer["id"])):
        return
    # Neither partner is the one who moves it: what is on record of that, the other may read.
    await tx.remind(AGREED, subject=transfer["id"], at=tx.now)


async def _held(tx: Tx, transfer_id: str, *, action: str, version: int | None) -> Record:
    known = await tx.fetch(deal_transfers, transfer_id)
    await tx.lock(deals, known["deal_id"])
    return await tx.lock_for(deal_transfers, transfer_id, action=action, lifecycle=TRANSFER_LIFECYCLE, version=version)


async def _decide_alone(tx: Tx, transfer: Record) -> Row:
    for consent in await queries.consents_of(tx, transfer["id"]):
        if consent["status"] == "asked":
            await tx.update(transfer_consents, consent, status="superseded")
    return await complete(tx, transfer)


async def _end(tx: Tx, transfer: Record, *, status: str) -> Row:
    for consent in await queries.consents_of(tx, transfer["id"]):
        if consent["status"] == "asked":
            superseded = await tx.update(transfer_consents, consent, status="superseded")
            gone = TransferCancelled(consent_id=consent["id"], partner_id=consent["partner_id"], side=consent["side"])
            tx.emit(gone, subject=superseded, audience=[consent["partner_id"]])
    return await tx.update(deal_transfers, transfer, status=status, decided_by=tx.caller.account_id, decided_at=tx.now)


async def _ask_for_consent(tx: Tx, transfer: Row, deal: Row, *, side: str, partner_id: str, title: str) -> None:
    consent = await tx.insert(
        transfer_consents,
        id=tx.new_id("xcon"),
        transfer_id=transfer["id"],
        partner_id=partner_id,
        side=side,
        deal_id=deal["id"] if side == "old" else None,
        customer_name=deal["customer_name"] if side == "old" else title,
        product_family=deal["product_family"],
        reason=transfer["reason"],
        status="asked",
        created_by=tx.caller.account_id,
    )
    asked = TransferConsentAsked(consent_id=consent["id"], partner_id=partner_id, side=side)
    tx.emit(asked, subject=consent, audience=[partner_id])


async def deal_changed(tx: Tx, before: Row, after: Row) -> None:
    """Cancel the transfer of a deal that ends otherwise, or asks for something else; hold it up while the deal is decided again.

    What both partners have agreed to meanwhile is moved once the deal is approved again.
    """
    if before["protected_from"] is None or before["status"] == after["status"] or after["status"] == "transferred":
        return
    async with tx.as_engine("a transfer is about two partners, of whom its caller may look after one"):
        transfer = await queries.open_transfer(tx, after["id"])
        if transfer is None:
            return
        held_up = after["status"] != "approved"
        if after["status"] in _ENDED or after["protected_from"] is None:
            await _end(tx, await tx.lock(deal_transfers, transfer["id"]), status="cancelled")
        elif held_up != transfer["held_up"]:
            waiting = await tx.lock(deal_transfers, transfer["id"])
            await _move_if_agreed(tx, await tx.update(deal_transfers, waiting, held_up=held_up))


follow_changes(deals, by=deal_changed)


async def _letter(tx: Tx, file_id: str | None) -> dict[str, Any]:
    if file_id is None:
        return {}
    file = await file_of(tx.database, tenant_id=tx.tenant_id, file_id=file_id)
    if file is None:
        raise Invalid(errors=[Fault("/file_id", "unknown_file", "There is no such file.")])
    return {"file_id": file_id, "file_name": file.name, "sha256": file.sha256}
