"""Giving a delegate the tasks that are open when its giver goes away."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Text, bindparam, select

from services.deals.approval.queries import policy_of_version
from services.deals.approval.steps import OPEN
from services.deals.approval_delegations.commands import BEGINS
from services.deals.approval_delegations.lifecycle import STANDING
from services.deals.approval_delegations.tables import approval_delegations
from services.deals.approval_tasks import opening
from services.deals.approval_tasks.queries import last_round
from services.deals.approval_tasks.tables import approval_tasks
from services.deals.registrations.tables import deals
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.events.catalog.approvals import ApprovalDelegationStarted

_AT_ONCE: Final = 50
_T = approval_tasks.c
_OPEN = Statement(
    select(_T.id, _T.deal_id)
    .where(
        _T.tenant_id == TENANT,
        _T.account_id == bindparam("account"),
        _T.status == OPEN,
        _T.id > bindparam("after", type_=Text(collation="C")),
    )
    .order_by(_T.id)
    .limit(_AT_ONCE)
)


async def begin(tx: Tx, delegation_id: str, arguments: Mapping[str, Any]) -> None:
    """Give the delegate what is open for its giver, some at a time; as the engine, from a timer."""
    row = await tx.lock(approval_delegations, delegation_id)
    if row["status"] not in STANDING or row["ends_at"] <= tx.now:
        return
    if row["status"] == "scheduled":
        row = await tx.update(approval_delegations, row, status="active")
        event = ApprovalDelegationStarted(
            delegation_id=row["id"],
            from_account_id=row["from_account_id"],
            to_account_id=row["to_account_id"],
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
        )
        tx.emit(event, subject=row)
    last = await _hand_over(tx, giver=row["from_account_id"], after=arguments.get("after", ""))
    if last is not None:
        await tx.remind(BEGINS, subject=delegation_id, at=tx.now, after=last)


async def _hand_over(tx: Tx, *, giver: str, after: str) -> str | None:
    """Give on the next open tasks of an account, each to whoever answers for it in that deal, where anybody may.

    Returns the last that was looked at, None when there are no more. For the engine role.
    """
    found = await tx.all(_OPEN, account=giver, after=after)
    for each in found:
        deal = await tx.lock(deals, each["deal_id"])
        task = await tx.lock(approval_tasks, each["id"])
        if task["status"] == OPEN and task["account_id"] == giver:
            await _give(tx, deal, task)
    return str(found[-1]["id"]) if len(found) == _AT_ONCE else None


async def _give(tx: Tx, deal: Record, task: Record) -> None:
    current = await last_round(tx, deal["id"])
    if current is None or current.ended_at is not None or current.step.code != task["step"]:
        return
    policy = await policy_of_version(tx, current.policy_version)
    way = await opening.way_from(tx, deal, current, task, limits=policy.approver_limits)
    if len(way) > 1:
        await opening.give(tx, deal, task, way=way)
