"""The vendor's decisions about registrations under review, and the partner's withdrawal."""

from collections.abc import Sequence
from typing import Any

from services.deals.approval.people import staff_of
from services.deals.approval.queries import policy_of_version
from services.deals.approval.rules import ApprovalPolicy
from services.deals.approval.steps import ApprovalInSteps, BeyondApprovalLimit, is_within_limit
from services.deals.approval_tasks.opening import finish
from services.deals.directory.queries import active_partner
from services.deals.four_eyes.rules import barred_from, is_among, require_second_person
from services.deals.protection import commands as protection
from services.deals.registrations.contesting import settle
from services.deals.registrations.corrections import NOT_RETURNED, returned
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.offering import is_tendered
from services.deals.registrations.rules import ends_at, has_ended
from services.deals.registrations.submission import announce_approval
from services.deals.registrations.tables import deals
from services.deals.registrations.trace import entry, is_left_to_a_person
from services.deals.reopening.clock import let_run
from services.deals.reviews.commands import awaited
from services.deals.reviews.rules import NOT_AWAITED
from services.deals.screening.budgets import spend_on
from services.deals.screening.commands import require_not_upheld, supersede_cases
from services.deals.stages.commands import begin
from services.deals.tenders.rules import DecidedByTender
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.deals import (
    RegistrationRejected,
    RegistrationReturned,
    RegistrationRevoked,
    RegistrationWithdrawn,
)
from shared.events.catalog.reviews import RegistrationHandedBack

UNSPECIFIED = "unspecified"
BY_POLICY = "policy"


async def approve(tx: Tx, *, deal_id: str, reason: str | None, version: int | None, caller: Caller) -> Row:
    """Approve and protect in one step; raises CustomerAlreadyProtected when a rival holds the window.

    Raises FourEyes for whoever had a hand in it, PartnerNotActive for a partner that was suspended meanwhile, ConflictUpheld
    when the case went against it, ApprovalInSteps where the policy asks others, BeyondApprovalLimit for an amount above what the caller's roles approve.
    """
    vendor_only(caller)
    deal = await tx.lock_for(deals, deal_id, action="approve", lifecycle=LIFECYCLE, version=version)
    if is_tendered(deal):
        raise DecidedByTender()
    if deal["approval_steps"]:
        raise ApprovalInSteps()
    require_second_person(barred_from(deal), caller=caller)
    policy = await policy_of_version(tx, deal["policy_version"])
    await require_within_limits(tx, deal, policy, caller=caller)
    return await approve_held(tx, deal, reason=reason, by=caller.account_id)


async def may_approve(tx: Tx, deal: Row, policy: ApprovalPolicy, *, caller: Caller) -> bool:
    """Tell whether a caller could approve a deal itself: of the staff, no author of it, and within the limits of its roles."""
    if not caller.is_vendor or not caller.may("deals:approve") or is_among(barred_from(deal), caller):
        return False
    return await _is_within_limits(tx, deal, policy, caller=caller)


async def approve_held(
    tx: Tx, deal: Record, *, reason: str | None, by: str, how: str | None = None, why: Sequence[str] = ()
) -> Row:
    """Approve a deal whose row is held; `how` and `why` are what its trace says of the steps that led to it."""
    partner = await active_partner(tx, deal["partner_id"])
    await require_not_upheld(tx, deal["id"])
    policy = await policy_of_version(tx, deal["policy_version"])
    claim = await protection.held_claim(tx, deal["id"])
    since = tx.now
    if claim["status"] == "active":
        since = deal["protected_from"] or since
        claim = await let_run(tx, claim)
    else:
        days = policy.protection_days(partner.tier)
        is_second = is_left_to_a_person(deal["decision_trace"], "duplicate")
        claim = await protection.grant(tx, claim, days=days, terms=policy.terms, beside_own=is_second)
        await settle(tx, claim["customer_id"])
    trace = [entry("approval_deadline" if by == BY_POLICY else "approval_steps", how, reasons=why)] if how else []
    approved = await tx.update(
        deals,
        deal,
        status="approved",
        decided_at=tx.now,
        decided_by=by,
        decision_reason=reason,
        decision_trace=[*deal["decision_trace"], *trace],
        protected_from=since,
        **protection.mirrored(claim),
        approved_amount=deal["amount"],
        approved_currency=deal["currency"],
        **NOT_RETURNED,
        **NOT_AWAITED,
        **await begin(tx, deal),
    )
    await supersede_cases(tx, deal["id"], approved=True)
    await end_round(tx, deal)
    await announce_approval(tx, approved, automatic=by == BY_POLICY)
    return approved


async def reject(tx: Tx, *, deal_id: str, reason: str | None, version: int | None, caller: Caller) -> Row:
    """Reject a registration; the same facts cannot be submitted again."""
    vendor_only(caller)
    deal = await tx.lock_for(deals, deal_id, action="reject", lifecycle=LIFECYCLE, version=version)
    return await reject_held(tx, deal, reason=reason, by=caller.account_id)


