"""Opening rounds and steps: who is asked, until when, and what becomes of tasks that nobody needs any more.

Whoever calls holds the deal's row, and is the engine: who approves is not the partner's to see.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from services.deals.approval import people
from services.deals.approval.steps import OPEN, ApproverLimit, Hats, Step, is_within_limit
from services.deals.approval_delegations.queries import in_force
from services.deals.approval_delegations.rules import heir_of
from services.deals.approval_tasks.queries import Round, last_round, tasks_of
from services.deals.approval_tasks.tables import approval_rounds, approval_tasks
from services.deals.calendars.queries import BUILT_IN, calendar_of
from services.deals.four_eyes.rules import barred_from
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.approvals import ApprovalDelegated, ApprovalRequested

REMINDS: Final = "approval_reminds"
BREACHES: Final = "approval_breaches"
_ANSWERS: Final = ("approved", "rejected", "returned")


async def begin(
    tx: Tx, deal: Row, *, steps: Sequence[Step], policy_version: int, limits: Sequence[ApproverLimit]
) -> Round:
    """Lead a deal into its first step."""
    before = await last_round(tx, deal["id"])
    first = Round(
        deal_id=deal["id"],
        number=before.number + 1 if before else 1,
        policy_version=policy_version,
        steps=tuple(steps),
        barred=barred_from(deal),
        place=0,
        opened_at=tx.now,
        due_at=tx.now,
        calendar_version=0,
        escalated_at=None,
        ended_at=None,
    )
    return await enter(tx, deal, first, limits=limits)


async def enter(tx: Tx, deal: Row, current: Round, *, limits: Sequence[ApproverLimit]) -> Round:
    """Open the step that a round has come to: set its deadline and ask those whose turn it is."""
    calendar = await calendar_of(tx, current.step.calendar) or BUILT_IN
    current = replace(
        current,
        opened_at=tx.now,
        due_at=calendar.hours.after(tx.now, current.step.due_after_hours),
        calendar_version=calendar.version,
        escalated_at=None,
    )
    await keep(tx, current)
    reminded_at = calendar.hours.after(tx.now, current.step.remind_after_hours)
    await tx.remind(REMINDS, subject=deal["id"], at=reminded_at)
    await tx.remind(BREACHES, subject=deal["id"], at=current.due_at)
    await ask(tx, deal, current, current.step.turns([]), limits=limits)
    return current


async def ask(tx: Tx, deal: Row, current: Round, places: Iterable[int], *, limits: Sequence[ApproverLimit]) -> None:
    """Open tasks for the approvers at these places of a step; where nobody can answer, for those it escalates to."""
    wanted = await candidates(tx, deal, current, limits=limits)
    asked = await _asked(tx, current)
    hats: dict[str, list[int]] = {}
    by_role: set[str] = set()
    for place in places:
        by_role.update(wanted[place])
        # Nobody to ask is as much as no answer: whoever is asked when time has run out is asked at once.
        for account_id in wanted[place] or wanted[ESCALATED]:
            hats.setdefault(account_id, []).append(place)
    tasks = [
        await _open(
            tx, deal, current, account_id, each, escalated=account_id not in by_role, way=wanted.way_to(account_id)
        )
        for account_id, each in hats.items()
        if account_id not in asked
    ]
    tell(tx, deal, current, tasks)


ESCALATED: Final = -1
"""Where `candidates` has those who are asked when nobody answers."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who can answer for each approver of a step, by place; `ways` has for delegates from whom it has come to them."""

    by_place: Mapping[int, Sequence[str]]
    ways: Mapping[str, tuple[str, ...]]

    def __getitem__(self, place: int) -> Sequence[str]:
        return self.by_place[place]

    def way_to(self, account_id: str) -> tuple[str, ...]:
        """Return the accounts that somebody answers for, the first of them first, and itself last."""
        return self.ways.get(account_id, (account_id,))


async def candidates(tx: Tx, deal: Row, current: Round, *, limits: Sequence[ApproverLimit]) -> Candidates:
    """Return the accounts that can answer for each approver of the step, by place, and at ESCALATED those after them.

    Nobody who had a hand in the deal, or has answered the step already, or whose roles do not approve so much, is among them.
    Who has delegated is represented by whoever answers for it now, where that one may.
    """
    step, delegated = current.step, await in_force(tx)
    team = await people.team_of(tx, deal["partner_id"]) if any(each.team_role for each in step.approvers) else {}
    named = {each.account_id for each in step.approvers if each.account_id}
    placed = {account for each in step.approvers if each.team_role for account in team.get(each.team_role, ())}
    roles = {each.role for each in step.approvers if each.role} | ({step.escalate_to} if step.escalate_to else set())
    staff = await people.staff_of(tx, roles=roles, accounts=named | placed | {*delegated.values()})
    fit = await _fit(tx, deal, current, staff, limits=limits)
    heirs, ways = fit - await _asked(tx, current), dict[str, tuple[str, ...]]()

    def free(accounts: Iterable[str]) -> list[str]:
        found = dict[str, None]()
        for each in accounts:
            if each in fit:
                way = heir_of(each, delegated, able=heirs)
                ways.setdefault(way[-1], way)
                found[way[-1]] = None
        return list(found)

    found = {ESCALATED: free(staff.holders(step.escalate_to)) if step.escalate_to else []}
    for place, each in enumerate(step.approvers):
        if each.role is not None:
            found[place] = free(staff.holders(each.role))
        else:
            found[place] = free(team.get(each.team_role, ()) if each.team_role else [str(each.account_id)])
    return Candidates(found, ways)


