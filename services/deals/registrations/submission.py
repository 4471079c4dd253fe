"""Submitting a registration: who the customer is, who else wants it, and whether a person has to look.

Everything from the customer's lock on happens in the order of priority, one registration of a customer after another; so it does
for customers that look alike, since whoever is not stored yet is met by nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.deals.approval.commands import judge
from services.deals.approval.queries import policy_in_force
from services.deals.approval.rules import FACTS, ApprovalPolicy
from services.deals.approval.steps import applying
from services.deals.conflict_policies.queries import policy_in_force as conflict_policy_in_force
from services.deals.customers.alike import hold_alike
from services.deals.customers.commands import resolve
from services.deals.directory.queries import Partner, active_partner
from services.deals.products.queries import family_for_registration
from services.deals.protection import commands as protection
from services.deals.protection.queries import last_priority
from services.deals.protection.rules import CustomerAlreadyProtected
from services.deals.registrations.admission import Admission
from services.deals.registrations.admitting import admit, admit_alike, enter_tender, take_over, with_evidence
from services.deals.registrations.corrections import NOT_RETURNED, keeps_priority
from services.deals.registrations.encounters import met
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.routing import routed
from services.deals.registrations.rules import (
    Facts,
    authors_with,
    priority_number,
    reasons_for_a_person,
    require_possible_close,
)
from services.deals.registrations.standing import measure_soon, standing_of
from services.deals.registrations.tables import deals
from services.deals.registrations.trace import by_a_person, entries_of, entry, screened_entry
from services.deals.reopening.clock import hold, kept_claim, let_run
from services.deals.reviews.commands import awaited
from services.deals.screening.budgets import spend_on
from services.deals.screening.commands import open_case, supersede_cases
from services.deals.screening.days import require_checks_left
from services.deals.screening.queries import open_cases_held
from services.deals.screening.rules import Screening, blocked
from services.deals.stages.commands import begin
from services.deals.tenders.rules import ENTERED
from shared.auth.sides import is_vendor_side
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.deals import RegistrationApproved, RegistrationRejected, RegistrationSubmitted
from shared.rules import FAIL, Evaluation


@dataclass(frozen=True, slots=True)
class _Judged:
    """Everything known when a submission is decided."""

    policy: ApprovalPolicy
    partner: Partner
    customer: Row
    claim: Record
    screening: Screening
    evaluation: Evaluation
    admission: Admission
    facts: Mapping[str, Any]


async def submit(tx: Tx, *, deal_id: str, version: int | None) -> Row:
    """Ask for a deal to be registered; it comes back approved, in_review, or rejected, with the trace of why."""
    deal = await tx.lock_for(deals, deal_id, action="submit", lifecycle=LIFECYCLE, version=version)
    require_possible_close(deal["expected_close_on"], at=tx.now)
    return await submit_held(tx, deal)


async def submit_held(tx: Tx, deal: Record, *, accepted_at: datetime | None = None, gives_up: bool = False) -> Row:
    """Submit a deal whose row is held; `accepted_at` is the earlier right of a lead's acceptance.

    Where it `gives_up` what it was approved for, that counts as a check.

    Raises PartnerNotActive, Invalid at /product_family, CustomerNotIdentified, ConflictCheckBudget, and what `admit` raises.
    """
    partner = await active_partner(tx, deal["partner_id"])
    family = await family_for_registration(tx, deal["product_family"])
    # One look beyond the caller instead of one for each question: every change of role is a way to the server and back.
    async with tx.as_engine("a registration is decided by the customer, the claims and the policy of the whole tenant"):
        facts = Facts.of(deal)
        await hold_alike(tx, facts.customer)
        if deal["submitted_at"] is not None:
            await open_cases_held(tx, deal["id"])
        customer = await resolve(tx, facts.customer)
        if gives_up:
            await spend_on(tx, deal)
        standing = await standing_of(tx, deal, customer_id=customer["id"])
        admission = await admit(tx, deal, partner=partner, facts=facts, standing=standing)
        if admission.takes_over is not None:
            return await take_over(tx, deal, live=admission.takes_over, customer_id=customer["id"])
        facts = with_evidence(facts, admission)
        held = None if standing.tender else await kept_claim(tx, deal, customer_id=customer["id"])
        submitted = await _enter(
            tx, deal, customer=customer, facts=facts, accepted_at=accepted_at, held=held is not None
        )
        if not standing.is_measured_soon:
            await measure_soon(tx, deal["partner_id"])
        if standing.tender is not None:
            trace = [*_admitted(admission), entry("tender", ENTERED)]
            return await enter_tender(tx, submitted, tender_id=standing.tender.id, trace=trace)
        if deal["submitted_at"] is not None and held is None:
            # What was asked, or decided, about it before was about something else.
            await supersede_cases(tx, deal["id"])
        claim = held or await protection.ask(
            tx,
            deal=submitted,
            customer_id=customer["id"],
            family_ordinal=family.ordinal,
            priority_no=submitted["priority_no"],
        )
        terms = await conflict_policy_in_force(tx, tier=partner.tier)
        if not is_vendor_side(tx.caller):
            # Whoever does not keep what it has submitted, once it knows whom it meets, has only asked.
            require_checks_left(standing.withdrawn_today, of=terms.checks_a_day, at=tx.now)
        screening = await met(
            tx, submitted, claim, company=facts.customer, policy=terms, cool_off=standing.policy.cool_off
        )
        admission = await admit_alike(
            tx, submitted, admission, facts=facts, screening=screening, partner=partner, standing=standing
        )
        if admission.takes_over is not None:
            return await take_over(tx, submitted, live=admission.takes_over, customer_id=customer["id"])
        policy = await policy_in_force(tx)
        values = policy_facts(submitted, facts, policy, partner, customer, screening)
        values |= {"partner.within_quota": admission.within_quota, "deal.evidence_ok": admission.evidence_ok}
        evaluation = await judge(tx, policy, values, deal_id=deal["id"])
        known = _Judged(policy, partner, customer, claim, screening, evaluation, admission, values)
        return await _decide(tx, submitted, known)


async def _enter(
    tx: Tx, deal: Record, *, customer: Row, facts: Facts, accepted_at: datetime | None, held: bool
) -> Record:
    """Put the registration on the register with its priority, drawn under the customer's lock or kept."""
    kept = held or await keeps_priority(tx, deal, customer_id=customer["id"])
    priority_at = deal["priority_at"] if kept else accepted_at or tx.now
    number = deal["priority_no"]
    if not kept:
        last = await last_priority(tx, customer["id"])
        number = priority_number(priority_at, last=last, earlier_right=accepted_at is not None)
    submitted = await tx.update(
        deals,
        deal,
        status="submitted",
        customer_id=customer["id"],
        priority_no=number,
        priority_at=priority_at,
        submitted_at=tx.now,
        decided_at=None,
        decided_by=None,
        decision_reason=None,
        evidence_required=facts.evidence is not None,
        tender_id=None,
        authors=authors_with(deal, tx.caller),
        **({} if held else {"protected_from": None, "protected_until": None, "lapses_at": None}),
    )
    asked = RegistrationSubmitted(deal_id=submitted["id"], partner_id=submitted["partner_id"])
    tx.emit(asked, subject=submitted, audience=[submitted["partner_id"]])
    return submitted


