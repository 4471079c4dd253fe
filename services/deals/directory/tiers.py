"""Which tiers there are: the partners service's, of which deals keeps a copy."""

from typing import Final

from sqlalchemy import Text, bindparam, select

from services.deals.directory.tables import tier_programs
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Fault, Invalid, Unavailable

_KNOWN: Final = Statement(
    select(tier_programs.c.tier).where(
        tier_programs.c.tenant_id == TENANT, tier_programs.c.tier == bindparam("tier", type_=Text(collation="C"))
    )
)


async def require_tier(tx: Tx, tier: str | None) -> None:
    """Raise Invalid at /tier for the code of no tier; of one that is not heard of yet its owner is asked."""
    if tier is None or await tx.first(_KNOWN, tier=tier) is not None:
        return
    answer = await tx.database.peers["partners"].get("/internal/tiers", query=f"tenant={tx.tenant_id}&code={tier}")
    if answer.status == 404:
        raise Invalid(errors=[Fault("/tier", "unknown_tier", "There is no tier with this code.")])
    if answer.status != 200:
        raise Unavailable("The tier cannot be looked up right now.")
