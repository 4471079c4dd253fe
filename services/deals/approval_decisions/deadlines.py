"""What happens when nobody answers in time: those asked are reminded, then others are asked, or the policy approves."""

from collections.abc import Mapping
from typing import Any

from services.deals.approval.queries import last_facts, policy_of_version
from services.deals.approval.steps import OPEN
from services.deals.approval_decisions.deciding import step_approved
from services.deals.approval_tasks import opening
from services.deals.approval_tasks.queries import Round, last_round, tasks_of
from services.deals.registrations import decisions
from services.deals.registrations.rules import reasons_for_a_person
from services.deals.registrations.tables import deals
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import Conflict
from shared.events.catalog.approvals import ApprovalEscalated, ApprovalReminded


async def remind(tx: Tx, deal_id: str, _: Mapping[str, Any]) -> None:
    """Remind those who are asked and have not answered."""
    deal = await tx.lock(deals, deal_id)
    current = await _open_round(tx, deal)
    if current is None:
        return
    event = ApprovalReminded(
        deal_id=deal_id,
        partner_id=deal["partner_id"],
        step=current.step.code,
        account_ids=await _asked(tx, current),
        due_at=current.due_at,
    )
    tx.emit(event, subject=deal)


async def breach(tx: Tx, deal_id: str, _: Mapping[str, Any]) -> None:
    """Approve the step where its policy says so and no person has to, and otherwise ask those it escalates to as well."""
    deal = await tx.lock(deals, deal_id)
    current = await _open_round(tx, deal)
    if current is None or current.escalated_at is not None:
        return
    if current.due_at > tx.now:
        await tx.remind(opening.BREACHES, subject=deal_id, at=current.due_at)
        return
    if current.step.approve_on_breach and not reasons_for_a_person(await last_facts(tx, deal_id) or {}):
        try:
            async with tx.savepoint():
                await step_approved(tx, deal, current, reason=None, by="policy", how="approved_on_breach")
        except Conflict as refusal:
            # What stands in the way of an approval is for a person to look at.
            await decisions.take_back(tx, deal, why=refusal.code)
        return
    policy = await policy_of_version(tx, current.policy_version)
    if not await opening.escalate(tx, deal, current, limits=policy.approver_limits) and not await _asked(tx, current):
        await decisions.take_back(tx, deal, why="nobody_asked")
        return
    event = ApprovalEscalated(
        deal_id=deal_id,
        partner_id=deal["partner_id"],
        step=current.step.code,
        role=current.step.escalate_to,
        account_ids=await _asked(tx, current),
    )
    tx.emit(event, subject=deal)


async def _open_round(tx: Tx, deal: Record) -> Round | None:
    """Return the round that a deal is in, None when it has been decided meanwhile."""
    current = await last_round(tx, deal["id"])
    is_open = current is not None and current.ended_at is None and deal["status"] == "pending_approval"
    return current if is_open else None


async def _asked(tx: Tx, current: Round) -> list[str]:
    return sorted({task["account_id"] for task in await tasks_of(tx, current) if task["status"] == OPEN})
