"""What stands in the way of a tender."""

from typing import Final

from sqlalchemy import DateTime, Text, and_, bindparam, func, or_, select

from services.deals.protection.tables import protection_claims
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_CLAIMS = protection_claims.c
# A protection is over by its dates, whether or not somebody has noticed it.
_ON_REGISTER: Final = Statement(
    select(protection_claims)
    .where(
        _CLAIMS.tenant_id == TENANT,
        _CLAIMS.customer_id == bindparam("customer", type_=Text(collation="C")),
        _CLAIMS.product_family == bindparam("family"),
        or_(
            _CLAIMS.status == "pending",
            and_(
                _CLAIMS.status == "active",
                or_(
                    func.upper_inf(_CLAIMS.period),
                    func.upper(_CLAIMS.period) > bindparam("at", type_=DateTime(timezone=True)),
                ),
            ),
        ),
    )
    .order_by(_CLAIMS.id)
)


async def claims_on(tx: Tx, *, customer_id: str, product_family: str) -> list[Record]:
    """Return what is asked for, or protected, of a customer and product family."""
    return await tx.all(_ON_REGISTER, customer=customer_id, family=product_family, at=tx.now)
