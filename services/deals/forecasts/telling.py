"""Making a forecast for each currency, and telling it in the words of the API."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import select

from services.deals.forecasts.back_test import BackTest, back_test
from services.deals.forecasts.history import Deal
from services.deals.forecasts.model import Forecast, Horizon, forecast, period_of
from services.deals.forecasts.queries import YEARS, chosen, history
from services.deals.forecasts.schemas import ForecastOut
from services.deals.pipelines.rules import BUILT_IN
from services.deals.pipelines.tables import pipelines
from shared.db.read import Read
from shared.db.statements import TENANT, Statement
from shared.errors import Fault, InvalidParameter
from shared.values.period import Period

FILTERS: Final = ("partner_id", "program", "product_family", "country", "currency")
FEWEST_CLOSED: Final = 20
FEWEST_PERIODS: Final = 6
_FARTHEST: Final = 2 * 366
_P = pipelines.c
_STAGES: Final = Statement(
    select(_P.stages).where(_P.tenant_id == TENANT, _P.is_published).order_by(_P.created_at, _P.id).limit(500)
)


async def tell(read: Read, query: Mapping[str, str]) -> ForecastOut:
    """Return the forecast of the month or quarter that a query asks for, of the deals the caller sees."""
    horizon, period = _asked(query, today=read.now.date())
    known = await history(read, since=read.now - YEARS, until=read.now, filters=chosen(query, *FILTERS))
    priors = await _priors(read)
    told = await asyncio.to_thread(
        _currencies,
        known.by_currency,
        at=read.now,
        period=period,
        horizon=horizon,
        priors=priors,
        truncated=known.truncated,
    )
    return ForecastOut.model_validate(
        {"as_of": read.now, "horizon": horizon, "period": _span(period), "currencies": told}
    )


async def _priors(read: Read) -> dict[str, float]:
    """Return the prior of every stage there is, those of the newest version last, in the order of their pipelines."""
    priors = {each.code: each.probability / 100 for each in BUILT_IN.stages}
    for row in await read.all(_STAGES):
        priors |= {each["code"]: each["probability"] / 100 for each in row["stages"]}
    return priors


def _asked(query: Mapping[str, str], *, today: date) -> tuple[Horizon, Period]:
    horizon: Horizon = "month" if query.get("horizon") == "month" else "quarter"
    if query.get("horizon", horizon) != horizon:
        raise InvalidParameter(errors=[Fault("horizon", "unknown_horizon", "The horizon is month or quarter.")])
    text = query.get("on")
    try:
        day = today if text is None else date.fromisoformat(text)
    except ValueError:
        raise InvalidParameter(errors=[Fault("on", "not_a_date", "A day as YYYY-MM-DD.")]) from None
    period = period_of(today, horizon)
    if not period.start <= day <= today + timedelta(days=_FARTHEST):
        raise InvalidParameter(
            errors=[Fault("on", "out_of_range", "A day of the current period, or of the next two years.")]
        )
    return horizon, period_of(day, horizon)


def _currencies(
    by_currency: Mapping[str, list[Deal]],
    *,
    at: datetime,
    period: Period,
    horizon: Horizon,
    priors: Mapping[str, float],
    truncated: bool,
) -> list[dict[str, Any]]:
    return [
        _currency(
            currency,
            forecast(deals, at=at, period=period, horizon=horizon, priors=priors),
            back_test(deals, at=at, period=period, horizon=horizon, priors=priors),
            truncated=truncated,
        )
        # A deal that nobody has set an amount for brings nothing that could be added up.
        for currency, deals in sorted(by_currency.items())
        if currency
    ]


def _currency(currency: str, made: Forecast, tested: BackTest, *, truncated: bool) -> dict[str, Any]:
    def money(amount: int) -> dict[str, Any]:
        return {"amount": amount, "currency": currency}

    names = ("booked", "pipeline", "new_business", "expected", "p10", "p50", "p90")
    doubts = _doubts(made, tested, truncated=truncated)
    return {
        "currency": currency,
        **{name: money(getattr(made, name)) for name in names},
        "open_deals": sum(each.deals for each in made.stages),
        "open_amount": money(sum(each.amount for each in made.stages)),
        "stages": [
            {
                "stage": each.stage,
                "deals": each.deals,
                "amount": money(each.amount),
                "win_probability": f"{each.chance:.4f}",
                "expected": money(each.expected),
            }
            for each in made.stages
        ],
        "slippage": dict(
            zip(("samples", "p10_days", "p50_days", "p90_days"), (made.slips, *made.slip_days), strict=True)
        ),
        "baseline": {"method": made.method, "periods": made.periods},
        "back_test": {
            "periods": len(tested.points),
            "mape": _rate(tested.mape),
            "wape": _rate(tested.wape),
            "coverage": _rate(tested.coverage),
            "points": [
                {
                    "period": _span(each.forecast.period),
                    "forecast": money(each.forecast.expected),
                    "p10": money(each.forecast.p10),
                    "p90": money(each.forecast.p90),
                    "actual": money(each.actual),
                }
                for each in tested.points
            ],
        },
        "is_thin": any(each != "truncated" for each in doubts),
        "doubts": doubts,
    }


def _doubts(made: Forecast, tested: BackTest, *, truncated: bool) -> list[str]:
    """Return why the figures should be read with care."""
    found = {
        "few_closed_deals": made.closed < FEWEST_CLOSED,
        "few_past_periods": len(tested.points) < FEWEST_PERIODS,
        "few_close_dates": made.slips < FEWEST_CLOSED,
        "truncated": truncated,
    }
    return [code for code, is_so in found.items() if is_so]


def _span(period: Period) -> dict[str, date]:
    return {"from": period.start, "to": period.end}


def _rate(share: Fraction | None) -> str | None:
    return None if share is None else f"{float(share):.4f}"
