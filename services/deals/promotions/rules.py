"""Which promotions take something off a sale, and how they go together. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from shared.errors import Fault

MismatchCode = Literal[
    "outside_dates", "other_currency", "other_products", "other_tier", "other_country", "below_quantity", "outranked"
]


@dataclass(frozen=True, slots=True)
class Sale:
    """What a promotion is held against: one line of an offer to a partner, for a customer's country."""

    sku: str
    families: frozenset[str]
    quantity: int
    currency: str
    tier: str | None
    country: str | None
    day: date


@dataclass(frozen=True, slots=True)
class Promotion:
    """A share of the price off (`0.10` is a tenth), or so much in minor units off each; empty scopes are for all."""

    code: str
    name: str
    effective_from: date
    effective_to: date
    percent: Decimal | None = None
    amount: int | None = None
    currency: str | None = None
    product_families: frozenset[str] = frozenset()
    skus: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    minimum_quantity: int = 1
    stackable: bool = False

    def mismatch(self, sale: Sale) -> MismatchCode | None:
        """Return why it is not for a sale, or None. A bundle is of a family when all that is in it is."""
        if not self.effective_from <= sale.day < self.effective_to:
            return "outside_dates"
        if self.currency not in (None, sale.currency):
            return "other_currency"
        named = sale.sku in self.skus or (bool(sale.families) and sale.families <= self.product_families)
        if (self.skus or self.product_families) and not named:
            return "other_products"
        if self.tiers and sale.tier not in self.tiers:
            return "other_tier"
        if self.countries and sale.country not in self.countries:
            return "other_country"
        return "below_quantity" if sale.quantity < self.minimum_quantity else None

    def applied_to(self, unit: Decimal) -> Decimal:
        """Return the price of one with this off, in minor units, unrounded and never below zero."""
        less = unit * self.percent if self.percent is not None else Decimal(self.amount or 0)
        return max(unit - less, Decimal(0))


@dataclass(frozen=True, slots=True)
class Applied:
    """The promotions that apply, in the order they are taken off, and why the others do not."""

    taken: tuple[Promotion, ...]
    rejected: tuple[tuple[Promotion, MismatchCode], ...]


def best_for(sale: Sale, unit: Decimal, promotions: Sequence[Promotion]) -> Applied:
    """Return what makes one the cheapest: all stackable promotions together, or the best of those that stand alone.

    Shares are taken off before amounts, each by code; where both ways cost the same, those that stack are taken.
    """
    rejected = [(each, why) for each in promotions if (why := each.mismatch(sale)) is not None]
    fitting = sorted((each for each in promotions if each.mismatch(sale) is None), key=_order)
    ways = [tuple(each for each in fitting if each.stackable)]
    ways += [(each,) for each in fitting if not each.stackable]
    taken = min(ways, key=lambda way: price_after(way, unit))
    rejected += [(each, "outranked") for each in fitting if each not in taken]
    return Applied(taken, tuple(rejected))


def price_after(promotions: Sequence[Promotion], unit: Decimal) -> Decimal:
    """Return the price of one with all of these off, one after the other."""
    for each in promotions:
        unit = each.applied_to(unit)
    return unit


def _order(each: Promotion) -> tuple[bool, str]:
    return each.percent is None, each.code


def faults_of_discount(*, percent: str | None, amount: int | None, pointer: str = "/amount") -> list[Fault]:
    """Return what is wrong with a discount: it is a share or an amount, one of the two."""
    if (percent is None) == (amount is None):
        return [Fault(pointer, "one_of_two", "Give a share or an amount, one of the two.")]
    if percent is not None and not 0 < Decimal(percent) <= 1:
        return [Fault("/percent", "out_of_range", "A share is above 0 and at most 1.")]
    return []
