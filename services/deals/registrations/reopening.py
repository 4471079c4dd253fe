"""Deciding again about an approved deal that has changed."""

from typing import Any

from services.deals.approval.commands import judge
from services.deals.approval.queries import last_facts, policy_of_version
from services.deals.approval.rules import FACTS, ApprovalPolicy
from services.deals.approval.steps import applying
from services.deals.customers.alike import hold_alike
from services.deals.customers.commands import resolve
from services.deals.directory.queries import partner_of
from services.deals.protection import commands as protection
from services.deals.registrations import submission
from services.deals.registrations.decisions import may_approve
from services.deals.registrations.routing import routed
from services.deals.registrations.rules import AmountNotApproved, Facts, reasons_for_a_person
from services.deals.registrations.tables import deals
from services.deals.registrations.trace import by_a_person, entries_of, entry
from services.deals.reopening.clock import hold
from services.deals.reopening.rules import Reopens, is_named_alike, is_sale_in_doubt, reopens
from services.deals.reviews.commands import awaited
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.approvals import RegistrationReopened
from shared.values.money import Money


async def hold_what_it_meets(tx: Tx, before: Row, after: Row) -> None:
    """Make a change that is screened again wait for registrations of customers like the new one, before any lock of a customer."""
    if before["status"] != "approved":
        return
    customer = Facts.of(after).customer
    if reopens(before, after, same_customer=Facts.of(before).customer == customer) == "screening":
        await hold_alike(tx, customer)


async def reopen_if_needed(tx: Tx, deal: Record, *, before: Row) -> Row:
    """Return a changed deal: as it is, or decided again where what was approved is not what it says any more.

    Raises what submitting it would, where it is screened again.
    """
    if before["status"] != "approved":
        return deal
    what = reopens(before, deal, same_customer=await _is_same_customer(tx, before, deal))
    if what is None:
        return deal
    _tell(tx, deal, what)
    if what == "screening":
        await tx.forget(protection.TIMER, subject=deal["id"])
        return await submission.submit_held(tx, deal, gives_up=True)
    async with tx.as_engine("an approved deal is judged again by the vendor's policy"):
        return await _approve_again(tx, deal)


async def sale_approved(tx: Tx, deal: Row, *, net: Money) -> dict[str, Any]:
    """Return what a sale of this net amount changes of what was approved: nothing, unless it is far above that.

    Nor was a sale approved in another currency, or of a deal without an amount. Then the policy judges it as it would the amount. What it does not approve, staff may who could approve the deal.
    Raises AmountNotApproved.
    """
    if not is_sale_in_doubt(deal, amount=net.amount, currency=net.currency):
        return {}
    policy = await policy_of_version(tx, deal["policy_version"])
    changed = {**deal, "amount": net.amount, "currency": net.currency}
    async with tx.as_engine("a sale above what was approved is judged by the vendor's policy"):
        facts = await _facts(tx, changed, policy)
        evaluation = await judge(tx, policy, facts, deal_id=deal["id"])
    passed = evaluation.passed and not reasons_for_a_person(facts)
    if not passed and not await may_approve(tx, changed, policy, caller=tx.caller):
        raise AmountNotApproved()
    trace = [*deal["decision_trace"], entry("sale_amount", "approved", reasons=evaluation.reasons)]
    return {"approved_amount": net.amount, "approved_currency": net.currency, "decision_trace": trace}


async def _is_same_customer(tx: Tx, before: Row, deal: Row) -> bool:
    """Tell whether what is known of the customer now names the one that was registered, however it is written.

    Under another name it may be somebody's that the keys of this one do not lead to.
    """
    was, now = Facts.of(before).customer, Facts.of(deal).customer
    if was == now:
        return True
    if not is_named_alike(was, now):
        return False
    async with tx.as_engine("the customer is decided by keys across all partners"):
        return bool((await resolve(tx, now))["id"] == deal["customer_id"])


async def _approve_again(tx: Tx, deal: Record) -> Row:
    """Judge an amount by the policy that judged the deal; where that does not approve it, people do, and the clock stands."""
    policy = await policy_of_version(tx, deal["policy_version"])
    facts = await _facts(tx, deal, policy)
    evaluation = await judge(tx, policy, facts, deal_id=deal["id"])
    kept = [each for each in deal["decision_trace"] if each["rule"] == "conflict_screening"]
    reasons = reasons_for_a_person(facts)
    recorded: dict[str, Any] = {"decision_trace": [*kept, *by_a_person(reasons), *entries_of(evaluation)]}
    if evaluation.passed and not reasons:
        amounts = {"approved_amount": deal["amount"], "approved_currency": deal["currency"]}
        return await tx.update(deals, deal, decided_at=tx.now, decided_by="policy", **amounts, **recorded)
    claim = await protection.held_claim_if_any(tx, deal["id"])
    if claim is not None and claim["status"] == "active":
        recorded |= protection.mirrored(await hold(tx, claim))
    steps = applying(policy.steps, facts, facts=FACTS)
    recorded["approval_steps"] = len(steps)
    undecided = {"decided_at": None, "decided_by": None, "decision_reason": None}
    if steps:
        return await routed(tx, deal, steps=steps, policy=policy, **undecided, **recorded)
    recorded |= await awaited(tx, deal["id"], terms=policy.review)
    return await tx.update(deals, deal, status="in_review", **undecided, **recorded)


async def _facts(tx: Tx, deal: Row, policy: ApprovalPolicy) -> dict[str, object]:
    facts = await _judged_by(tx, deal)
    limit = policy.limit(tier=facts.get("partner.tier"), currency=deal["currency"])
    now = {"deal.amount": deal["amount"], "deal.currency": deal["currency"], "deal.amount_limit": limit}
    return facts | now


async def _judged_by(tx: Tx, deal: Row) -> dict[str, Any]:
    """Return the facts that a deal was judged by last; one that was taken over, those of the deal that it came from."""
    facts = await last_facts(tx, deal["id"])
    if facts is not None or deal["predecessor_id"] is None:
        return facts or {}
    partner = await partner_of(tx, deal["partner_id"])
    own = {
        "partner.active": partner.is_active,
        "partner.tier": partner.tier,
        "partner.covers_country": partner.scope.covers(deal["customer_country"]),
        "partner.sells_family": partner.scope.sells(deal["product_family"]),
    }
    return await _judged_by(tx, await tx.fetch(deals, deal["predecessor_id"])) | own


def _tell(tx: Tx, deal: Row, what: Reopens) -> None:
    event = RegistrationReopened(deal_id=deal["id"], partner_id=deal["partner_id"], reopens=what)
    tx.emit(event, subject=deal, audience=[deal["partner_id"]])
