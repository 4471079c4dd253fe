"""Importing products: each row adds one as a single creation does."""

from functools import lru_cache

from sqlalchemy import Integer, Text, bindparam, exists, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from services.deals.catalogue.commands import STAGE_CHANGES, WARNS, create
from services.deals.catalogue.schemas import ProductIn
from services.deals.catalogue.tables import bundles, products
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.imports.objects import Importable
from shared.imports.problems import InUse


@lru_cache(maxsize=1)
def _using() -> Statement:
    """Find the product if a bundle, or anything else that names a SKU, names its own."""
    sku, one = bindparam("sku", type_=Text), literal_column("1", Integer)
    others = [each for each in products.metadata.sorted_tables if "sku" in each.c and each not in (products, bundles)]
    named = [exists(one).where(each.c.tenant_id == TENANT, each.c.sku == sku) for each in others]
    component = func.jsonb_build_array(func.jsonb_build_object("sku", sku), type_=JSONB)
    named.append(exists(one).where(bundles.c.tenant_id == TENANT, bundles.c.components.contains(component)))
    return Statement(select(products.c.id).where(products.c.tenant_id == TENANT, products.c.sku == sku, or_(*named)))


async def _create(tx: Tx, body: ProductIn) -> Row:
    return await create(tx, body, caller=tx.caller)


async def _take_back(tx: Tx, row: Record) -> None:
    """Remove a product; raises InUse where a bundle, a price list or a quote names it."""
    async with tx.as_engine("a product is not removed while anything of any partner names it"):
        if await tx.first(_using(), sku=row["sku"]) is not None:
            raise InUse()
        for timer in (STAGE_CHANGES, WARNS):
            await tx.forget(timer, subject=row["id"])
        await tx.delete(products, row)


PRODUCT = Importable("product", "products", ProductIn, products, create=_create, take_back=_take_back, by="vendor")
