"""The rate in force on a day."""

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, select

from services.incentives.exchange.rules import Rate
from services.incentives.exchange.tables import exchange_rates
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

EXCHANGE_RATES: Final = Resource(
    "exchange_rate",
    exchange_rates,
    ("base", "quote", "rate", "effective_on"),
    permission="exchange-rates:read",
    filters=("base", "quote", "effective_on"),
)

_ON_DAY = Statement(
    select(exchange_rates)
    .where(
        exchange_rates.c.tenant_id == TENANT,
        exchange_rates.c.base == bindparam("base"),
        exchange_rates.c.quote == bindparam("quote"),
        exchange_rates.c.effective_on <= bindparam("day"),
    )
    .order_by(exchange_rates.c.effective_on.desc())
    .limit(1)
)


async def rate_on(tx: Tx, *, base: str, quote: str, day: date) -> Rate | None:
    """Return the last rate of the pair from the day or before, or None."""
    row = await tx.first(_ON_DAY, base=base, quote=quote, day=day)
    if row is None:
        return None
    return Rate(row["id"], row["base"], row["quote"], Decimal(row["rate"]), row["effective_on"])
