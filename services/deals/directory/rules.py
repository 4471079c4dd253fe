"""When a partner was suspended, from the statuses it has had. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from shared.errors import Conflict

ACTIVE: Final = "active"
"""The status of a partner to which new work may be given."""


class PartnerNotActive(Conflict):
    """The partner is not active, so nothing can be registered for it."""

    code, title = "partner_not_active", "The partner is not active"


@dataclass(frozen=True, slots=True, order=True)
class StatusChange:
    """A status a partner took on, in the order of versions."""

    version: int
    since: datetime
    status: str


@dataclass(frozen=True, slots=True)
class Suspension:
    """A time `[start, end)` in which the partner was suspended; without an end it still is."""

    start: datetime
    end: datetime | None


def suspensions(changes: Iterable[StatusChange]) -> tuple[Suspension, ...]:
    """Return the suspensions that a history of statuses contains; the order it is given in does not matter."""
    found: list[Suspension] = []
    start: datetime | None = None
    for change in sorted(changes):
        if change.status == "suspended":
            start = start or change.since
        elif start is not None:
            found.append(Suspension(start, change.since))
            start = None
    return (*found, Suspension(start, None)) if start is not None else tuple(found)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a partner sells what: nothing named is everything, None what has not been heard of yet.

    A territory is named by its code, or is a country itself; `countries` has those of the codes that are known.
    """

    territories: Sequence[str] | None = None
    product_families: Sequence[str] | None = None
    countries: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def covers(self, country: str | None) -> bool | None:
        """Tell whether a country is in the territories; None where one of them is not known well enough to say."""
        if not self.territories:
            return None if self.territories is None else True
        if country is not None and any(
            country == each or country in self.countries.get(each, ()) for each in self.territories
        ):
            return True
        is_known = all(each in self.countries or _is_country(each) for each in self.territories)
        return False if is_known else None

    def sells(self, product_family: str) -> bool | None:
        """Tell whether the partner sells a product family; None where that is not known."""
        if self.product_families is None:
            return None
        return not self.product_families or product_family in self.product_families


def _is_country(territory: str) -> bool:
    """Codes of territories are written small."""
    return len(territory) == 2 and territory.isupper()
