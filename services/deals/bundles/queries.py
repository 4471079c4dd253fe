"""Reading bundles."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from services.deals.bundles.rules import Bundle
from services.deals.catalogue.tables import bundles
from shared.db.pool import Record
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.lifecycle import Lifecycle, move

_FACTS: Final = ("name", "names", "components")
LIFECYCLE: Final = Lifecycle(
    ("active", "retired"),
    move("retire", "active", permission="bundles:write", to="retired", by="vendor"),
    move("restore", "retired", permission="bundles:write", to="active", by="vendor"),
    editable={"active": _FACTS},
    vendor_fields=_FACTS,
)
BUNDLES: Final = Resource(
    "bundle",
    bundles,
    ("sku", "name", "names", "components", "status"),
    title=("name",),
    subtitle="sku",
    permission="bundles:read",
    filters=("sku", "status"),
    lifecycle=LIFECYCLE,
)
_NAMED = Statement(
    select(bundles).where(bundles.c.tenant_id == TENANT, bundles.c.sku == any_(bindparam("skus", type_=ARRAY(Text))))
)


async def bundles_within(tx: Tx, skus: Iterable[str]) -> dict[str, Bundle]:
    """Return the bundles among these SKUs and all that stand within them, by SKU, retired ones included."""
    found: dict[str, Bundle] = {}
    wanted = set(skus)
    while wanted:
        rows = await tx.all(_NAMED, skus=sorted(wanted))
        found |= {row["sku"]: _bundle(row) for row in rows}
        wanted = {part for row in rows for part in found[row["sku"]].parts} - found.keys()
    return found


def _bundle(row: Record) -> Bundle:
    parts = {each["sku"]: each["quantity"] for each in row["components"]}
    return Bundle(row["sku"], row["name"], parts, is_sold=row["status"] == "active")
