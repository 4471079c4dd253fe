"""The noun `deals`."""

from services.deals.approval.steps import ApprovalInSteps, BeyondApprovalLimit, NoApprovalSteps
from services.deals.customers.commands import CustomerNotIdentified
from services.deals.directory.rules import PartnerNotActive
from services.deals.protection.rules import CustomerAlreadyProtected, ProtectionEnded
from services.deals.registrations import appeals, commands, decisions, outcomes, routing, submission
from services.deals.registrations.admission import (
    CoolingOff,
    DuplicateRegistration,
    RegistrationQuotaReached,
    TenderClosed,
    UnchangedAfterRejection,
)
from services.deals.registrations.queries import DEALS
from services.deals.registrations.rules import AmountNotApproved, AppealedAlready, AppealTooLate, ReopenWindowClosed
from services.deals.registrations.schemas import DealIn, DealOut, DealPatch, LossIn, WinIn
from services.deals.screening.days import ConflictCheckBudget
from services.deals.screening.rules import ConflictUndecided, ConflictUpheld
from services.deals.tenders.rules import DecidedByTender
from shared.db.resource import Row
from shared.errors import AlreadyExists, FourEyes
from shared.extensions.references import ExternalReferenceTaken, reference
from shared.values.money import Money
from shared.web.models import Code, ReasonIn, RequiredReasonIn, Short
from shared.web.params import Conditions, Principal, Tx, Version
from shared.web.router import Router

router = Router("deals")
router.lists(DEALS, DealOut, summary="Deals the caller may see, newest first.")
router.reads(DEALS, DealOut, summary="One deal.")


@router.post(
    permission="deals:write", returns=DEALS, out=DealOut, status=201, problems=[AlreadyExists, ExternalReferenceTaken]
)
async def create_deal(body: DealIn, tx: Tx, caller: Principal) -> Row:
    """Draft a deal. Nothing is claimed before it is submitted."""
    return await commands.register(tx, body, caller=caller)


@router.put(
    "/by-external-reference/{system}/{type}/{id}",
    permission="deals:write",
    returns=DEALS,
    out=DealOut,
    status=201,
    also={200: "The deal that has this reference, brought up to date."},
    problems=[ExternalReferenceTaken],
)
async def put_deal_by_external_reference(
    system: Code, type: Code, id: Short, body: DealIn, tx: Tx, caller: Principal, condition: Conditions
) -> Row:
    """Register the deal that the caller's side knows by this reference, or change what has changed; safe to repeat."""
    return await commands.put(tx, body, reference(system, type, id), condition=condition, caller=caller)


@router.patch(
    permission="deals:write",
    returns=DEALS,
    out=DealOut,
    problems=[
        *(ExternalReferenceTaken, PartnerNotActive, DuplicateRegistration),
        *(UnchangedAfterRejection, CustomerNotIdentified, ConflictCheckBudget),
    ],
)
async def change_deal(id: str, body: DealPatch, tx: Tx, version: Version) -> Row:
    """Change what a deal says; `editable_fields` tells what its status lets be changed.

    Once it is approved, another customer or product is screened again, and an amount more than 25 % from the approved
    one is approved again: the deal comes back with what that has come to.
    """
    return await commands.change(tx, body, deal_id=id, version=version)


@router.post(
    "/{id}/submit",
    permission="deals:write",
    returns=DEALS,
    out=DealOut,
    problems=[
        PartnerNotActive,
        DuplicateRegistration,
        UnchangedAfterRejection,
        CoolingOff,
        RegistrationQuotaReached,
        TenderClosed,
        CustomerNotIdentified,
        ConflictCheckBudget,
    ],
)
async def submit_deal(id: str, tx: Tx, version: Version) -> Row:
    """Submit a deal for registration: it comes back approved, in_review or rejected, with the trace of the decision."""
    return await submission.submit(tx, deal_id=id, version=version)


