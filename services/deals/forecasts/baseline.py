"""What a series of months or quarters leads one to expect next. Pure.

With two years of it, the mean of the same season of up to three years (a seasonal naive forecast over several years: Hyndman and
Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 5.2). With less, simple exponential smoothing (section 8.1):
level' = level + 0.3 · (value − level), beginning with the first value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Method = Literal["seasonal_mean", "exponential_smoothing", "none"]
_SMOOTHING: Final = 0.3
_YEARS: Final = 3


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is expected next, how it was worked out, and by how much each value missed what was expected of it."""

    value: float
    method: Method
    misses: tuple[float, ...]

    def likely(self) -> tuple[float, ...]:
        """Return values that are as likely as each other: what is expected, with every miss of the past; never below nothing."""
        return tuple(max(0.0, self.value + miss) for miss in self.misses) or (max(0.0, self.value),)


def baseline(series: Sequence[int], *, season: int) -> Baseline:
    """Return what follows a series, oldest first; `season` is how many of its values make a year."""
    value, method = _next(series, season)
    misses = tuple(series[place] - _next(series[:place], season)[0] for place in range(2, len(series)))
    return Baseline(value, method, misses)


def _next(series: Sequence[int], season: int) -> tuple[float, Method]:
    if not series:
        return 0.0, "none"
    if len(series) >= 2 * season:
        same = [series[-season * year] for year in range(1, _YEARS + 1) if season * year <= len(series)]
        return sum(same) / len(same), "seasonal_mean"
    level = float(series[0])
    for value in series[1:]:
        level += _SMOOTHING * (value - level)
    return level, "exponential_smoothing"
