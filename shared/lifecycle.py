"""State machines as data: which action leads from which states, and what it needs. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from shared.errors import InvalidTransition


@dataclass(frozen=True, slots=True)
class Move:
    """An action, the states it starts from, the permission it needs, and the side it belongs to where only one may.

    `targets` are the states it may lead to; without any, the state stays what it is.
    """

    action: str
    sources: frozenset[str]
    permission: str
    by: Literal["vendor", "partner"] | None = None
    targets: tuple[str, ...] = ()


def move(
    action: str,
    *sources: str,
    permission: str,
    to: str | tuple[str, ...] = (),
    by: Literal["vendor", "partner"] | None = None,
) -> Move:
    """Declare an action, the states from which it is possible, and those it leads to.

    `by` keeps it from the other side's `allowed_actions`.
    """
    return Move(action, frozenset(sources), permission, by, (to,) if isinstance(to, str) else to)


class Lifecycle:
    """The states of an object, its moves, and the fields that can be edited in each state.

    `vendor_fields` are those of the fields that are never shown to a partner as editable, whatever its scopes. The first
    state is where an object begins, unless `initial` names others; `by_itself` says which states follow which with nobody
    asking for it: because time has passed, or something happened elsewhere.
    """

    def __init__(
        self,
        states: Iterable[str],
        *moves: Move,
        editable: dict[str, tuple[str, ...]] | None = None,
        vendor_fields: Iterable[str] = (),
        initial: tuple[str, ...] = (),
        by_itself: dict[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.states = tuple(states)
        self.initial = initial or self.states[:1]
        self.by_itself = by_itself or {}
        self.vendor_fields = frozenset(vendor_fields)
        self.moves = {each.action: each for each in moves}
        self.editable = editable or {}
        named = {state for each in moves for state in (*each.sources, *each.targets)} | {*self.initial, *self.by_itself}
        unknown = named.union(*self.by_itself.values()) - set(self.states)
        if unknown:
            raise ValueError(f"moves start from or lead to undeclared states: {sorted(unknown)}")

    @property
    def terminal(self) -> tuple[str, ...]:
        """The states that nothing leads out of."""
        left = {state for each in self.moves.values() for state in each.sources if set(each.targets) - {state}}
        return tuple(state for state in self.states if state not in left and state not in self.by_itself)

    def require(self, status: str, action: str) -> None:
        """Raise InvalidTransition when the action is not possible in this state."""
        if status not in self.moves[action].sources:
            raise InvalidTransition(f"{action} is not possible while the status is {status}.", status_now=status)

    def require_editable(self, status: str, fields: Iterable[str]) -> None:
        """Raise InvalidTransition when one of the fields cannot be changed in this state."""
        fixed = sorted(set(fields) - set(self.editable_fields(status)))
        if fixed:
            raise InvalidTransition(
                f"{', '.join(fixed)} cannot be changed while the status is {status}.", status_now=status
            )

    def allowed(self, status: str) -> list[Move]:
        """Return the moves possible in this state."""
        return [each for each in self.moves.values() if status in each.sources]

    def editable_fields(self, status: str) -> tuple[str, ...]:
        """Return the fields that can be changed in this state."""
        return self.editable.get(status, ())
