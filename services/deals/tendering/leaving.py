"""Registrations leave a tender that is put out for another customer than theirs, once a customer turns out to be two."""

from collections.abc import Mapping
from typing import Any, Final

from services.deals.approval.queries import policy_in_force, policy_of_version
from services.deals.conflict_policies.queries import policy_in_force as conflict_policy_in_force
from services.deals.directory.queries import partner_of
from services.deals.products.queries import ordinal_of
from services.deals.protection import commands as protection
from services.deals.protection.tables import protection_claims
from services.deals.registrations.encounters import Encounter, met, open_its_case
from services.deals.registrations.queries import deals_of_customer
from services.deals.registrations.rules import Facts, by_rank
from services.deals.registrations.tables import deals
from services.deals.reviews.commands import awaited
from services.deals.tenders.following import hold_tenders, is_undecided
from services.deals.tenders.rules import was_taken_in
from services.deals.tenders.tables import tender_entries
from shared.db.pool import Record
from shared.db.tx import Tx

_WAITING: Final = frozenset({"in_review", "returned"})


async def leave_tenders(tx: Tx, *customer_ids: str) -> None:
    """Let what customers, whose locks are held, have in undecided tenders of one another wait for the desk again.

    Each claims its own customer with the priority it had, the earliest first, and has a case where it meets another. For the
    engine role.
    """
    put_out = {each["id"]: each["customer_id"] for each in await hold_tenders(tx, customer_ids) if is_undecided(each)}
    for deal in sorted(await deals_of_customer(tx, *customer_ids), key=by_rank):
        is_with_another = put_out.get(deal["tender_id"], deal["customer_id"]) != deal["customer_id"]
        if is_with_another and deal["status"] in _WAITING:
            await _leave(tx, deal)


async def _leave(tx: Tx, deal: Record) -> None:
    await tx.remove(tender_entries, tender_id=deal["tender_id"], deal_id=deal["id"])
    trace = deal["decision_trace"] or []
    claim = await _claimed_again(tx, deal, as_before=was_taken_in(trace))
    facts = {"tender_id": None, "decision_trace": [each for each in trace if each["rule"] != "tender"]}
    if deal["status"] == "returned":
        await tx.update(deals, deal, **facts)
        return
    policy = await conflict_policy_in_force(tx, tier=(await partner_of(tx, deal["partner_id"])).tier)
    encounter = Encounter(await met(tx, deal, claim, company=Facts.of(deal).customer, policy=policy))
    told = encounter.told({**deal, **facts})
    waiting = await tx.update(deals, deal, **{**facts, **told, **await _before_the_desk(tx, deal)})
    await open_its_case(tx, waiting, encounter)


async def _claimed_again(tx: Tx, deal: Record, *, as_before: bool) -> Record:
    """Put the claim of a deal on the register again: `as_before` as it was when a merger took the deal in, else as one submitted."""
    claim = await protection.held_claim_if_any(tx, deal["id"])
    if claim is not None and as_before:
        return await tx.update(protection_claims, claim, status="pending")
    return await protection.ask(
        tx,
        deal=deal,
        customer_id=deal["customer_id"],
        family_ordinal=await ordinal_of(tx, deal["product_family"]),
        priority_no=deal["priority_no"],
    )


async def _before_the_desk(tx: Tx, deal: Record) -> Mapping[str, Any]:
    """Return what a deal shows that the desk decides now; by the policy in force, where it has only been in the tender."""
    if deal["policy_version"] is not None:
        policy = await policy_of_version(tx, deal["policy_version"])
    else:
        policy = await policy_in_force(tx)
    return {"policy_version": policy.policy.version, **await awaited(tx, deal["id"], terms=policy.review)}
