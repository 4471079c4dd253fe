"""What a partner is shown: some members of a resource are for the vendor only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side
from shared.db.resource import Getter, Resource, Row


@dataclass(frozen=True)
class DisclosedResource(Resource):
    """A resource that a partner sees less of than the vendor.

    `for_partner` makes, from the row, the value a partner is shown instead of a member's own.
    """

    for_partner: Mapping[str, Getter] = field(default_factory=dict)

    @property
    def disclosed(self) -> frozenset[str]:
        """The columns whose values a partner is shown as they are."""
        kept = {name for each in self._members if each.name in self.for_partner for name in each.columns}
        return super().disclosed - kept

    def shape(self, row: Row, *, caller: Caller, only: Iterable[str] | None = None) -> dict[str, Any]:
        """Return the representation of a row for this caller, restricted to the members in `only` where given."""
        shown = super().shape(row, caller=caller, only=only)
        if is_vendor_side(caller):
            return shown
        for member, disclosed in self.for_partner.items():
            if member in shown:
                shown[member] = disclosed(row)
        return shown


def withheld(_: Row) -> None:
    """Return what a partner is shown of a member that is for the vendor only: nothing."""
    return
