"""How the lines of a quote become those of an order. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.deals.quotes.rules import AcceptedLine
from shared.errors import Conflict


class AlreadyOrdered(Conflict):
    """The quote has been ordered; its order says so in `quote_id`."""

    code, title = "quote_already_ordered", "The quote has been ordered"


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """So many of a SKU, each at a price in whole minor units."""

    sku: str
    name: str
    quantity: int
    unit_price: int


def ordered(lines: Sequence[AcceptedLine]) -> list[OrderedLine]:
    """Return the lines of an order that come to what the quote's come to.

    A quoted line is rounded once, and is seldom so many times one price. Then it becomes two: 10 for 8,541 are 9 at 854 and 1 at 855.
    """
    return [part for line in lines for part in _parts(line)]


def _parts(line: AcceptedLine) -> Iterator[OrderedLine]:
    price, dearer = divmod(line.net, line.quantity)
    if line.quantity > dearer:
        yield OrderedLine(line.sku, line.name, line.quantity - dearer, price)
    if dearer:
        yield OrderedLine(line.sku, line.name, dearer, price + 1)
