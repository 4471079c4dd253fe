"""What is in a bundle, down to its products. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


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