def policy_facts(
    deal: Row, facts: Facts, policy: ApprovalPolicy, partner: Partner, customer: Row, screening: Screening | None
) -> dict[str, Any]:
    """Return what a policy decides by; without a screening, nothing is known of rivals."""
    return {
        "partner.active": partner.is_active,
        "partner.tier": partner.tier,
        "partner.covers_country": partner.scope.covers(facts.customer.country),
        "partner.sells_family": partner.scope.sells(facts.product_family),
        "partner.agreement_in_force": partner.agreement_in_force,
        "partner.credential_valid": partner.credential_valid,
        "deal.amount": facts.amount,
        "deal.amount_limit": policy.limit(tier=partner.tier, currency=facts.currency),
        "deal.currency": facts.currency,
        "deal.product_family": facts.product_family,
        "deal.completeness": facts.completeness.percent,
        "deal.from_lead": deal["lead_id"] is not None,
        "customer.named": customer["named_account"],
        "customer.country": customer["country"],
        "conflict.class": screening.conflict_class if screening else None,
    }


async def _decide(tx: Tx, deal: Record, judged: _Judged) -> Row:
    if judged.evaluation.outcome == FAIL:
        return await _reject(tx, deal, judged)
    if not judged.evaluation.passed or judged.admission.reasons or reasons_for_a_person(judged.facts):
        return await _review(tx, deal, judged, judged.screening)
    try:
        days = judged.policy.protection_days(judged.partner.tier)
        claim = judged.claim
        if claim["status"] == "active":
            claim = await let_run(tx, claim)
        else:
            claim = await protection.grant(tx, claim, days=days, terms=judged.policy.terms)
    except CustomerAlreadyProtected:
        return await _review(tx, deal, judged, blocked(judged.screening), protection_result="held_by_another")
    return await _approve(tx, deal, judged, claim)


