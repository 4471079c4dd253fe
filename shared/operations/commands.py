"""Starting an operation in the transaction of a request, and asking for its end."""

from collections.abc import Mapping
from typing import Any

from shared import clock
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.operations.callers import Starter
from shared.operations.lifecycle import LIFECYCLE
from shared.operations.problems import CannotBeCancelled
from shared.operations.tables import NOUN
from shared.values.spread_nouns import prefix_of

_STOP_WAITING = """
UPDATE operation_runs SET due_at = $3 WHERE tenant_id = $1 AND operation_id = $2 AND holder IS NULL
"""


async def begin(
    tx: Tx,
    *,
    kind: str,
    arguments: Mapping[str, Any] | None = None,
    total: int | None = None,
    unit: str | None = None,
    cancellable: bool = True,
) -> Record:
    """Start an operation that runs when this transaction has committed, with the caller's rights; returns its row.

    `kind` is one that the service's `work` names; `arguments` are what its steps need, JSON that nobody is shown.
    """
    if tx.sees_tenant and tx.caller.kind != "internal":
        # Its steps would see what the caller does not.
        raise RuntimeError("an operation is begun in the caller's own view")
    tables, caller = tx.database.tables.operations, tx.caller
    row = await tx.insert(
        tables.shown,
        id=tx.new_id(prefix_of(NOUN, tx.database.service)),
        whose=caller.partner_id or caller.account_id,
        kind=kind,
        status=LIFECYCLE.initial[0],
        done=0,
        total=total,
        unit=unit,
        counts={},
        result=None,
        problem=None,
        partner_id=caller.partner_id,
        created_by=caller.account_id,
        cancelled_by=None,
        cancellable=cancellable,
        started_at=None,
        finished_at=None,
    )
    await tx.add(
        tables.runs,
        operation_id=row["id"],
        kind=kind,
        caller=Starter(caller, tx.viewer, tx.own).document(),
        request_id=tx.request_id,
        arguments=dict(arguments or {}),
        checkpoint=None,
        # Leases go by the wall clock, whatever the tenant's own clock says.
        due_at=clock.now(),
        holder=None,
        fence=0,
        attempts=0,
        error=None,
    )
    _wake_after(tx)
    return row


async def cancel(tx: Tx, operation_id: str, *, version: int | None) -> Record:
    """Ask for the end of an operation: no further step begins; raises InvalidTransition, CannotBeCancelled."""
    table = tx.database.tables.operations.shown
    row = await tx.lock_for(table, operation_id, action="cancel", lifecycle=LIFECYCLE, version=version)
    if not row["cancellable"]:
        raise CannotBeCancelled()
    row = await tx.update(table, row, status="cancelling", cancelled_by=tx.caller.account_id)
    await tx.connection.execute(_STOP_WAITING, tx.tenant_id, operation_id, clock.now())
    _wake_after(tx)
    return row


def _wake_after(tx: Tx) -> None:
    async def wake() -> None:
        tx.database.work.set()

    tx.after_commit(wake)
