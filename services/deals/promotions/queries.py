"""Reading price promotions."""

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, select

from services.deals.promotions.rules import Promotion
from services.deals.promotions.tables import price_promotions
from shared.db.pool import Record
from shared.db.resource import Resource, money
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.lifecycle import Lifecycle, move

_FACTS: Final = (
    *("name", "percent", "amount", "effective_from", "effective_to", "product_families", "skus", "tiers"),
    *("countries", "minimum_quantity", "stackable"),
)
LIFECYCLE: Final = Lifecycle(
    ("draft", "published", "ended", "withdrawn"),
    move("publish", "draft", permission="price-promotions:approve", to="published", by="vendor"),
    move("withdraw", "published", permission="price-promotions:approve", to="withdrawn", by="vendor"),
    editable={"draft": _FACTS},
    vendor_fields=_FACTS,
    by_itself={"published": ("ended",)},
)
PRICE_PROMOTIONS: Final = Resource(
    "price_promotion",
    price_promotions,
    (
        *("code", "name", "percent", money("amount"), "effective_from", "effective_to", "product_families", "skus"),
        *("tiers", "countries", "minimum_quantity", "stackable", "status"),
    ),
    permission="price-promotions:read",
    filters=("code", "status", "effective_from"),
    lifecycle=LIFECYCLE,
)
_P = price_promotions.c
_IN_FORCE = Statement(
    select(price_promotions)
    .where(
        _P.tenant_id == TENANT,
        _P.status == "published",
        _P.effective_from <= bindparam("on_day"),
        _P.effective_to > bindparam("on_day"),
    )
    .order_by(_P.code)
)


async def promotions_on(tx: Tx, day: date) -> list[Promotion]:
    """Return the promotions that are in force on a day, by code."""
    return [promotion_of(row) for row in await tx.all(_IN_FORCE, on_day=day)]


def promotion_of(row: Record) -> Promotion:
    """Return a promotion's row as decisions use it."""
    return Promotion(
        code=row["code"],
        name=row["name"],
        effective_from=row["effective_from"],
        effective_to=row["effective_to"],
        percent=None if row["percent"] is None else Decimal(row["percent"]),
        amount=row["amount"],
        currency=row["currency"],
        product_families=frozenset(row["product_families"]),
        skus=frozenset(row["skus"]),
        tiers=frozenset(row["tiers"]),
        countries=frozenset(row["countries"]),
        minimum_quantity=row["minimum_quantity"],
        stackable=row["stackable"],
    )
