"""Which leads a partner has in its hands."""

from datetime import datetime

from sqlalchemy import DateTime, bindparam, or_, select

from services.leads.offers.tables import offers
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_HELD = Statement(
    select(offers.c.lead_id)
    .where(
        offers.c.tenant_id == TENANT,
        offers.c.partner_id == bindparam("partner_id"),
        offers.c.released_at.is_(None),
        or_(
            offers.c.created_at <= bindparam("until", type_=DateTime(timezone=True)),
            bindparam("until", type_=DateTime(timezone=True)).is_(None),
        ),
    )
    .order_by(offers.c.lead_id)
)


async def held_by(tx: Tx, partner_id: str, *, offered_until: datetime | None) -> list[str]:
    """Return the leads a partner has been offered and still has, up to an instant where one is given, in a fixed order."""
    return [row["lead_id"] for row in await tx.all(_HELD, partner_id=partner_id, until=offered_until)]
