"""Which price list applies, and what publishing one does to another. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Final, Literal

from shared.errors import Conflict, Fault

RejectionCode = Literal["other_currency", "other_tier", "other_country", "outside_dates", "outranked"]
# Stands for everywhere among the ordinals of countries: a list for everywhere gives way to one for a country, and
# meets only others for everywhere.
EVERYWHERE: Final = 26 * 26


class PriceListOverlaps(Conflict):
    """Another list is published for the same tier, currency and country on some of these days."""

    code, title = "price_list_overlaps", "The price lists overlap"


class EmptyPriceList(Conflict):
    """A price list needs an entry before it is published."""

    code, title = "price_list_empty", "The price list is empty"


@dataclass(frozen=True, slots=True)
class PriceList:
    """A published list; without a tier it is for all, without countries for everywhere, without an end until further notice."""

    id: str
    name: str
    currency: str
    tier: str | None
    countries: frozenset[str]
    effective_from: date
    effective_to: date | None

    @property
    def rank(self) -> tuple[bool, bool]:
        """How narrow it is: a tier's own list stands before one for all, then a country's before one for everywhere."""
        return self.tier is not None, bool(self.countries)

    def covers(self, day: date) -> bool:
        """Tell whether it is in force on a day."""
        return self.effective_from <= day and (self.effective_to is None or day < self.effective_to)


@dataclass(frozen=True, slots=True)
class Rejection:
    """A list that does not apply, and why."""

    price_list_id: str
    name: str
    reason: RejectionCode


@dataclass(frozen=True, slots=True)
class Choice:
    """The list that applies, if any, and the others with their reasons."""

    found: PriceList | None
    rejected: tuple[Rejection, ...]


def choose(lists: Sequence[PriceList], *, currency: str, tier: str | None, country: str | None, day: date) -> Choice:
    """Return the list that applies to a partner of this tier and country on a day: the narrowest that is in force."""
    found: PriceList | None = None
    rejected: list[Rejection] = []
    for each in sorted(lists, key=lambda one: (*one.rank, one.id), reverse=True):
        reason = _reason_against(each, currency=currency, tier=tier, country=country, day=day)
        if reason is None and found is not None:
            reason = "outranked"
        if reason is None:
            found = each
        else:
            rejected.append(Rejection(each.id, each.name, reason))
    return Choice(found, tuple(rejected))


def _reason_against(
    each: PriceList, *, currency: str, tier: str | None, country: str | None, day: date
) -> RejectionCode | None:
    if each.currency != currency:
        return "other_currency"
    if each.tier not in (None, tier):
        return "other_tier"
    if each.countries and country not in each.countries:
        return "other_country"
    return None if each.covers(day) else "outside_dates"


def is_for(*, list_tier: str | None, countries: Iterable[str], tier: str | None, country: str | None) -> bool:
    """Tell whether a list is for partners of a tier and a country, whenever it is in force."""
    countries = frozenset(countries)
    return list_tier in (None, tier) and (not countries or country in countries)


def end_of(old: PriceList, *, new: PriceList) -> date | None:
    """Return the day on which publishing a list for the same ends the old one, None where both cannot be.

    A list that would go on after the new one has ended is not cut in two: nobody would know what is in force then. Nor is
    one ended that begins later: it was published to follow, and nobody would notice that it never came into force.
    """
    goes_on = new.effective_to is not None and (old.effective_to is None or old.effective_to > new.effective_to)
    follows = old.effective_from > new.effective_from
    return None if goes_on or follows else new.effective_from


def ordinals_of(countries: Iterable[str]) -> list[int]:
    """Return the numbers that stand for ISO 3166-1 alpha-2 codes in ranges, ascending; none means everywhere."""
    numbers = {(ord(code[0]) - ord("A")) * 26 + ord(code[1]) - ord("A") for code in countries}
    return sorted(numbers) or [EVERYWHERE]


def floor_of(*, price: int | None, cost: int | None, margin: Decimal | None) -> int | None:
    """Return the lowest price of one, in minor units: the higher of a floor price and what leaves the margin over cost.

    The margin is a fraction of the price: what costs 80 and shall leave 0.20 has its floor at 100.
    """
    by_margin = None
    if cost is not None and margin is not None:
        by_margin = int((Decimal(cost) / (1 - margin)).to_integral_value(rounding=ROUND_CEILING))
    return max((each for each in (price, by_margin) if each is not None), default=None)


def faults_of_entry(
    *, at: str, currency: str, price: int, breaks: Sequence[tuple[int, int]], currencies: Iterable[str]
) -> list[Fault]:
    """Return what is wrong with an entry: one currency, and the more one takes, the less each costs."""
    faults = []
    if any(each != currency for each in currencies):
        faults.append(Fault(f"{at}/price/currency", "currency_mismatch", "The list is in another currency."))
    last_quantity, last_price = 1, price
    for index, (quantity, cheaper) in enumerate(breaks):
        if quantity <= last_quantity:
            faults.append(
                Fault(f"{at}/breaks/{index}/from_quantity", "out_of_order", "Each break is for more than the last.")
            )
        if cheaper >= last_price:
            faults.append(Fault(f"{at}/breaks/{index}/price", "not_cheaper", "Each break costs less than the last."))
        last_quantity, last_price = quantity, cheaper
    return faults
