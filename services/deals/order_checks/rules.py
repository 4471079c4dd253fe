"""What is known of an order's prices, of whether it can be sold, and of credentials. Each is None where it is not known. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Asked:
    """So many of a SKU, and what the order gives for them, in minor units."""

    sku: str
    quantity: int
    amount: int


def by_sku(lines: Iterable[Asked]) -> list[Asked]:
    """Return the lines with those of one SKU taken together: quantity breaks count all of it."""
    quantities, amounts = Counter[str](), Counter[str]()
    for each in lines:
        quantities[each.sku] += each.quantity
        amounts[each.sku] += each.amount
    return [Asked(sku, quantity, amounts[sku]) for sku, quantity in quantities.items()]


def below(asked: Iterable[Asked], prices: Mapping[str, int]) -> int | None:
    """Return by how much an order is below the prices that are known; what costs more makes up for nothing.

    None where a price is missing and nothing is below the others.
    """
    lines = list(asked)
    short = sum(max(prices[each.sku] - each.amount, 0) for each in lines if each.sku in prices)
    return short if short or all(each.sku in prices for each in lines) else None


def day_of_prices(ordered_on: date, *, today: date, is_vendor: bool) -> date:
    """Return the day whose prices and life of products an order is held against.

    That is the day on which it is handed in; where the vendor does so, the day of the order if that was earlier.
    """
    return min(ordered_on, today) if is_vendor else today


def has_credentials(required: Mapping[str, str | None], *, skus: Collection[str]) -> bool | None:
    """Tell whether a partner holds what products require, by SKU: yes where they require nothing.

    Which credentials partners hold is not told to deals, so that nothing else is known.
    """
    if any(sku not in required or required[sku] is not None for sku in skus):
        return None
    return True
