"""Operations of exchange rates."""

from services.incentives.exchange import commands
from services.incentives.exchange.queries import EXCHANGE_RATES
from services.incentives.exchange.schemas import ExchangeRateIn, ExchangeRateOut
from shared.db.pool import Record
from shared.errors import AlreadyExists
from shared.web.params import Principal, Tx
from shared.web.router import Router

router = Router("exchange-rates")
router.lists(EXCHANGE_RATES, ExchangeRateOut, summary="Exchange rates.")
router.reads(EXCHANGE_RATES, ExchangeRateOut, summary="One exchange rate.")


@router.post(
    permission="exchange-rates:write",
    returns=EXCHANGE_RATES,
    out=ExchangeRateOut,
    status=201,
    problems=[AlreadyExists],
)
async def create_exchange_rate(body: ExchangeRateIn, tx: Tx, caller: Principal) -> Record:
    """Publish a rate from a day on. Lines already accrued keep theirs; sales that wait for it are accrued now."""
    return await commands.publish(tx, body, caller=caller)
