"""Steps of approval: which apply to a deal, whose turn it is, and what the answers come to. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from shared.errors import Conflict, Fault, Forbidden
from shared.rules import Condition, FactSet, InvalidRule, Result, Verdict, compile_rule

Standing = Literal["open", "approved", "rejected"]
Hats = Collection[int]
"""The places of the approvers of a step for whom one account can speak. It answers once, and speaks for one of them."""


class NoApprovalSteps(Conflict):
    """The policy that this deal was judged by has no steps for it."""

    code, title = "no_approval_steps", "No steps of approval"


class ApprovalInSteps(Conflict):
    """The policy asks others to approve this deal: route it."""

    code, title = "approval_in_steps", "Approved in steps"


class NotAsked(Forbidden):
    """This task is somebody else's."""

    code, title = "not_asked", "Somebody else is asked"


class BeyondApprovalLimit(Forbidden):
    """The amount is above what the policy lets your roles approve."""

    code, title = "beyond_approval_limit", "Above your limit"


@dataclass(frozen=True, slots=True)
class Approver:
    """Whose answer a step wants: somebody with a role, somebody of the partner's account team, or a named account."""

    role: str | None = None
    team_role: str | None = None
    account_id: str | None = None

    def to_json(self) -> dict[str, str | None]:
        """Return the approver as it is stored."""
        return {"role": self.role, "team_role": self.team_role, "account_id": self.account_id}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of approval. Of its approvers a `quorum` has to approve; None is all of them."""

    code: str
    name: str | None
    when: str
    approvers: tuple[Approver, ...]
    mode: Literal["parallel", "sequential"]
    quorum: int | None
    calendar: str
    remind_after_hours: int
    due_after_hours: int
    escalate_to: str | None
    approve_on_breach: bool

    @property
    def needed(self) -> int:
        """How many of the approvers have to approve."""
        return self.quorum or len(self.approvers)

    def standing(self, *, approved: Sequence[Hats], rejected: Sequence[Hats]) -> Standing:
        """Return what the answers come to; it is rejected as soon as the quorum cannot be reached any more."""
        if filled(approved) >= self.needed:
            return "approved"
        return "rejected" if len(self.approvers) - filled(rejected) < self.needed else "open"

    def turns(self, answered: Sequence[Hats]) -> tuple[int, ...]:
        """Return the places of the approvers who are to be asked now: all that nobody speaks for, or the next in a sequence."""
        waiting = tuple(place for place in range(len(self.approvers)) if adds({place}, answered))
        return waiting[:1] if self.mode == "sequential" else waiting


@dataclass(frozen=True, slots=True)
class ApproverLimit:
    """Up to which amount whoever has a role approves, in minor units; None is any amount."""

    role: str
    currency: str
    amount: int | None


def filled(accounts: Sequence[Hats]) -> int:
    """Return for how many approvers these accounts can speak together, each for one: a largest matching (Kuhn)."""
    speaks: dict[int, int] = {}

    def finds_a_place(account: int, tried: set[int]) -> bool:
        for place in set(accounts[account]) - tried:
            tried.add(place)
            if place not in speaks or finds_a_place(speaks[place], tried):
                speaks[place] = account
                return True
        return False

    return sum(finds_a_place(account, set()) for account in range(len(accounts)))


def adds(hats: Hats, answered: Sequence[Hats]) -> bool:
    """Tell whether somebody with these hats can speak for an approver for whom nobody who has answered does."""
    return filled([*answered, hats]) > filled(answered)


def step_of(stored: Mapping[str, Any]) -> Step:
    """Return a step from its stored form."""
    parts = {name: stored[name] for name in Step.__dataclass_fields__ if name != "approvers"}
    return Step(approvers=tuple(Approver(**each) for each in stored["approvers"]), **parts)


def judged(steps: Iterable[Step], values: Mapping[str, object], *, facts: FactSet) -> Iterator[tuple[Step, Verdict]]:
    """Yield every step with what its condition says of a deal's facts."""
    for step in steps:
        yield step, _condition(step.when, facts, "/when").evaluate(values)


def applying(steps: Iterable[Step], values: Mapping[str, object], *, facts: FactSet) -> tuple[Step, ...]:
    """Return the steps that a deal has to go through; one whose condition cannot be answered is among them."""
    return tuple(step for step, verdict in judged(steps, values, facts=facts) if verdict.result is not Result.FALSE)


def faults_of(steps: Sequence[Step], *, facts: FactSet) -> list[Fault]:
    """Return what is wrong with steps by themselves, with pointers such as `/steps/0/quorum`."""
    found: list[Fault] = []
    codes = [step.code for step in steps]
    for place, step in enumerate(steps):
        at = f"/steps/{place}"
        if step.code in codes[:place]:
            found.append(Fault(f"{at}/code", "duplicate_code", "Each step has a code of its own."))
        try:
            _condition(step.when, facts, f"{at}/when")
        except InvalidRule as invalid:
            found.extend(invalid.errors)
        if step.quorum is not None and step.quorum > len(step.approvers):
            found.append(Fault(f"{at}/quorum", "quorum_too_high", "A quorum is at most the number of approvers."))
        if step.remind_after_hours >= step.due_after_hours:
            found.append(
                Fault(f"{at}/remind_after_hours", "out_of_range", "A reminder comes before the answer is due.")
            )
        found.extend(_faults_of_approvers(step, at))
    return found


def _faults_of_approvers(step: Step, at: str) -> Iterator[Fault]:
    for place, each in enumerate(step.approvers):
        if sum(value is not None for value in each.to_json().values()) != 1:
            yield Fault(f"{at}/approvers/{place}", "one_of", "Name a role, a team role or an account: one of them.")
        elif each.account_id is not None and each in step.approvers[:place]:
            yield Fault(f"{at}/approvers/{place}/account_id", "duplicate", "An account answers a step once.")


def limit_for(
    roles: Collection[str], limits: Sequence[ApproverLimit], *, currency: str | None
) -> tuple[bool, int | None]:
    """Return whether somebody with these roles is held to a limit, and to which; a currency without one comes to nothing.

    Of several limits the highest holds. A role that the policy does not name neither limits nor lifts a limit.
    """
    own = [each for each in limits if each.role in roles]
    if not own or any(each.amount is None and each.currency == currency for each in own):
        return False, None
    return True, max((each.amount or 0 for each in own if each.currency == currency), default=0)


def is_within_limit(
    roles: Collection[str], limits: Sequence[ApproverLimit], *, amount: int | None, currency: str | None
) -> bool:
    """Tell whether these roles approve so much; an unknown amount is above any limit."""
    is_limited, most = limit_for(roles, limits, currency=currency)
    return not is_limited or (amount is not None and most is not None and amount <= most)


def _condition(expression: str, facts: FactSet, pointer: str) -> Condition:
    return compile_rule(expression, facts=facts, pointer=pointer)


OPEN: Final = "open"
