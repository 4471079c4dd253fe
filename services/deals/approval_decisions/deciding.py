"""Answering tasks, and what the answers come to for the deal.

Every answer holds the deal's row first: of two that come at once the second finds its task as the first has left it.
"""

from dataclasses import replace
from typing import Final

from services.deals.approval import people
from services.deals.approval.queries import policy_of_version
from services.deals.approval.steps import OPEN, NotAsked, adds
from services.deals.approval_tasks import opening
from services.deals.approval_tasks.queries import Round, last_round, tasks_of, was_delegated
from services.deals.approval_tasks.tables import TASK_LIFECYCLE, approval_tasks
from services.deals.registrations import decisions
from services.deals.registrations.tables import deals
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Fault, FourEyes, Invalid
from shared.events.catalog.approvals import ApprovalDecided, ApprovalDelegated

_STATUS: Final = {"approve": "approved", "reject": "rejected", "return": "returned"}


async def decide(tx: Tx, *, task_id: str, action: str, reason: str | None, version: int | None, caller: Caller) -> Row:
    """Answer a task with approve, reject or return; the last answer that is needed decides the deal, in the same step.

    Raises NotAsked, FourEyes for whoever had a hand in the deal, BeyondApprovalLimit; and what approving a deal raises.
    """
    deal, task = await _held(tx, task_id, action=action, version=version, caller=caller)
    async with tx.as_engine("an answer is weighed with those of others, and decides a deal of any partner"):
        current = await _current(tx, task, caller=caller)
        if action == "approve":
            policy = await policy_of_version(tx, current.policy_version)
            await decisions.require_within_limits(tx, deal, policy, caller=caller)
        status = _STATUS[action]
        told = await tx.update(approval_tasks, task, status=status, reason=reason, decided_at=tx.now)
        event = ApprovalDecided(
            approval_task_id=told["id"],
            deal_id=deal["id"],
            partner_id=deal["partner_id"],
            step=told["step"],
            account_id=told["account_id"],
            decision=status,
        )
        tx.emit(event, subject=told)
        await _close_idle(tx, current)
        await _follow(tx, deal, current, returned=action == "return", reason=reason, caller=caller)
    return told


async def delegate(
    tx: Tx, *, task_id: str, account_id: str, reason: str | None, version: int | None, caller: Caller
) -> Row:
    """Give a task to another member of the staff who may answer it; it shows from whom it came.

    Raises NotAsked, and Invalid for somebody who may not answer, or has given the task on before.
    """
    deal, task = await _held(tx, task_id, action="delegate", version=version, caller=caller)
    async with tx.as_engine("a task is given to somebody whom the caller may not see"):
        current = await _current(tx, task, caller=caller)
        await _require_heir(tx, deal, current, task, account_id)
        givers = [*task["delegates"], task["account_id"]]
        given = await tx.update(
            approval_tasks,
            task,
            account_id=account_id,
            delegated_from=task["account_id"],
            delegates=givers,
            reason=reason,
        )
        event = ApprovalDelegated(
            approval_task_id=given["id"],
            deal_id=deal["id"],
            partner_id=deal["partner_id"],
            step=given["step"],
            from_account_id=task["account_id"],
            to_account_id=account_id,
        )
        tx.emit(event, subject=given)
    return given


async def step_approved(tx: Tx, deal: Record, current: Round, *, reason: str | None, by: str, how: str) -> Row:
    """Lead a deal on from a step that is approved: to the next one, or to its approval. For the engine role."""
    await opening.supersede(tx, await tasks_of(tx, current))
    policy = await policy_of_version(tx, current.policy_version)
    if current.place + 1 < len(current.steps):
        await opening.enter(tx, deal, replace(current, place=current.place + 1), limits=policy.approver_limits)
        return deal
    delegated = ["delegated"] if await was_delegated(tx, current) else []
    return await decisions.approve_held(tx, deal, reason=reason, by=by, how=how, why=delegated)


async def _held(tx: Tx, task_id: str, *, action: str, version: int | None, caller: Caller) -> tuple[Record, Record]:
    vendor_only(caller)
    seen = await tx.fetch(approval_tasks, task_id)
    # In the caller's view: whoever reaches assigned partners answers for no other.
    deal = await tx.lock(deals, seen["deal_id"])
    return deal, await tx.lock_for(approval_tasks, task_id, action=action, lifecycle=TASK_LIFECYCLE, version=version)


async def _current(tx: Tx, task: Row, *, caller: Caller) -> Round:
    current = await last_round(tx, task["deal_id"])
    assert current is not None, task["id"]
    if caller.answerable_id in current.barred:
        raise FourEyes()
    if task["account_id"] != caller.answerable_id:
        raise NotAsked()
    return current


async def _require_heir(tx: Tx, deal: Row, current: Round, task: Row, account_id: str) -> None:
    at = "/account_id"
    if account_id == task["account_id"] or account_id in task["delegates"]:
        raise Invalid(errors=[Fault(at, "delegation_cycle", "The task has been with this account already.")])
    if account_id in current.barred:
        raise Invalid(errors=[Fault(at, "four_eyes", "Whoever had a hand in the deal does not decide about it.")])
    member = (await people.staff_of(tx, accounts=[account_id])).members.get(account_id)
    if member is None:
        raise Invalid(errors=[Fault(at, "unknown_account", "There is no such member of the vendor's staff.")])
    if not await people.able(tx, [member], partner_id=deal["partner_id"]):
        raise Invalid(errors=[Fault(at, "cannot_approve", "The roles of this account do not let it answer.")])
    asked = [each for each in await tasks_of(tx, current) if each["account_id"] == account_id]
    if any(each["status"] != "superseded" for each in asked):
        raise Invalid(errors=[Fault(at, "asked_already", "This account is asked in this step already.")])


async def _close_idle(tx: Tx, current: Round) -> None:
    """Close the tasks of those whose answer would speak for nobody any more: others have answered in their place."""
    rows = await tasks_of(tx, current)
    answered = opening.hats_of(rows, "approved", "rejected")
    idle = [each for each in rows if each["status"] == OPEN and not adds(each["places"], answered)]
    await opening.supersede(tx, idle)


async def _follow(tx: Tx, deal: Record, current: Round, *, returned: bool, reason: str | None, caller: Caller) -> None:
    if returned:
        await decisions.return_held(tx, deal, reason=reason)
        return
    rows = await tasks_of(tx, current)
    approved, rejected = opening.hats_of(rows, "approved"), opening.hats_of(rows, "rejected")
    match current.step.standing(approved=approved, rejected=rejected):
        case "approved":
            await step_approved(tx, deal, current, reason=reason, by=caller.account_id, how="approved")
        case "rejected":
            await decisions.reject_held(tx, deal, reason=reason, by=caller.account_id)
        case _:
            asked = {place for each in rows if each["status"] == OPEN for place in each["places"]}
            coming = [place for place in current.step.turns([*approved, *rejected]) if place not in asked]
            policy = await policy_of_version(tx, current.policy_version)
            await opening.ask(tx, deal, current, coming, limits=policy.approver_limits)
