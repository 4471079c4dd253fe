"""How wrong forecasts would have been: each past period, with what was known when one stood to it as now to this one. Pure.

MAPE is the mean of |actual − forecast| ÷ actual over periods that brought something, WAPE the sum of |actual − forecast| ÷ the sum of
the actual (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 5.8); coverage is the share of
periods whose actual lay from P10 to P90, four of five where the spread is right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Final

from services.deals.forecasts.history import Deal
from services.deals.forecasts.model import Forecast, Horizon, forecast, past_periods, won_within
from shared.values.period import Period

_MOST: Final = {"month": 12, "quarter": 8}


@dataclass(frozen=True, slots=True)
class Point:
    """A past period: what would have been forecast, and what came."""

    forecast: Forecast
    actual: int

    @property
    def miss(self) -> int:
        """By how much the forecast was off, in minor units."""
        return abs(self.actual - self.forecast.expected)

    @property
    def is_covered(self) -> bool:
        """Whether what came lay from P10 to P90."""
        return self.forecast.p10 <= self.actual <= self.forecast.p90


@dataclass(frozen=True, slots=True)
class BackTest:
    """All past periods that could be tried, oldest first."""

    points: tuple[Point, ...]

    @property
    def mape(self) -> Fraction | None:
        """The mean absolute percentage error, as a fraction; None where no period brought anything."""
        shares = [Fraction(each.miss, each.actual) for each in self.points if each.actual]
        return sum(shares, Fraction(0)) / len(shares) if shares else None

    @property
    def wape(self) -> Fraction | None:
        """The weighted absolute percentage error, as a fraction; None where nothing came at all."""
        actual = sum(each.actual for each in self.points)
        return Fraction(sum(each.miss for each in self.points), actual) if actual else None

    @property
    def coverage(self) -> Fraction | None:
        """The share of periods from P10 to P90; None where there are none."""
        return Fraction(sum(each.is_covered for each in self.points), len(self.points)) if self.points else None


def back_test(
    deals: Sequence[Deal], *, at: datetime, period: Period, horizon: Horizon, priors: Mapping[str, float]
) -> BackTest:
    """Return how forecasts of this kind would have done."""
    past = past_periods(deals, at=at, period=period, horizon=horizon)[-_MOST[horizon] :]
    return BackTest(
        tuple(
            Point(
                forecast(deals, at=then, period=each, horizon=horizon, priors=priors),
                won_within(deals, each, at=at),
            )
            for each, then in past
        )
    )
