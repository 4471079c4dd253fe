"""Judging a deal without an effect."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.deals.approval.queries import last_facts, policy_in_force, policy_of_version
from services.deals.approval.rules import FACTS, ApprovalPolicy
from services.deals.approval.steps import Step, judged
from services.deals.approval_preview.schemas import (
    ApprovalPreviewOut,
    DelegatedApproverOut,
    PreviewedApproverOut,
    PreviewedStepOut,
)
from services.deals.approval_tasks import opening
from services.deals.approval_tasks.queries import Round
from services.deals.calendars.queries import BUILT_IN, calendar_of
from services.deals.conflict_policies.queries import policy_in_force as conflict_policy_in_force
from services.deals.customers.tables import customers
from services.deals.directory.queries import partner_of
from services.deals.four_eyes.rules import barred_from
from services.deals.products.queries import family_for_registration
from services.deals.registrations.queries import trace_for_partner
from services.deals.registrations.register import screened
from services.deals.registrations.rules import Facts, reasons_for_a_person
from services.deals.registrations.schemas import TraceEntryOut
from services.deals.registrations.submission import policy_facts
from services.deals.registrations.tables import deals
from services.deals.registrations.trace import Entry, by_a_person, entries_of, entry, screened_entry
from services.deals.screening.queries import customer_named_by_keys
from services.deals.screening.rules import Asked, Screening
from services.deals.screening.scope import Extent, from_now
from services.deals.screening.territories import spans_of
from shared.auth.sides import is_vendor_side
from shared.db.read import Read
from shared.db.resource import Row
from shared.db.tx import Tx, transaction
from shared.rules import REFER, Result


async def preview(read: Read, *, deal_id: str) -> ApprovalPreviewOut:
    """Return what the policy says of a deal, and who would be asked until when; nothing is changed by asking.

    A deal that was judged is shown by its own policy and facts, any other by what is in force. For a partner's draft neither
    rivals nor its customer are looked for: that has a budget of its own, under `conflict-checks`.
    """
    opened = transaction(
        read.database, caller=read.caller, viewer=read.viewer, now=read.now, action="preview_deal_approval"
    )
    async with opened as tx:
        deal = await tx.fetch(deals, deal_id)
        async with tx.as_engine("a deal is judged by the policy and the staff of the whole tenant"):
            return await _preview(tx, deal, for_vendor=is_vendor_side(read.caller))


async def _preview(tx: Tx, deal: Row, *, for_vendor: bool) -> ApprovalPreviewOut:
    is_draft = deal["status"] in ("draft", "returned")
    policy = await (policy_in_force(tx) if is_draft else policy_of_version(tx, deal["policy_version"]))
    if is_draft:
        facts, screening = await _facts(tx, deal, policy, for_vendor=for_vendor)
        screened_as = [screened_entry(screening)] if screening is not None else []
    else:
        facts = await last_facts(tx, deal["id"]) or {}
        screened_as = [each for each in deal["decision_trace"] if each["rule"] == "conflict_screening"]
    evaluation = policy.policy.evaluate(facts)
    reasons = reasons_for_a_person(facts)
    verdicts = list(judged(policy.steps, facts, facts=FACTS))
    trace = [
        *by_a_person(reasons),
        *entries_of(evaluation),
        *(_condition(step, verdict.to_json()) for step, verdict in verdicts),
        # Whom it would meet, where that is for no case: partners are not told that there is anything to withhold.
        *(each for each in screened_as if for_vendor and each["inputs"]),
    ]
    steps = [step for step, verdict in verdicts if verdict.result is not Result.FALSE]
    return ApprovalPreviewOut(
        deal_id=deal["id"],
        policy_version=evaluation.version,
        outcome=REFER if evaluation.passed and reasons else evaluation.outcome,
        decision_trace=[
            TraceEntryOut(**each) for each in (trace if for_vendor else trace_for_partner({"decision_trace": trace}))
        ],
        steps=[] if evaluation.passed and not reasons else await _steps(tx, deal, policy, steps, for_vendor=for_vendor),
    )


async def _steps(
    tx: Tx, deal: Row, policy: ApprovalPolicy, steps: list[Step], *, for_vendor: bool
) -> list[PreviewedStepOut]:
    found = []
    starts = tx.now
    for place, step in enumerate(steps):
        calendar = await calendar_of(tx, step.calendar) or BUILT_IN
        starts = calendar.hours.after(starts, step.due_after_hours)
        asked = await opening.candidates(tx, deal, _as_if(deal, steps, place, at=starts), limits=policy.approver_limits)
        approvers = [
            PreviewedApproverOut(
                role=each.role,
                team_role=each.team_role,
                account_ids=list(asked[number]) if for_vendor else None,
                delegated=_delegated(asked, asked[number]) if for_vendor else None,
            )
            for number, each in enumerate(step.approvers)
        ]
        found.append(
            PreviewedStepOut(
                code=step.code,
                name=step.name,
                mode=step.mode,
                quorum=step.needed,
                approvers=approvers,
                due_after_hours=step.due_after_hours,
                due_at=starts,
            )
        )
    return found


def _delegated(asked: opening.Candidates, accounts: Sequence[str]) -> list[DelegatedApproverOut]:
    """Return for whom the delegates among these accounts would answer."""
    ways = [asked.way_to(each) for each in accounts]
    return [DelegatedApproverOut(account_id=way[-1], delegated_from=way[-2]) for way in ways if len(way) > 1]


def _as_if(deal: Row, steps: list[Step], place: int, *, at: datetime) -> Round:
    """Return the round that would come to a step, which nobody has answered."""
    first = Round(
        deal_id=deal["id"],
        number=0,
        policy_version=0,
        steps=tuple(steps),
        barred=barred_from(deal),
        place=place,
        opened_at=at,
        due_at=at,
        calendar_version=0,
        escalated_at=None,
        ended_at=None,
    )
    return replace(first, place=place)


async def _facts(
    tx: Tx, deal: Row, policy: ApprovalPolicy, *, for_vendor: bool
) -> tuple[dict[str, Any], Screening | None]:
    facts = Facts.of(deal)
    family = await family_for_registration(tx, facts.product_family)
    extent = Extent(
        frozenset({family.ordinal}), spans_of(deal["territories"]), period=from_now(tx.now), project=facts.title
    )
    partner = await partner_of(tx, deal["partner_id"])
    # What the vendor and others have made of the customer is unknown to a partner, who could ask for one after the other.
    customer: Row = {"named_account": None, "country": facts.customer.country}
    screening: Screening | None = None
    if for_vendor:
        asked = await customer_named_by_keys(tx, Asked(facts.customer, family.code, None, extent, deal["id"]))
        # A customer nobody has registered yet is no named account.
        customer = (
            await tx.fetch(customers, asked.customer_id) if asked.customer_id else {**customer, "named_account": False}
        )
        terms = await conflict_policy_in_force(tx, tier=partner.tier)
        screening = await screened(tx, asked, partner_id=deal["partner_id"], policy=terms)
    admitted = {
        # Whether the quota is used up is decided under its lock, when the deal is submitted.
        "partner.within_quota": True,
        "deal.evidence_ok": not deal["evidence_required"] or deal["evidence_count"] > 0,
    }
    return policy_facts(deal, facts, policy, partner, customer, screening) | admitted, screening


def _condition(step: Step, told: Mapping[str, Any]) -> Entry:
    """Return what a step's condition leaves in the trace."""
    reasons = [] if told["result"] == "false" else [step.code]
    return entry("approval_steps", str(told["result"]), reasons=reasons) | dict(told)
