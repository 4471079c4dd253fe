"""Writing product families: the vendor's catalogue, told to the sister services in full."""

from typing import Final

from sqlalchemy import func, select

from services.deals.products.queries import LIFECYCLE
from services.deals.products.schemas import ProductFamilyIn, ProductFamilyPatch
from services.deals.products.tables import product_families
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx, require_version
from shared.events.catalog.deals import ProductFamilyState

_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || ' product families', 0))"
_LAST_ORDINAL: Final = Statement(
    select(func.coalesce(func.max(product_families.c.ordinal), 0)).where(product_families.c.tenant_id == TENANT)
)


async def create(tx: Tx, body: ProductFamilyIn, *, caller: Caller) -> Row:
    """Add a family and draw its ordinal; raises AlreadyExists when the code is taken."""
    vendor_only(caller)
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id)
    ordinal = int(await tx.value(_LAST_ORDINAL)) + 1
    row = await tx.insert(
        product_families,
        id=body.id or tx.new_id("pfam"),
        code=body.code,
        name=body.name,
        ordinal=ordinal,
        status="active",
    )
    return _told(tx, row)


async def change(tx: Tx, body: ProductFamilyPatch, *, family_id: str, version: int | None, caller: Caller) -> Row:
    """Rename a family."""
    vendor_only(caller)
    row = await tx.lock(product_families, family_id)
    require_version(row, version)
    return _told(tx, await tx.update(product_families, row, **body.changes()))


async def set_status(tx: Tx, *, family_id: str, action: str, version: int | None, caller: Caller) -> Row:
    """Retire a family, so that no deal is registered for it any more, or restore it."""
    vendor_only(caller)
    row = await tx.lock_for(product_families, family_id, action=action, lifecycle=LIFECYCLE, version=version)
    status = "retired" if action == "retire" else "active"
    return _told(tx, await tx.update(product_families, row, status=status))


def state_of(row: Row) -> ProductFamilyState:
    """Return the full state of a family, as sister services keep it."""
    return ProductFamilyState(code=row["code"], name=row["name"], ordinal=row["ordinal"], status=row["status"])


def _told(tx: Tx, row: Record) -> Record:
    tx.emit(state_of(row), subject=row)
    return row
