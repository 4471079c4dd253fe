"""Reading rounds and tasks of approval."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from sqlalchemy import bindparam, select

from services.deals.approval.steps import Step, step_of
from services.deals.approval_tasks.tables import TASK_LIFECYCLE, approval_rounds, approval_tasks
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.resource import Resource, Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx


def _not_asked(row: Row, caller: Caller) -> tuple[str, ...]:
    """Only who is asked answers."""
    return () if row["account_id"] == caller.answerable_id else ("approve", "reject", "return", "delegate")


APPROVAL_TASKS: Final = Resource(
    "approval_task",
    approval_tasks,
    (
        *("deal_id", "partner_id", "round", "step", "role", "team_role", "account_id", "delegated_from"),
        *("escalated", "status", "due_at", "reason", "decided_at"),
    ),
    expands={"deal_id": "deals", "partner_id": "partners", "account_id": "accounts"},
    permission="approval-tasks:read",
    filters=("status", "deal_id", "partner_id", "account_id", "due_at"),
    lifecycle=TASK_LIFECYCLE,
    ruled_out=_not_asked,
)
_LAST_ROUND: Final = Statement(
    select(approval_rounds)
    .where(approval_rounds.c.tenant_id == TENANT, approval_rounds.c.deal_id == bindparam("deal"))
    .order_by(approval_rounds.c.round.desc())
    .limit(1)
)
_TASKS: Final = Statement(
    select(approval_tasks)
    .where(
        approval_tasks.c.tenant_id == TENANT,
        approval_tasks.c.deal_id == bindparam("deal"),
        approval_tasks.c.round == bindparam("wanted_round"),
        approval_tasks.c.step == bindparam("wanted_step"),
    )
    .order_by(approval_tasks.c.id)
)


_DELEGATED: Final = Statement(
    select(approval_tasks.c.id)
    .where(
        approval_tasks.c.tenant_id == TENANT,
        approval_tasks.c.deal_id == bindparam("deal"),
        approval_tasks.c.round == bindparam("wanted_round"),
        approval_tasks.c.status == "approved",
        approval_tasks.c.delegated_from.is_not(None),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Round:
    """A deal's way through its steps, and the one it is in now."""

    deal_id: str
    number: int
    policy_version: int
    steps: tuple[Step, ...]
    barred: frozenset[str]
    place: int
    opened_at: datetime
    due_at: datetime
    calendar_version: int
    escalated_at: datetime | None
    ended_at: datetime | None

    @property
    def step(self) -> Step:
        """The step that answers are wanted for."""
        return self.steps[self.place]


async def last_round(tx: Tx, deal_id: str) -> Round | None:
    """Return the round of approval that a deal is in, or was in last."""
    row = await tx.first(_LAST_ROUND, deal=deal_id)
    if row is None:
        return None
    steps, barred = ([*orjson.loads(each)] if isinstance(each, str) else each for each in (row["steps"], row["barred"]))
    return Round(
        deal_id=row["deal_id"],
        number=row["round"],
        policy_version=row["policy_version"],
        steps=tuple(step_of(each) for each in steps),
        barred=frozenset(barred),
        place=row["place"],
        opened_at=row["opened_at"],
        due_at=row["due_at"],
        calendar_version=row["calendar_version"],
        escalated_at=row["escalated_at"],
        ended_at=row["ended_at"],
    )


async def tasks_of(tx: Tx, current: Round) -> list[Record]:
    """Return the tasks of the step that a round is in."""
    return await tx.all(_TASKS, deal=current.deal_id, wanted_round=current.number, wanted_step=current.step.code)


async def was_delegated(tx: Tx, current: Round) -> bool:
    """Whether somebody has approved in a round in the place of another."""
    return await tx.first(_DELEGATED, deal=current.deal_id, wanted_round=current.number) is not None
