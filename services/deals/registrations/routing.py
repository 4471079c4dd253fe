"""Leading a registration to those who approve it."""

from collections.abc import Sequence
from typing import Any

from services.deals.approval.queries import last_facts, policy_of_version
from services.deals.approval.rules import FACTS, ApprovalPolicy
from services.deals.approval.steps import NoApprovalSteps, Step, applying
from services.deals.approval_tasks import opening
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.offering import is_tendered
from services.deals.registrations.tables import deals
from services.deals.registrations.trace import entry
from services.deals.reviews.rules import NOT_AWAITED
from services.deals.screening.commands import require_decided
from services.deals.tenders.rules import DecidedByTender
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.approvals import RegistrationRouted


async def route(tx: Tx, *, deal_id: str, version: int | None, caller: Caller) -> Row:
    """Ask those whom the policy names to approve.

    Raises DecidedByTender, ConflictUndecided while a case of the deal is open and ConflictUpheld once it went against it, and
    NoApprovalSteps where the policy names nobody for this deal.
    """
    vendor_only(caller)
    deal = await tx.lock_for(deals, deal_id, action="route", lifecycle=LIFECYCLE, version=version)
    if is_tendered(deal):
        raise DecidedByTender()
    await require_decided(tx, deal_id)
    async with tx.as_engine("who approves is found out for the whole tenant"):
        policy = await policy_of_version(tx, deal["policy_version"])
        steps = await steps_of(tx, deal, policy)
        if not steps:
            raise NoApprovalSteps()
        return await routed(tx, deal, steps=steps, policy=policy)


async def steps_of(tx: Tx, deal: Row, policy: ApprovalPolicy) -> tuple[Step, ...]:
    """Return the steps that a deal has to go through by the facts it was judged by."""
    if not policy.steps:
        return ()
    return applying(policy.steps, await last_facts(tx, deal["id"]) or {}, facts=FACTS)


async def routed(tx: Tx, deal: Row, *, steps: Sequence[Step], policy: ApprovalPolicy, **recorded: Any) -> Row:
    """Open the first of the steps for a deal whose row is held, and store what else is recorded. For the engine role."""
    trace = [
        *recorded.pop("decision_trace", deal["decision_trace"]),
        entry("approval_steps", "asked", reasons=[each.code for each in steps]),
    ]
    row = await tx.update(deals, deal, status="pending_approval", decision_trace=trace, **NOT_AWAITED, **recorded)
    event = RegistrationRouted(deal_id=row["id"], partner_id=row["partner_id"])
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    await opening.begin(tx, row, steps=steps, policy_version=policy.policy.version, limits=policy.approver_limits)
    return row