async def way_from(tx: Tx, deal: Row, current: Round, task: Row, *, limits: Sequence[ApproverLimit]) -> tuple[str, ...]:
    """Return the accounts from whom a task has to whoever answers for it now: itself alone, where nobody else may."""
    delegated = await in_force(tx)
    staff = await people.staff_of(tx, accounts={*delegated.values()})
    heirs = await _fit(tx, deal, current, staff, limits=limits) - await _asked(tx, current)
    return heir_of(task["account_id"], delegated, able=heirs - {*task["delegates"]})


async def give(tx: Tx, deal: Row, task: Record, *, way: Sequence[str]) -> Record:
    """Give an open task to the last of a way from whoever has it."""
    given = await tx.update(
        approval_tasks,
        task,
        account_id=way[-1],
        delegated_from=way[-2],
        delegates=[*task["delegates"], *way[:-1]],
    )
    _tell_delegated(tx, deal, given)
    return given


async def _fit(tx: Tx, deal: Row, current: Round, staff: people.Staff, *, limits: Sequence[ApproverLimit]) -> set[str]:
    """Return those of the staff who may answer the step of a round, and have not."""
    able = await people.able(tx, list(staff.members.values()), partner_id=deal["partner_id"])
    answered = {task["account_id"] for task in await tasks_of(tx, current) if task["status"] in _ANSWERS}

    def may(account_id: str) -> bool:
        roles = staff.members[account_id].roles
        return is_within_limit(roles, limits, amount=deal["amount"], currency=deal["currency"])

    return {each for each in able if each not in current.barred | answered and may(each)}


async def escalate(tx: Tx, deal: Row, current: Round, *, limits: Sequence[ApproverLimit]) -> list[Record]:
    """Ask those a step escalates to as well, for every approver who has not answered; returns the tasks."""
    await keep(tx, replace(current, escalated_at=tx.now))
    rows, asked = await tasks_of(tx, current), await _asked(tx, current)
    wanted = await candidates(tx, deal, current, limits=limits)
    places = current.step.turns(hats_of(rows, "approved", "rejected"))
    return [
        await _open(tx, deal, current, account_id, places, escalated=True, way=wanted.way_to(account_id))
        for account_id in wanted[ESCALATED]
        if account_id not in asked
    ]


def hats_of(tasks: Iterable[Row], *statuses: str) -> list[Hats]:
    """Return the places for which those can speak whose tasks have one of these statuses."""
    return [tuple(task["places"]) for task in tasks if task["status"] in statuses]


async def finish(tx: Tx, deal: Row) -> None:
    """End the round that a deal is in, if it is in one: open tasks are superseded, and nobody is reminded any more."""
    current = await last_round(tx, deal["id"])
    if current is None or current.ended_at is not None:
        return
    await supersede(tx, await tasks_of(tx, current))
    await keep(tx, replace(current, ended_at=tx.now))
    for kind in (REMINDS, BREACHES):
        await tx.forget(kind, subject=deal["id"])


async def supersede(tx: Tx, tasks: Iterable[Record]) -> None:
    """Close those of the tasks that are open: others have answered."""
    for task in tasks:
        if task["status"] == OPEN:
            await tx.update(approval_tasks, task, status="superseded")


async def keep(tx: Tx, current: Round) -> None:
    """Store where a round stands."""
    await tx.put(
        approval_rounds,
        deal_id=current.deal_id,
        round=current.number,
        policy_version=current.policy_version,
        steps=[asdict(each) for each in current.steps],
        barred=sorted(current.barred),
        place=current.place,
        opened_at=current.opened_at,
        due_at=current.due_at,
        calendar_version=current.calendar_version,
        escalated_at=current.escalated_at,
        ended_at=current.ended_at,
    )


def tell(tx: Tx, deal: Row, current: Round, tasks: Collection[Row]) -> None:
    """Tell whoever is asked; nothing where nobody is."""
    if tasks:
        event = ApprovalRequested(
            deal_id=deal["id"],
            partner_id=deal["partner_id"],
            step=current.step.code,
            account_ids=sorted({task["account_id"] for task in tasks}),
            due_at=current.due_at,
        )
        tx.emit(event, subject=deal)


async def _asked(tx: Tx, current: Round) -> set[str]:
    return {task["account_id"] for task in await tasks_of(tx, current) if task["status"] != "superseded"}


async def _open(
    tx: Tx,
    deal: Row,
    current: Round,
    account_id: str,
    places: Sequence[int],
    *,
    escalated: bool = False,
    way: Sequence[str],
) -> Record:
    first = current.step.approvers[places[0]]
    task = await tx.insert(
        approval_tasks,
        id=tx.new_id("atask"),
        deal_id=deal["id"],
        partner_id=deal["partner_id"],
        round=current.number,
        step=current.step.code,
        places=list(places),
        role=current.step.escalate_to if escalated else first.role,
        team_role=None if escalated else first.team_role,
        account_id=account_id,
        delegated_from=way[-2] if len(way) > 1 else None,
        delegates=list(way[:-1]),
        escalated=escalated,
        status=OPEN,
        due_at=current.due_at,
    )
    if task["delegated_from"] is not None:
        _tell_delegated(tx, deal, task)
    return task


def _tell_delegated(tx: Tx, deal: Row, task: Row) -> None:
    event = ApprovalDelegated(
        approval_task_id=task["id"],
        deal_id=deal["id"],
        partner_id=deal["partner_id"],
        step=task["step"],
        from_account_id=task["delegated_from"],
        to_account_id=task["account_id"],
    )
    tx.emit(event, subject=task)
