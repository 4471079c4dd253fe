"""What the document of a quote says, taken from the quote as it was issued. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.deals.quotes.rules import net_by_period
from shared.errors import Conflict


class QuoteNotIssued(Conflict):
    """A draft has no document: its prices are fixed when it is issued."""

    code, title = "quote_not_issued", "The quote has not been issued"


@dataclass(frozen=True, slots=True)
class Reduction:
    """A step that changed a line's price, by so many minor units: what kind it is, what it is called or begins at."""

    kind: str
    source: str
    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class Item:
    """A line: the price of one, what it was reduced by, and what it comes to, in minor units."""

    sku: str
    name: str
    unit: str
    quantity: int
    unit_price: int
    reductions: tuple[Reduction, ...]
    net: int
    contains: tuple[tuple[int, str], ...]
    note: str | None
    charge_period: str | None = None
    """How often it is charged, None for once."""

    @property
    def discount(self) -> int:
        """By how much all reductions together change the line."""
        return sum(each.amount for each in self.reductions)


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax with what it is called, in minor units."""

    label: str
    amount: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a document says of its quote. It is the same whenever it is asked for: nothing of it changes once issued."""

    number: str
    revision: int
    partner: str
    vendor: str | None
    customer: str
    customer_country: str | None
    currency: str
    items: tuple[Item, ...]
    net: int
    tax: Tax | None
    terms: str | None
    issued_at: datetime
    valid_until: datetime
    by_period: tuple[tuple[str | None, int], ...] = ()
    """What of the net amount is charged how often, None for once."""


def facts_of(row: Mapping[str, Any], *, lines: Sequence[Mapping[str, Any]], tax: Mapping[str, Any] | None) -> Facts:
    """Return what the document of a quote says; raises QuoteNotIssued for a draft."""
    if row["issued_at"] is None:
        raise QuoteNotIssued()
    return Facts(
        number=row["number"],
        revision=row["revision"],
        partner=row["partner_name"] or "",
        vendor=row["vendor_name"],
        customer=row["customer_name"],
        customer_country=row["customer_country"],
        currency=row["currency"],
        items=tuple(_item(each) for each in lines),
        net=row["net_amount"],
        by_period=tuple(net_by_period(lines).items()),
        tax=None if tax is None else Tax(tax["label"], tax["amount"]["amount"]),
        terms=row["terms"],
        issued_at=row["issued_at"],
        valid_until=row["valid_until"],
    )


def _item(line: Mapping[str, Any]) -> Item:
    listed, *reductions = line["steps"]
    parts = [(each["quantity"], each["sku"]) for each in line["products"]]
    return Item(
        sku=line["sku"],
        name=line["name"],
        unit=line["unit"],
        charge_period=line["charge_period"],
        quantity=line["quantity"],
        # The first step is the price of one, as many times as there are.
        unit_price=listed["amount"]["amount"] // line["quantity"],
        reductions=tuple(
            Reduction(each["kind"], each["source"], each["name"], each["amount"]["amount"]) for each in reductions
        ),
        net=line["net"]["amount"],
        contains=() if parts == [(1, line["sku"])] else tuple(parts),
        note=line["note"],
    )
