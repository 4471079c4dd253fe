"""Who has a role."""

from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import JSONB

from gateway.accounts.tables import accounts, memberships
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_CODES: Final = bindparam("codes", type_=JSONB)
_STAFF: Final = Statement(
    select(accounts.c.id).where(accounts.c.tenant_id == TENANT, accounts.c.roles.op("@>")(_CODES))
)
_PEOPLE: Final = Statement(
    select(memberships.c.account_id.label("id"))
    .where(memberships.c.tenant_id == TENANT, memberships.c.roles.op("@>")(_CODES))
    .distinct()
)


async def holders_of(tx: Tx, code: str, *, side: str) -> list[str]:
    """Return the accounts that have a role of the vendor's side, or of the partners', whichever partner they have it at."""
    async with tx.as_engine("whose tokens a narrower role takes back"):
        found = await tx.all(_STAFF if side == "vendor" else _PEOPLE, codes=[code])
    return [row["id"] for row in found]
