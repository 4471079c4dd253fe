"""State machines as data: which action leads from which states, and what it needs. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from shared.errors import InvalidTransition


@dataclass(frozen=True, slots=True)
class Move:
    """An action, the states it starts from, the permission it needs, and the side it belongs to where only one may."""

    action: str
    sources: frozenset[str]
    permission: str
    by: Literal["vendor", "partner"] | None = None


def move(action: str, *sources: str, permission: str, by: Literal["vendor", "partner"] | None = None) -> Move:
    """Declare an action and the states from which it is possible; `by` keeps it from the other side's `allowed_actions`."""
    return Move(action, frozenset(sources), permission, by)


class Lifecycle:
    """The states of an object, its moves, and the fields that can be edited in each state.

    `vendor_fields` are those of the fields that are never shown to a partner as editable, whatever its scopes.
    """

    def __init__(
        self,
        states: Iterable[str],
        *moves: Move,
        editable: dict[str, tuple[str, ...]] | None = None,
        vendor_fields: Iterable[str] = (),
    ) -> None:
        self.states = tuple(states)
        self.vendor_fields = frozenset(vendor_fields)
        self.moves = {each.action: each for each in moves}
        self.editable = editable or {}
        unknown = {state for each in moves for state in each.sources} - set(self.states)
        if unknown:
            raise ValueError(f"moves start from undeclared states: {sorted(unknown)}")

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
