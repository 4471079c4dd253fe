"""When a deal closes that is won: how far close dates have slipped before. Pure.

The empirical distribution of the slippage, with ten made-up deals as its prior, given that the deal has not closed yet. A part of
it, worth two deals more, forgets the plan: of what is open, half closes within 45 days. So no chance is ever none or all.
"""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from services.deals.forecasts.history import Deal
from shared.values.period import Period, calendar_day

_SLIPS: Final = (0, 0, 0, 0, 30, 30, 30, 60, 60, 120)
_CYCLES: Final = (30, 45, 60, 60, 75, 90, 90, 120, 150, 180)
_PLANLESS: Final = 2
_HALF_LIFE: Final = 45


class Timing:
    """By how many days close dates were missed, and how long deals without one took, as it could be known at a time."""

    def __init__(self, deals: Iterable[Deal], *, at: datetime) -> None:
        slips: list[int] = []
        cycles: list[int] = []
        for deal in deals:
            if not deal.was_won(at) or deal.closed_on is None:
                continue
            cycles.append((deal.closed_on - calendar_day(deal.approved_at)).days)
            for entry in deal.entries():
                planned = deal.close_on_at(entry)
                if planned is not None and entry <= at:
                    slips.append((deal.closed_on - planned).days)
        self.slips = sorted(slips)
        self._slips, self._cycles = sorted((*slips, *_SLIPS)), sorted((*cycles, *_CYCLES))

    def chance(self, deal: Deal, *, at: datetime, period: Period) -> float:
        """Return the chance that a deal which is won, and open now, closes within a period."""
        today, planned = calendar_day(at), deal.close_on_at(at)
        begins = max(period.start, today)
        if begins >= period.end:
            return 0.0
        base, days = (calendar_day(deal.approved_at), self._cycles) if planned is None else (planned, self._slips)
        still_possible = len(days) - _before(days, base, today)
        within = _before(days, base, period.end) - _before(days, base, begins)
        planless = _left(begins - today) - _left(period.end - today)
        return (within + _PLANLESS * planless) / (still_possible + _PLANLESS)

    def slip(self, share: float) -> int | None:
        """Return by how many days at most this share of close dates was missed, None where none is known."""
        return self.slips[min(len(self.slips) - 1, int(share * len(self.slips)))] if self.slips else None


def _before(days: list[int], base: date, day: date) -> int:
    return bisect_left(days, (day - base).days)


def _left(time: timedelta) -> float:
    """The share of deals still open after a time."""
    return float(0.5 ** (time.days / _HALF_LIFE))