@router.post(
    "/{id}/route",
    permission="deals:approve",
    returns=DEALS,
    out=DealOut,
    problems=[NoApprovalSteps, ConflictUndecided, ConflictUpheld, DecidedByTender],
)
async def route_deal(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Ask those whom the policy names to approve a registration that is in review."""
    return await routing.route(tx, deal_id=id, version=version, caller=caller)


@router.post("/{id}/withdraw", permission="deals:write", returns=DEALS, out=DealOut)
async def withdraw_deal(id: str, tx: Tx, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Take a registration back before it is decided."""
    return await decisions.withdraw(tx, deal_id=id, reason=body.reason, version=version)


@router.post("/{id}/return", permission="deals:approve", returns=DEALS, out=DealOut)
async def return_deal(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Return a registration for correction; resubmitted within 5 business days it keeps its priority."""
    return await decisions.return_for_correction(tx, deal_id=id, reason=body.reason, version=version, caller=caller)


@router.post(
    "/{id}/approve",
    permission="deals:approve",
    returns=DEALS,
    out=DealOut,
    problems=[
        *(CustomerAlreadyProtected, ConflictUpheld, PartnerNotActive),
        *(ApprovalInSteps, BeyondApprovalLimit, DecidedByTender, FourEyes),
    ],
)
async def approve_deal(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Approve a registration and protect its customer in one step."""
    return await decisions.approve(tx, deal_id=id, reason=body.reason, version=version, caller=caller)


@router.post("/{id}/reject", permission="deals:approve", returns=DEALS, out=DealOut)
async def reject_deal(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Reject a registration."""
    return await decisions.reject(tx, deal_id=id, reason=body.reason, version=version, caller=caller)


@router.post(
    "/{id}/appeal",
    permission="deals:write",
    returns=DEALS,
    out=DealOut,
    problems=[AppealedAlready, AppealTooLate, DecidedByTender, DuplicateRegistration, PartnerNotActive],
)
async def appeal_deal(id: str, tx: Tx, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Ask to look at a rejected registration again: once, within 10 days, with the priority it had."""
    return await appeals.appeal(tx, deal_id=id, reason=body.reason, version=version)


@router.post("/{id}/revoke", permission="deals:approve", returns=DEALS, out=DealOut)
async def revoke_deal(id: str, body: RequiredReasonIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Take an approval back; the customer is free at once."""
    return await decisions.revoke(tx, deal_id=id, reason=body.reason, version=version, caller=caller)


@router.post(
    "/{id}/win", permission="deals:write", returns=DEALS, out=DealOut, problems=[AmountNotApproved, ProtectionEnded]
)
async def win_deal(id: str, body: WinIn, tx: Tx, version: Version) -> Row:
    """Report a sale closed within the protection, up to 90 days after its end."""
    net = Money(body.amount.amount, body.amount.currency)
    return await outcomes.win(
        tx, deal_id=id, net=net, closed_on=body.closed_on, reason_code=body.reason_code, version=version
    )


@router.post("/{id}/lose", permission="deals:write", returns=DEALS, out=DealOut)
async def lose_deal(id: str, tx: Tx, version: Version, body: LossIn = LossIn()) -> Row:
    """Report that nothing came of a deal; its customer is free for others."""
    return await outcomes.lose(tx, deal_id=id, reason=body.reason, reason_code=body.reason_code, version=version)


@router.post(
    "/{id}/reopen",
    permission="deals:write",
    returns=DEALS,
    out=DealOut,
    problems=[
        *(CustomerAlreadyProtected, DecidedByTender, ProtectionEnded, ReopenWindowClosed),
        *(DuplicateRegistration, PartnerNotActive, RegistrationQuotaReached),
    ],
)
async def reopen_deal(id: str, tx: Tx, version: Version) -> Row:
    """Bring a lost deal back within 30 days, for what is left of its protection."""
    return await outcomes.reopen(tx, deal_id=id, version=version)
