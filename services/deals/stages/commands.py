"""What is kept of a deal's way through the stages: its moves with how long they took, and what was planned before."""

from datetime import datetime
from typing import Any, Final

from services.deals.pipelines.queries import pipeline_of_deal
from services.deals.pipelines.rules import LOST
from services.deals.stages.tables import plan_changes, stage_moves
from shared.db.resource import Row
from shared.db.tx import Tx

OVERDUE: Final = "stage_overdue"
_PLANNED: Final = ("expected_close_on", "next_step", "amount")


async def begin(tx: Tx, deal: Row) -> dict[str, Any]:
    """Let the clock run of the stage that an approved deal begins or goes on in; return what its row then says of it.

    One that was approved before has been in its stage all the while that it was decided again.
    """
    entered = deal["stage_entered_at"] or tx.now
    stage = (await pipeline_of_deal(tx, deal)).stage(deal["stage"])
    due = stage.due(entered) if stage is not None else None
    overdue = deal["stage_overdue_at"] if due is not None else None
    if due is not None and overdue is None:
        await tx.remind(OVERDUE, subject=deal["id"], at=due)
    return {"stage_entered_at": entered, "stage_due_at": due, "stage_overdue_at": overdue}


async def begin_again(tx: Tx, deal: Row) -> dict[str, Any]:
    """Let the clock run anew of the stage that a deal comes back to from its end; return what its row then says of it."""
    return await begin(tx, {**deal, "stage_entered_at": None, "stage_overdue_at": None})


async def end(tx: Tx, before: Row, after: Row, *, to: str, reason: str | None) -> None:
    """Keep how a deal ended, and stop the clock of its stage."""
    await tx.forget(OVERDUE, subject=after["id"])
    await keep(tx, before, after, to=to, direction="ended", reason=reason)


async def resume(tx: Tx, before: Row, after: Row) -> None:
    """Keep that a lost deal goes on in the stage it was in."""
    await _store(
        tx,
        after,
        from_stage=LOST,
        to_stage=after["stage"],
        entered_at=before["lost_at"],
        seconds_in_stage=_seconds(before["lost_at"], tx.now),
        direction="reopened",
        reason=None,
    )


async def keep_plan(tx: Tx, before: Row, after: Row) -> None:
    """Keep what was planned for an approved deal until now, where its close date, next step or amount has changed."""
    if before["status"] != "approved" or all(before[name] == after[name] for name in _PLANNED):
        return
    await tx.insert(
        plan_changes,
        id=tx.new_id("plc"),
        deal_id=after["id"],
        partner_id=after["partner_id"],
        currency=after["currency"] or before["currency"],
        changed_by=tx.caller.account_id,
        **{f"old_{name}": before[name] for name in _PLANNED},
        **{f"new_{name}": after[name] for name in _PLANNED},
    )


def entered_at(deal: Row) -> datetime:
    """Return since when an approved deal has been in its stage: its last move, or its approval."""
    entered: datetime = deal["stage_entered_at"] or deal["decided_at"] or deal["created_at"]
    return entered


async def keep(tx: Tx, before: Row, after: Row, *, to: str, direction: str, reason: str | None) -> None:
    """Keep a move of a deal, with how long it was where it came from."""
    since = entered_at(before)
    entry = {
        "from_stage": before["stage"],
        "to_stage": to,
        "entered_at": since,
        "seconds_in_stage": _seconds(since, tx.now),
    }
    await _store(tx, after, direction=direction, reason=reason, **entry)


async def _store(tx: Tx, deal: Row, **entry: Any) -> None:
    await tx.insert(
        stage_moves,
        id=tx.new_id("mov"),
        deal_id=deal["id"],
        partner_id=deal["partner_id"],
        pipeline_id=deal["pipeline_id"],
        moved_by=tx.caller.account_id,
        **entry,
    )


def _seconds(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds()))
