"""Writes of exchange rates."""

from typing import Final

from services.incentives.exchange.schemas import ExchangeRateIn
from services.incentives.exchange.tables import exchange_rates
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import Fault, Invalid

ARRIVED: Final = "exchange_rate_arrived"


async def publish(tx: Tx, body: ExchangeRateIn, *, caller: Caller) -> Record:
    """Store a rate and have the sales that wait for it accrued; raises AlreadyExists for a pair and day that has one."""
    vendor_only(caller)
    if body.base == body.quote:
        raise Invalid(errors=[Fault("/quote", "same_currency", "A rate leads to another currency.")])
    row = await tx.insert(
        exchange_rates,
        id=body.id or tx.new_id("fxr"),
        base=body.base,
        quote=body.quote,
        rate=body.rate,
        effective_on=body.effective_on,
    )
    await tx.remind(ARRIVED, subject=f"{body.base}/{body.quote}", at=tx.now)
    return row
