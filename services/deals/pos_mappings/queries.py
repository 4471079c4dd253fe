"""Reading mappings."""

from sqlalchemy import bindparam, select

from services.deals.pos_mappings.tables import LIFECYCLE, pos_mappings
from shared.db.pool import Record
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Fault, Invalid

POS_MAPPINGS = Resource(
    "pos_mapping",
    pos_mappings,
    ("partner_id", "name", "status", "mapping"),
    title=("name",),
    expands={"partner_id": "partners"},
    permission="pos-batches:read",
    filters=("status", "partner_id", "name"),
    lifecycle=LIFECYCLE,
)
_M = pos_mappings.c
_NAMED = Statement(
    select(pos_mappings).where(
        _M.tenant_id == TENANT,
        _M.partner_id == bindparam("partner"),
        _M.name == bindparam("wanted_name"),
        _M.status == "active",
    )
)


async def mapping_named(tx: Tx, name: str, *, partner_id: str) -> Record:
    """Return a partner's mapping of this name; raises Invalid at /mapping."""
    found = await tx.first(_NAMED, partner=partner_id, wanted_name=name)
    if found is None:
        raise Invalid(errors=[Fault("/mapping", "unknown_mapping", "The partner has no mapping of this name.")])
    return found
