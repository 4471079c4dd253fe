"""Bodies of forecasts."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.web.models import MoneyOut, Out, Rate, told

Doubt = Annotated[Literal["few_closed_deals", "few_past_periods", "few_close_dates", "truncated"], told()]


class SpanOut(Out):
    """Days from `from` up to, and not including, `to`."""

    from_: Annotated[date, Field(alias="from", serialization_alias="from")]
    to: date


class ForecastStageOut(Out):
    """The open deals of one stage: what they are worth, how likely they are won, and what they bring to the period."""

    stage: str
    deals: int
    amount: MoneyOut
    win_probability: Rate
    expected: MoneyOut


class SlippageOut(Out):
    """By how many days won deals have missed the close dates they had on entering a stage."""

    samples: int
    p10_days: int | None
    p50_days: int | None
    p90_days: int | None


class BaselineOut(Out):
    """How the business that is not there yet was estimated, and from how many past periods."""

    method: Literal["seasonal_mean", "exponential_smoothing", "none"]
    periods: int


class BackTestPointOut(Out):
    """A past period: what would have been forecast with what was known then, and what came."""

    period: SpanOut
    forecast: MoneyOut
    p10: MoneyOut
    p90: MoneyOut
    actual: MoneyOut


class BackTestOut(Out):
    """How wrong forecasts of this kind would have been. The errors are null where nothing can be said."""

    periods: int
    mape: Rate | None
    wape: Rate | None
    coverage: Rate | None
    points: list[BackTestPointOut]


class CurrencyForecastOut(Out):
    """The forecast in one currency: `booked`, `pipeline` and `new_business` add up to `expected`."""

    currency: str
    booked: MoneyOut
    pipeline: MoneyOut
    new_business: MoneyOut
    expected: MoneyOut
    p10: MoneyOut
    p50: MoneyOut
    p90: MoneyOut
    open_deals: int
    open_amount: MoneyOut
    stages: list[ForecastStageOut]
    slippage: SlippageOut
    baseline: BaselineOut
    back_test: BackTestOut
    is_thin: bool
    doubts: list[Doubt]


class ForecastOut(Out):
    """What is expected of a month or quarter, for each currency by itself."""

    object: Literal["forecast"] = "forecast"
    as_of: datetime
    horizon: Literal["month", "quarter"]
    period: SpanOut
    currencies: list[CurrencyForecastOut]
