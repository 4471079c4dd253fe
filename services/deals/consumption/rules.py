"""How much of a deal is used up, and which matches a return takes back from. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counted:
    """A match: how much of it counts for the deal, and how much has come back."""

    id: str
    quantity: int
    unit_price: int
    amount: int
    returned_quantity: int
    returned_amount: int

    @property
    def kept(self) -> int:
        """How many were not given back."""
        return self.quantity - self.returned_quantity

    def taken_back(self, quantity: int) -> int:
        """Return what giving back so many of it is worth, on its own terms: all of the rest where all of it comes back."""
        if quantity == self.kept:
            return self.amount - self.returned_amount
        return self.unit_price * quantity


def returned_from(matches: Iterable[Counted], quantity: int) -> list[tuple[Counted, int]]:
    """Return which matches of a line a return of this quantity takes back, the last delivered first, and how many of each."""
    found: list[tuple[Counted, int]] = []
    for each in matches:
        part = min(each.kept, quantity)
        if part > 0:
            found.append((each, part))
            quantity -= part
    return found


@dataclass(frozen=True, slots=True)
class Consumption:
    """What a deal was registered for and what was delivered or sold out on it, net of returns, in one currency."""

    registered: int | None
    amount: int

    @property
    def remaining(self) -> int | None:
        """What is left of the registration, never below zero; None where it has no amount in this currency."""
        return None if self.registered is None else max(0, self.registered - self.amount)

    @property
    def exceeded(self) -> bool:
        """Whether more was delivered than was registered."""
        return self.registered is not None and self.amount > self.registered
