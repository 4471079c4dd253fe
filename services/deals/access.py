"""What a partner is shown: some members of a resource, and some moves, are for the vendor only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side
from shared.db.resource import Getter, Resource, Row


@dataclass(frozen=True)
class DisclosedResource(Resource):
    """A resource that a partner sees less of than the vendor.

    `for_partner` makes, from the row, the value a partner is shown instead of a member's own; `vendor_actions` are the moves
    that no scope gives to a partner.
    """

    for_partner: Mapping[str, Getter] = field(default_factory=dict)
    vendor_actions: frozenset[str] = frozenset()

    def shape(self, row: Row, *, caller: Caller, only: Iterable[str] | None = None) -> dict[str, Any]:
        """Return the representation of a row for this caller, restricted to the members in `only` where given."""
        shown = super().shape(row, caller=caller, only=only)
        if is_vendor_side(caller):
            return shown
        for member, disclosed in self.for_partner.items():
            if member in shown:
                shown[member] = disclosed(row)
        if "allowed_actions" in shown:
            shown["allowed_actions"] = [each for each in shown["allowed_actions"] if each not in self.vendor_actions]
        return shown


def withheld(_: Row) -> None:
    """Return what a partner is shown of a member that is for the vendor only: nothing."""
    return