async def reject_held(tx: Tx, deal: Record, *, reason: str | None, by: str) -> Row:
    """Reject a deal whose row is held; one that had expired before it came back is expired as it was."""
    row = await _ended(tx, deal, status=_unless_expired(tx, deal, "rejected"), reason=reason, by=by)
    event = RegistrationRejected(deal_id=row["id"], partner_id=row["partner_id"], reason=reason or UNSPECIFIED)
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def revoke(tx: Tx, *, deal_id: str, reason: str, version: int | None, caller: Caller) -> Row:
    """Take an approval back; its protection ends at once."""
    vendor_only(caller)
    deal = await tx.lock_for(deals, deal_id, action="revoke", lifecycle=LIFECYCLE, version=version)
    row = await _ended(tx, deal, status="revoked", reason=reason, by=tx.caller.account_id)
    event = RegistrationRevoked(deal_id=row["id"], partner_id=row["partner_id"], reason=reason)
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def withdraw(tx: Tx, *, deal_id: str, reason: str | None, version: int | None) -> Row:
    """Take a registration back; it stays on record and claims nothing any more. To a partner's budget it is a check."""
    deal = await tx.lock_for(deals, deal_id, action="withdraw", lifecycle=LIFECYCLE, version=version)
    withdrawn = await withdraw_held(tx, deal, reason=reason, by=tx.caller.account_id)
    if deal["conflict_class"] is not None:
        await spend_on(tx, deal)
    return withdrawn


async def withdraw_held(tx: Tx, deal: Record, *, reason: str | None, by: str, duplicate_of: str | None = None) -> Row:
    """Take a deal back whose row is held, in favour of another where it is a duplicate of that; one that had expired is so again."""
    status = _unless_expired(tx, deal, "withdrawn")
    row = await _ended(tx, deal, status=status, reason=reason, by=by, duplicate_of=duplicate_of)
    tx.emit(
        RegistrationWithdrawn(deal_id=row["id"], partner_id=row["partner_id"]),
        subject=row,
        audience=[row["partner_id"]],
    )
    return row


async def return_for_correction(
    tx: Tx, *, deal_id: str, reason: str | None, version: int | None, caller: Caller
) -> Row:
    """Hand a registration back to its partner; resubmitted within 5 business days it keeps its priority."""
    vendor_only(caller)
    deal = await tx.lock_for(deals, deal_id, action="return", lifecycle=LIFECYCLE, version=version)
    return await return_held(tx, deal, reason=reason)


async def return_held(tx: Tx, deal: Record, *, reason: str | None) -> Row:
    """Return a deal whose row is held. What protects it already goes on, its clock running: the partner is to act now."""
    await supersede_cases(tx, deal["id"])
    await end_round(tx, deal)
    running = await _running(tx, deal)
    back = await returned(tx, deal)
    row = await tx.update(deals, deal, status="returned", decision_reason=reason, **back, **NOT_AWAITED, **running)
    event = RegistrationReturned(deal_id=row["id"], partner_id=row["partner_id"], reason=reason or UNSPECIFIED)
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def take_back(tx: Tx, deal: Record, *, why: str) -> Row:
    """Give a deal that cannot be approved in steps back to the deal desk, which decides then, and sees why in its trace."""
    await end_round(tx, deal)
    trace = [*deal["decision_trace"], entry("approval_deadline", "refused", reasons=[why])]
    terms = (await policy_of_version(tx, deal["policy_version"])).review
    waiting = await awaited(tx, deal["id"], terms=terms)
    back = await tx.update(deals, deal, status="in_review", approval_steps=0, decision_trace=trace, **waiting)
    event = RegistrationHandedBack(deal_id=back["id"], partner_id=back["partner_id"])
    tx.emit(event, subject=back, audience=[back["partner_id"]])
    return back


async def require_within_limits(tx: Tx, deal: Row, policy: ApprovalPolicy, *, caller: Caller) -> None:
    """Raise BeyondApprovalLimit where a deal is for more than the caller's roles approve."""
    if not await _is_within_limits(tx, deal, policy, caller=caller):
        raise BeyondApprovalLimit()


async def _is_within_limits(tx: Tx, deal: Row, policy: ApprovalPolicy, *, caller: Caller) -> bool:
    if not policy.approver_limits:
        return True
    member = (await staff_of(tx, accounts=[caller.answerable_id])).members.get(caller.answerable_id)
    roles = member.roles if member else ()
    return is_within_limit(roles, policy.approver_limits, amount=deal["amount"], currency=deal["currency"])


async def _ended(tx: Tx, deal: Record, *, status: str, reason: str | None, by: str, **facts: Any) -> Row:
    await supersede_cases(tx, deal["id"])
    await protection.end(tx, deal_id=deal["id"])
    await end_round(tx, deal)
    await tx.forget(protection.TIMER, subject=deal["id"])
    return await tx.update(
        deals,
        deal,
        status=status,
        decided_at=tx.now,
        decided_by=by,
        decision_reason=reason,
        **NOT_AWAITED,
        protected_until=min(ends_at(deal) or tx.now, tx.now) if deal["protected_from"] is not None else None,
        lapses_at=None,
        **facts,
    )


def _unless_expired(tx: Tx, deal: Row, status: str) -> str:
    return "expired" if has_ended(deal, at=tx.now) else status


async def end_round(tx: Tx, deal: Row) -> None:
    """End the round of approval that a deal is in, if it is in one: nobody is asked about it any more."""
    if deal["status"] == "pending_approval":
        async with tx.as_engine("a deal that is decided, or taken back, is nobody's to approve any more"):
            await finish(tx, deal)


async def _running(tx: Tx, deal: Row) -> dict[str, Any]:
    claim = await protection.held_claim_if_any(tx, deal["id"]) if deal["protected_from"] is not None else None
    return protection.mirrored(await let_run(tx, claim)) if claim is not None and claim["status"] == "active" else {}
