"""Assigning, resolving and appealing conflict cases."""

from collections.abc import Mapping
from typing import Any

from services.deals.adjudication import effects, queries
from services.deals.adjudication.labels import label
from services.deals.adjudication.rules import AppealWindowClosed, NothingToAppeal, check_terms, implied, is_in_time
from services.deals.adjudication.schemas import AppealIn, ResolutionIn
from services.deals.conflict_policies.queries import policy_in_force
from services.deals.customers.alike import hold_alike
from services.deals.directory.queries import tier_of
from services.deals.four_eyes.rules import require_second_person
from services.deals.merging.resolution import hold_who_is_who, say_who_is_who
from services.deals.registrations.presence import whereabouts
from services.deals.registrations.rules import Facts
from services.deals.registrations.tables import deals
from services.deals.screening.findings import told_by
from services.deals.screening.queries import CASE_LIFECYCLE, can_be_appealed
from services.deals.screening.tables import conflict_cases
from shared.auth.principal import Caller
from shared.auth.sides import partner_of, vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.deals import ConflictAppealed, ConflictAssigned, ConflictResolved

_APPEALABLE = ("in_review", "pending_approval", "returned", "approved", "won")
TIMER = "case_closes"


async def assign(tx: Tx, *, case_id: str, version: int | None, caller: Caller) -> Row:
    """Make a case the caller's to decide, whoever had it before; one under appeal stays so."""
    vendor_only(caller)
    case = await _held(tx, case_id, action="assign", version=version)
    status = "appealed" if case["status"] == "appealed" else "assigned"
    row = await tx.update(conflict_cases, case, status=status, assigned_to=caller.account_id)
    tx.emit(ConflictAssigned(case_id=row["id"], deal_id=row["deal_id"], assigned_to=row["assigned_to"]), subject=row)
    return row


async def resolve(tx: Tx, body: ResolutionIn, *, case_id: str, version: int | None, caller: Caller) -> Row:
    """Decide a case, with its effect on the protections in it, and keep what it says of the customers as a label.

    Nothing is decided about who has left it since, for another customer or product. The partner can appeal once; what is
    decided on an appeal is final. Raises FourEyes for whoever had a hand in one of the registrations in it, CustomersApart
    where two are said to be one that were told apart before, NothingLeftToSplit, CustomerAlreadyProtected.
    """
    vendor_only(caller)
    if body.identity is not None or body.resolution == "rejected_match":
        known = await tx.fetch(conflict_cases, case_id)
        async with tx.as_engine("customers are merged, or split, with all that partners registered of them"):
            await hold_who_is_who(tx, known)
    case = await _held(tx, case_id, action="resolve", version=version)
    async with tx.as_engine("who is in a case is decided by the registrations of all partners"):
        present = (await whereabouts(tx, [case])).present(case)
    deal_ids = [case["deal_id"], *(each["deal_id"] for each in present if each["deal_id"] is not None)]
    check_terms(
        body.resolution,
        identity=body.identity,
        territories=body.territories,
        chosen_deal_id=body.chosen_deal_id,
        deal_ids=deal_ids,
    )
    is_final = case["status"] == "appealed"
    identity = body.identity or implied(body.resolution, present)
    window = (await policy_in_force(tx, tier=await tier_of(tx, case["partner_id"]))).appeal_window
    decided = {
        **body.model_dump(include={"resolution", "territories", "chosen_deal_id", "note"}),
        "identity": identity,
        "status": "closed" if is_final else "resolved",
        "resolved_by": caller.account_id,
        "resolved_at": tx.now,
        "previous_resolution": case["resolution"],
        "appealable_until": None if is_final else tx.now + window,
        "closed_at": tx.now if is_final else None,
    }
    async with tx.as_engine("a resolution changes the protections of all that are in the case"):
        if len(present) < len(case["findings"]):
            case = await tx.update(conflict_cases, case, **told_by(present))
        require_second_person(await queries.barred_from_case(tx, case), caller=caller)
        row = await tx.update(conflict_cases, case, **decided)
        await label(tx, row, says_identity=identity is not None)
        if identity is not None:
            await say_who_is_who(tx, row, identity, caller=caller)
            # It may be about another customer now.
            row = await tx.fetch(conflict_cases, case_id)
        await effects.take_effect(tx, row)
    if is_final:
        await tx.forget(TIMER, subject=case_id)
    else:
        await tx.remind(TIMER, subject=case_id, at=row["appealable_until"])
    event = ConflictResolved(
        case_id=row["id"],
        deal_id=row["deal_id"],
        partner_id=row["partner_id"],
        resolution=body.resolution,
        final=is_final,
    )
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def appeal(tx: Tx, body: AppealIn, *, case_id: str, version: int | None, caller: Caller) -> Row:
    """Ask for another decision, once; meanwhile the registration is on the register again.

    Raises NothingToAppeal where nothing was taken from the partner or its deal has ended, AppealWindowClosed afterwards.
    """
    partner_of(caller)
    known = await tx.fetch(conflict_cases, case_id)
    deal = await tx.fetch(deals, known["deal_id"])
    # Whoever looks like its customer is met, or waits.
    await hold_alike(tx, Facts.of(deal).customer)
    case = await _held(tx, case_id, action="appeal", version=version)
    if not can_be_appealed(case) or deal["status"] not in _APPEALABLE:
        raise NothingToAppeal()
    if not is_in_time(tx.now, until=case["appealable_until"]):
        raise AppealWindowClosed()
    async with tx.as_engine("an appeal puts its registration before the vendor again"):
        since = await effects.ask_again(tx, case, deal=deal)
        appealed = {"status": "appealed", "appealed_at": tx.now, "appeal_reason": body.reason}
        row = await tx.update(conflict_cases, case, **appealed, **since)
        await tx.forget(TIMER, subject=case_id)
    event = ConflictAppealed(case_id=row["id"], deal_id=row["deal_id"], partner_id=row["partner_id"])
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def close(tx: Tx, case_id: str, _: Mapping[str, Any]) -> None:
    """Make a resolution final once the time for an appeal is over."""
    case = await tx.lock(conflict_cases, case_id)
    if case["status"] == "resolved" and not is_in_time(tx.now, until=case["appealable_until"]):
        await tx.update(conflict_cases, case, status="closed", closed_at=tx.now)


async def _held(tx: Tx, case_id: str, *, action: str, version: int | None) -> Record:
    return await tx.lock_for(conflict_cases, case_id, action=action, lifecycle=CASE_LIFECYCLE, version=version)
