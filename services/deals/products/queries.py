"""Reading product families."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from services.deals.products.tables import product_families
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Fault, Invalid, NotFound
from shared.lifecycle import Lifecycle, move

LIFECYCLE = Lifecycle(
    ("active", "retired"),
    move("retire", "active", permission="product-families:write", to="retired", by="vendor"),
    move("restore", "retired", permission="product-families:write", to="active", by="vendor"),
    editable={"active": ("name",), "retired": ("name",)},
    vendor_fields=("name",),
)
PRODUCT_FAMILIES = Resource(
    "product_family",
    product_families,
    ("code", "name", "ordinal", "status"),
    title=("name",),
    subtitle="code",
    permission="product-families:read",
    filters=("code", "status"),
    lifecycle=LIFECYCLE,
)
BY_CODE = Statement(
    select(product_families).where(product_families.c.tenant_id == TENANT, product_families.c.code == bindparam("code"))
)


@dataclass(frozen=True, slots=True)
class ProductFamily:
    """A family as other features refer to it."""

    code: str
    ordinal: int


async def family_for_registration(tx: Tx, code: str) -> ProductFamily:
    """Return a family deals can be registered for; raises Invalid at /product_family when unknown or retired."""
    row = await tx.first(BY_CODE, code=code)
    if row is None:
        raise Invalid(errors=[Fault("/product_family", "unknown_product_family", "No product family has this code.")])
    if row["status"] != "active":
        raise Invalid(errors=[Fault("/product_family", "product_family_retired", "This product family is retired.")])
    return ProductFamily(row["code"], row["ordinal"])


async def ordinal_of(tx: Tx, code: str) -> int:
    """Return what stands for a family in the ranges of claims, whether or not it is retired by now."""
    row = await tx.first(BY_CODE, code=code)
    if row is None:
        raise NotFound()
    return int(row["ordinal"])
