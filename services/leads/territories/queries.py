"""Which territories a country lies in."""

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import JSONB

from services.leads.territories.tables import territories
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_COVERING = Statement(
    select(territories.c.code).where(
        territories.c.tenant_id == TENANT, territories.c.countries.contains(bindparam("wanted", type_=JSONB))
    )
)


async def covering(tx: Tx, country: str) -> frozenset[str]:
    """Return the codes of the territories that contain a country."""
    return frozenset(row["code"] for row in await tx.all(_COVERING, wanted=[country]))
