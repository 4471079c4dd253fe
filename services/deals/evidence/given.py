"""How much evidence a deal had at a time."""

from datetime import datetime
from typing import Final

from sqlalchemy import DateTime, Text, bindparam, func, or_, select

from services.deals.evidence.tables import evidence
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_E = evidence.c
_AT = bindparam("at", type_=DateTime(timezone=True))
_GIVEN: Final = Statement(
    select(func.count().label("given"), TENANT.label("tenant_id"))
    .select_from(evidence)
    .where(
        _E.tenant_id == TENANT,
        _E.deal_id == bindparam("deal", type_=Text(collation="C")),
        _E.created_at <= _AT,
        or_(_E.withdrawn_at.is_(None), _E.withdrawn_at > _AT),
    )
)


async def given_until(tx: Tx, deal_id: str, *, at: datetime) -> int:
    """Return how many pieces of evidence a deal had then: given, and not withdrawn."""
    return int(await tx.value(_GIVEN, deal=deal_id, at=at))
