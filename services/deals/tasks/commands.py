"""Entering tasks, doing them, and noticing that one is late."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from services.deals.registrations.tables import deals
from services.deals.tasks.schemas import DealTaskIn, DealTaskPatch
from services.deals.tasks.tables import LIFECYCLE, deal_tasks
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import Fault, Invalid, Unavailable
from shared.events.catalog.registrations import DealTaskAssigned, DealTaskEnded, DealTaskOverdue

OVERDUE: Final = "deal_task_overdue"


async def enter(tx: Tx, body: DealTaskIn, *, caller: Caller) -> Row:
    """Enter a task about a deal; raises NotFound for the deal, Invalid for a member of the staff that there is not."""
    vendor_only(caller)
    deal = await tx.fetch(deals, body.deal_id)
    assignee = body.assignee_id or caller.account_id
    if assignee != caller.account_id:
        await _require_staff(tx, assignee)
    task = await tx.insert(
        deal_tasks,
        id=body.id or tx.new_id("dtask"),
        deal_id=body.deal_id,
        partner_id=deal["partner_id"],
        title=body.title,
        assignee_id=assignee,
        due_on=body.due_on,
        status="open",
        created_by=caller.account_id,
    )
    await tx.remind(OVERDUE, subject=task["id"], at=_end_of(body.due_on))
    tx.emit(DealTaskAssigned(deal_id=body.deal_id, assignee_id=assignee), subject=task)
    return task


async def change(tx: Tx, body: DealTaskPatch, *, task_id: str, version: int | None, caller: Caller) -> Row:
    """Change a task that is open; a later day makes an overdue one due again."""
    vendor_only(caller)
    task = await tx.lock(deal_tasks, task_id)
    changes = body.changes()
    LIFECYCLE.require_editable(task["status"], changes)
    require_version(task, version)
    assignee: str = str(changes["assignee_id"]) if "assignee_id" in changes else task["assignee_id"]
    if assignee not in (task["assignee_id"], caller.account_id):
        await _require_staff(tx, assignee)
    if "due_on" in changes:
        until = _end_of(changes["due_on"])
        changes["overdue_at"] = task["overdue_at"] if until <= tx.now else None
        await tx.remind(OVERDUE, subject=task_id, at=until)
    changed = await tx.update(deal_tasks, task, **changes)
    if assignee != task["assignee_id"]:
        tx.emit(DealTaskAssigned(deal_id=task["deal_id"], assignee_id=assignee), subject=changed)
    return changed


async def end(tx: Tx, *, task_id: str, action: str, version: int | None, caller: Caller) -> Row:
    """Mark a task as done, or as not needed any more."""
    vendor_only(caller)
    task = await tx.lock_for(deal_tasks, task_id, action=action, lifecycle=LIFECYCLE, version=version)
    status = "done" if action == "complete" else "cancelled"
    ended = await tx.update(deal_tasks, task, status=status, ended_by=caller.account_id, ended_at=tx.now)
    await tx.forget(OVERDUE, subject=task_id)
    tx.emit(DealTaskEnded(deal_id=task["deal_id"], assignee_id=task["assignee_id"]), subject=ended)
    return ended


async def notice_overdue(tx: Tx, task_id: str, _: Mapping[str, Any]) -> None:
    """Say that a task should have been done; the day decided it, however late this runs."""
    task = await tx.lock(deal_tasks, task_id)
    since = _end_of(task["due_on"])
    if task["status"] != "open" or task["overdue_at"] is not None or since > tx.now:
        return
    late = await tx.update(deal_tasks, task, overdue_at=since)
    tx.emit(DealTaskOverdue(deal_id=task["deal_id"], assignee_id=task["assignee_id"]), subject=late)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC) + timedelta(days=1)


async def _require_staff(tx: Tx, account_id: str) -> None:
    query = urlencode({"tenant": tx.tenant_id, "id": account_id})
    answer = await tx.database.peers["gateway"].get("/internal/accounts", query=query)
    if answer.status not in (200, 404):
        raise Unavailable("The account cannot be looked up right now.")
    found = answer.json()["data"] if answer.status == 200 else {"kind": None, "status": None}
    if found["kind"] != "vendor" or found["status"] == "deactivated":
        fault = Fault("/assignee_id", "unknown_account", "There is no such member of the vendor's staff.")
        raise Invalid(errors=[fault])
