"""Reading products."""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import ARRAY, Text, any_, bindparam, select, union_all

from services.deals.catalogue.rules import STAGES, Life, Product
from services.deals.catalogue.tables import bundles, products
from shared.db.pool import Record
from shared.db.resource import Resource, Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.lifecycle import Lifecycle, move

_WORDS: Final = ("name", "names", "description", "countries", "required_credential")
_DATES: Final = ("available_on", "end_of_sale_on", "end_of_life_on")
LIFECYCLE: Final = Lifecycle(
    STAGES,
    move("release", "announced", permission="products:write", to="active", by="vendor"),
    move("end-sale", "active", permission="products:write", to="end_of_sale", by="vendor"),
    move("end-life", "end_of_sale", permission="products:write", to="end_of_life", by="vendor"),
    editable={
        "announced": (*_WORDS, *_DATES),
        "active": (*_WORDS, "end_of_sale_on", "end_of_life_on"),
        "end_of_sale": (*_WORDS, "end_of_life_on"),
        "end_of_life": ("name", "names", "description"),
    },
    vendor_fields=(*_WORDS, *_DATES),
    initial=STAGES,
    by_itself={"announced": ("active",), "active": ("end_of_sale",), "end_of_sale": ("end_of_life",)},
)
PRODUCTS: Final = Resource(
    "product",
    products,
    (
        *("sku", "product_family", "name", "names", "description", "unit", "countries", "required_credential"),
        *("charge", "charge_period", "available_on", "end_of_sale_on", "end_of_life_on", "status"),
    ),
    title=("name",),
    subtitle="sku",
    permission="products:read",
    filters=("sku", "product_family", "status", "charge", "end_of_sale_on"),
    lifecycle=LIFECYCLE,
)
_BY_SKU = Statement(
    select(products).where(products.c.tenant_id == TENANT, products.c.sku == any_(bindparam("skus", type_=ARRAY(Text))))
)

_SKUS = Statement(
    union_all(
        *(
            select(table.c.sku).where(
                table.c.tenant_id == TENANT, table.c.sku == any_(bindparam("skus", type_=ARRAY(Text)))
            )
            for table in (products, bundles)
        )
    )
)


async def skus_known(tx: Tx, skus: Iterable[str]) -> set[str]:
    """Return which of these are the SKU of a product or a bundle."""
    return {row["sku"] for row in await tx.all(_SKUS, skus=sorted(set(skus)))}


async def products_named(tx: Tx, skus: Iterable[str]) -> dict[str, Product]:
    """Return the products that have these SKUs, by SKU; what is not there is missing in it."""
    rows = await tx.all(_BY_SKU, skus=sorted(set(skus)))
    return {row["sku"]: product_of(row) for row in rows}


async def charge_period_of(tx: Tx, sku: str) -> str | None:
    """Return how often a product is charged for; None for one that is charged for once, or is not known."""
    rows = await tx.all(_BY_SKU, skus=[sku])
    return rows[0]["charge_period"] if rows else None


def product_of(row: Row | Record) -> Product:
    """Return a product's row as decisions use it."""
    return Product(
        sku=row["sku"],
        family=row["product_family"],
        name=row["name"],
        unit=row["unit"],
        life=life_of(row),
        countries=frozenset(row["countries"]),
        required_credential=row["required_credential"],
        charge_period=row["charge_period"],
    )


def life_of(row: Mapping[str, object] | Record) -> Life:
    """Return the dates of a product's row."""
    return Life(row["available_on"], row["end_of_sale_on"], row["end_of_life_on"])  # type: ignore[arg-type]
