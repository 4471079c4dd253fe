"""The price of a line, step by step. Pure.

Prices of one are exact until the line is done; then it is rounded once, half to even, to whole minor units of its
currency. What each step changes is told in minor units as well, so that the steps of a line add up to its net amount.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from services.deals.promotions.rules import MismatchCode, Promotion, Sale, best_for
from shared.values.money import rounded

StepKind = Literal["list", "break", "promotion", "special_price"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a price: what it is, what it came from, and by how much it changes the line, in minor units."""

    kind: StepKind
    source: str
    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class Special:
    """A special price of one SKU: a share off the price after its quantity break, or a price of its own for each."""

    id: str
    percent: Decimal | None = None
    unit_price: int | None = None

    def applied_to(self, unit: Decimal) -> Decimal:
        """Return the price of one, in minor units, unrounded."""
        if self.unit_price is not None:
            return Decimal(self.unit_price)
        return unit * (1 - (self.percent or Decimal(0)))


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a price list says of a SKU: the price of one, and from how many on each costs how much, ascending."""

    price_list_id: str
    price_list: str
    price: int
    breaks: tuple[tuple[int, int], ...] = ()
    floor: int | None = None

    def break_for(self, quantity: int) -> tuple[int, int] | None:
        """Return the quantity break that so many reach, if they reach one."""
        return next((each for each in reversed(self.breaks) if quantity >= each[0]), None)


@dataclass(frozen=True, slots=True)
class Priced:
    """The net amount of a line in minor units, its steps, which add up to it, and the promotions that do not apply."""

    net: int
    unit: Decimal
    steps: tuple[Step, ...]
    rejected: tuple[tuple[Promotion, MismatchCode], ...]
    is_below_floor: bool


def price(sale: Sale, tariff: Tariff, *, promotions: Sequence[Promotion], special: Special | None) -> Priced:
    """Return what a line costs. A special price stands in the place of promotions; they do not add up."""
    unit = Decimal(tariff.price)
    steps = [Step("list", tariff.price_list_id, tariff.price_list, tariff.price * sale.quantity)]

    def takes(kind: StepKind, source: str, name: str, after: Decimal) -> Decimal:
        # Differences of rounded amounts add up to the last one, whatever lies between.
        changed = rounded(after * sale.quantity) - rounded(unit * sale.quantity)
        steps.append(Step(kind, source, name, changed))
        return after

    reached = tariff.break_for(sale.quantity)
    if reached is not None:
        unit = takes("break", str(reached[0]), tariff.price_list, Decimal(reached[1]))
    if special is not None:
        unit = takes("special_price", special.id, special.id, special.applied_to(unit))
        rejected: tuple[tuple[Promotion, MismatchCode], ...] = ()
    else:
        applied = best_for(sale, unit, promotions)
        for each in applied.taken:
            unit = takes("promotion", each.code, each.name, each.applied_to(unit))
        rejected = applied.rejected
    is_below = tariff.floor is not None and unit < tariff.floor
    return Priced(rounded(unit * sale.quantity), unit, tuple(steps), rejected, is_below)