async def _approve(tx: Tx, deal: Record, judged: _Judged, claim: Record) -> Row:
    approved = await tx.update(
        deals,
        deal,
        status="approved",
        decided_at=tx.now,
        decided_by="policy",
        protected_from=deal["protected_from"] or tx.now,
        **protection.mirrored(claim),
        **await begin(tx, deal),
        approved_amount=deal["amount"],
        approved_currency=deal["currency"],
        **NOT_RETURNED,
        **_recorded(judged, judged.screening, protection_result="granted"),
    )
    await supersede_cases(tx, deal["id"], approved=True)
    await announce_approval(tx, approved, automatic=True)
    return approved


async def announce_approval(tx: Tx, deal: Record, *, automatic: bool) -> None:
    """Tell of an approval."""
    event = RegistrationApproved(
        deal_id=deal["id"],
        partner_id=deal["partner_id"],
        product_family=deal["product_family"],
        automatic=automatic,
        protected_from=deal["protected_from"],
        protected_until=deal["protected_until"],
    )
    tx.emit(event, subject=deal, audience=[deal["partner_id"]])


async def _reject(tx: Tx, deal: Record, judged: _Judged) -> Row:
    await protection.end(tx, deal_id=deal["id"])
    reason = ", ".join(judged.evaluation.reasons)
    rejected = await tx.update(
        deals,
        deal,
        status="rejected",
        decided_at=tx.now,
        decided_by="policy",
        decision_reason=reason,
        **_recorded(judged, judged.screening),
    )
    await supersede_cases(tx, deal["id"])
    # It is told whom it meets, and nothing of it stands: it has only asked.
    await spend_on(tx, rejected)
    event = RegistrationRejected(deal_id=rejected["id"], partner_id=rejected["partner_id"], reason=reason)
    tx.emit(event, subject=rejected, audience=[rejected["partner_id"]])
    return rejected


async def _review(
    tx: Tx, deal: Record, judged: _Judged, screening: Screening, *, protection_result: str | None = None
) -> Row:
    recorded = _recorded(judged, screening, protection_result=protection_result)
    if judged.claim["status"] == "active":
        recorded |= protection.mirrored(await hold(tx, judged.claim))
    steps = applying(judged.policy.steps, judged.facts, facts=FACTS)
    recorded["approval_steps"] = len(steps)
    if steps and not screening.needs_a_case:
        return await routed(tx, deal, steps=steps, policy=judged.policy, **recorded)
    recorded |= await awaited(tx, deal["id"], terms=judged.policy.review)
    reviewed = await tx.update(deals, deal, status="in_review", **recorded)
    if screening.needs_a_case:
        customer = Facts.of(reviewed).customer
        await open_case(tx, screening, deal=reviewed, customer=customer, customer_id=judged.customer["id"])
    return reviewed


def _recorded(judged: _Judged, screening: Screening, *, protection_result: str | None = None) -> dict[str, Any]:
    """Return what a decision leaves on the deal: its class, its policy's version and the outcome of every rule."""
    trace = [screened_entry(screening)]
    trace += _admitted(judged.admission)
    trace += by_a_person(reasons_for_a_person(judged.facts))
    trace += entries_of(judged.evaluation)
    if protection_result is not None:
        trace.append(entry("protection", protection_result))
    return {
        "conflict_class": screening.conflict_class,
        "deal_type": screening.deal_type,
        "policy_version": judged.evaluation.version,
        "decision_trace": trace,
    }


def _admitted(admission: Admission) -> list[dict[str, Any]]:
    """Return what the registration policy leaves for a person to decide."""
    return [entry("registration_policy", "review", reasons=admission.reasons)] if admission.reasons else []
