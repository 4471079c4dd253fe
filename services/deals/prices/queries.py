"""Reading price lists: all of them, and those that may apply to a partner."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ARRAY, ColumnElement, Text, any_, bindparam, or_, select

from services.deals.directory.queries import Partner
from services.deals.prices.rules import Choice, PriceList, choose, floor_of
from services.deals.prices.tables import price_list_entries, price_lists
from shared.db.beside import is_found
from shared.db.pool import Record
from shared.db.resource import Field, Resource, money, withheld
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.lifecycle import Lifecycle, move

_FACTS: Final = ("name", "tier", "countries", "effective_from", "effective_to", "floor_margin", "below_floor")
LIFECYCLE: Final = Lifecycle(
    ("draft", "published", "superseded"),
    move("publish", "draft", permission="price-lists:approve", to="published", by="vendor"),
    move("entries", "draft", permission="price-lists:write", by="vendor"),
    editable={"draft": _FACTS},
    vendor_fields=_FACTS,
    by_itself={"published": ("superseded",)},
)


def _for_vendor(shown: Field) -> Field:
    """Return a member that a partner's side is shown as null."""
    return replace(shown, columns=(), for_partner=lambda _: None)


def _has_entries() -> ColumnElement[Any]:
    """Whether a list has a price to be published."""
    of_list = select(price_list_entries.c.id).where(
        price_list_entries.c.tenant_id == TENANT, price_list_entries.c.price_list_id == price_lists.c.id
    )
    return is_found(of_list, beside=price_lists)


PRICE_LISTS: Final = Resource(
    "price_list",
    price_lists,
    (
        *("name", "tier", "currency", "countries", "effective_from", "effective_to", "status"),
        *(withheld("floor_margin"), withheld("below_floor")),
        "published_at",
    ),
    permission="price-lists:read",
    filters=("status", "tier", "currency", "effective_from"),
    lifecycle=LIFECYCLE,
    ruled_out=lambda row, _: () if row["has_entries"] else ("publish",),
    beside={"has_entries": _has_entries()},
)
ENTRIES: Final = Resource(
    "price_list_entry",
    price_list_entries,
    ("price_list_id", "sku", money("price"), "breaks", _for_vendor(money("cost")), _for_vendor(money("floor_price"))),
    permission="price-lists:read",
    filters=("price_list_id", "sku"),
    noun="price-lists",
)

_L, _E = price_lists.c, price_list_entries.c
_PUBLISHED = Statement(
    select(price_lists).where(
        _L.tenant_id == TENANT,
        _L.currency == bindparam("currency"),
        or_(_L.tier.is_(None), _L.tier == bindparam("tier", type_=Text)),
        _L.status != "draft",
    )
)
_NAMED = Statement(
    select(price_list_entries).where(
        _E.tenant_id == TENANT,
        _E.price_list_id == bindparam("price_list"),
        _E.sku == any_(bindparam("skus", type_=ARRAY(Text))),
    )
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What one of a SKU costs, from how many on it costs less, and the least it may be sold for."""

    sku: str
    price: int
    breaks: tuple[tuple[int, int], ...]
    floor: int | None


async def list_for(tx: Tx, partner: Partner, *, currency: str, day: date) -> Choice:
    """Return which of the lists that the caller sees applies to a partner on a day, and why the others do not."""
    rows = await tx.all(_PUBLISHED, currency=currency, tier=partner.tier)
    lists = [price_list_of(row) for row in rows]
    return choose(lists, currency=currency, tier=partner.tier, country=partner.country, day=day)


async def entries_named(tx: Tx, price_list_id: str, skus: Iterable[str]) -> dict[str, Entry]:
    """Return the entries of a list that have these SKUs, by SKU."""
    price_list = await tx.fetch(price_lists, price_list_id)
    margin = None if price_list["floor_margin"] is None else Decimal(price_list["floor_margin"])
    rows = await tx.all(_NAMED, price_list=price_list_id, skus=sorted(set(skus)))
    return {
        row["sku"]: Entry(
            row["sku"],
            row["price"],
            tuple((each["from_quantity"], each["price"]["amount"]) for each in row["breaks"]),
            floor_of(price=row["floor_price"], cost=row["cost"], margin=margin),
        )
        for row in rows
    }


async def rows_named(tx: Tx, price_list_id: str, skus: Iterable[str]) -> dict[str, Record]:
    """Return the stored entries of a list that have these SKUs, by SKU."""
    rows = await tx.all(_NAMED, price_list=price_list_id, skus=sorted(set(skus)))
    return {row["sku"]: row for row in rows}


def price_list_of(row: Record) -> PriceList:
    """Return a list's row as decisions use it."""
    return PriceList(
        row["id"],
        row["name"],
        row["currency"],
        row["tier"],
        frozenset(row["countries"]),
        row["effective_from"],
        row["effective_to"],
    )
