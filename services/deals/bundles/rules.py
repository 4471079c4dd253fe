"""What is in a bundle, down to its products. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.deals.catalogue.rules import Product


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle, with how many of each SKU are in it."""

    sku: str
    name: str
    parts: Mapping[str, int]
    is_sold: bool = True


def products_in(sku: str, bundles: Mapping[str, Bundle]) -> Counter[str]:
    """Return the products of one of a SKU with how many of each; a product is itself. No bundle may contain itself."""
    worked_out: dict[str, Counter[str]] = {}

    def inside(each: str) -> Counter[str]:
        if each not in bundles:
            return Counter({each: 1})
        if each not in worked_out:
            parts: Counter[str] = Counter()
            for component, quantity in bundles[each].parts.items():
                for product, count in inside(component).items():
                    parts[product] += count * quantity
            worked_out[each] = parts
        return worked_out[each]

    return inside(sku)


def refusal_of(
    sku: str, bundles: Mapping[str, Bundle], products: Mapping[str, Product], *, day: date, country: str | None
) -> str | None:
    """Return why a SKU cannot be sold on a day in a country, as a code, or None: all that is in a bundle has to be sold."""
    inside = products_in(sku, bundles)
    if any(each not in products for each in inside):
        return "unknown_sku"
    if any(not bundles[each].is_sold for each in _bundles_in(sku, bundles)):
        return "no_longer_sold"
    refusals = (products[each].refusal(day=day, country=country) for each in inside)
    return next((each for each in refusals if each is not None), None)


def _bundles_in(sku: str, bundles: Mapping[str, Bundle]) -> set[str]:
    found: set[str] = set()
    layer = {sku} & bundles.keys()
    while layer:
        found |= layer
        layer = {part for each in layer for part in bundles[each].parts} & bundles.keys()
    return found


def families_in(
    skus: Iterable[str], bundles: Mapping[str, Bundle], families: Mapping[str, str]
) -> dict[str, frozenset[str]]:
    """Return the product families of what is in each SKU; what is neither a bundle nor a product that has one is left out."""
    found = {sku: frozenset(families[each] for each in products_in(sku, bundles) if each in families) for sku in skus}
    return {sku: each for sku, each in found.items() if each}


def cycle_through(sku: str, bundles: Mapping[str, Bundle]) -> tuple[str, ...]:
    """Return a way from a bundle back to itself, such as A, B, A; empty when there is none."""
    walked: set[str] = set()
    ways: list[tuple[str, ...]] = [(sku,)]
    while ways:
        way = ways.pop()
        for component in bundles[way[-1]].parts if way[-1] in bundles else ():
            if component == sku:
                return (*way, component)
            if component not in walked:
                walked.add(component)
                ways.append((*way, component))
    return ()


def depth_of(sku: str, bundles: Mapping[str, Bundle]) -> int:
    """Return how many bundles stand within each other under a SKU, itself counted; 0 for a product."""
    depth, layer = 0, {sku} & bundles.keys()
    while layer:
        depth, layer = depth + 1, {part for each in layer for part in bundles[each].parts} & bundles.keys()
    return depth
