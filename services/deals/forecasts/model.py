"""The forecast of one currency, and what it would have been in the past. Pure: the same history gives the same figures."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, Literal

from services.deals.forecasts.baseline import Method, baseline
from services.deals.forecasts.chances import Chances
from services.deals.forecasts.history import Deal
from services.deals.forecasts.spread import Spread
from services.deals.forecasts.timing import Timing
from shared.values.money import allocate
from shared.values.period import Period, calendar_day, month_of, quarter_of

Horizon = Literal["month", "quarter"]
SEASONS: Final[Mapping[Horizon, int]] = {"month": 12, "quarter": 4}
_YEARS: Final = 3


@dataclass(frozen=True, slots=True)
class StagePart:
    """What the open deals of one stage are expected to bring, in minor units."""

    stage: str
    deals: int
    amount: int
    chance: float
    expected: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected of a period, in minor units: `booked`, `pipeline` and `new_business` add up to `expected`."""

    period: Period
    booked: int
    pipeline: int
    new_business: int
    p10: int
    p50: int
    p90: int
    stages: tuple[StagePart, ...]
    method: Method
    periods: int
    closed: int
    slips: int
    slip_days: tuple[int | None, int | None, int | None]

    @property
    def expected(self) -> int:
        """What is booked, what the open deals and what deals that are not there yet are expected to bring."""
        return self.booked + self.pipeline + self.new_business


def period_of(day: date, horizon: Horizon) -> Period:
    """Return the month or quarter of a day."""
    return month_of(day) if horizon == "month" else quarter_of(day)


def forecast(
    deals: Sequence[Deal], *, at: datetime, period: Period, horizon: Horizon, priors: Mapping[str, float]
) -> Forecast:
    """Return what could be expected of a period at a time, from what was known then."""
    chances, timing = Chances(deals, at=at, priors=priors), Timing(deals, at=at)
    booked = won_within(deals, period, at=at)
    likely: list[tuple[int, float]] = []
    by_stage: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    for deal in deals:
        if deal.was_open(at) and (amount := deal.amount_at(at)):
            stage = deal.stage_at(at)
            won = chances.of(stage, program=deal.program, partner=deal.partner)
            within = won * timing.chance(deal, at=at, period=period)
            likely.append((amount, within))
            by_stage[stage].append((amount, won, within))
    before = baseline(_new_business(deals, at=at, period=period, horizon=horizon), season=SEASONS[horizon])
    new = before.likely() if period.end > calendar_day(at) else (0.0,)
    spread = Spread(booked, likely, new)
    pipeline = round(sum(amount * chance for amount, chance in likely))
    return Forecast(
        period=period,
        booked=booked,
        pipeline=pipeline,
        new_business=round(sum(new) / len(new)),
        p10=spread.at(0.1),
        p50=spread.at(0.5),
        p90=spread.at(0.9),
        stages=_parts(by_stage, total=pipeline, order=list(priors)),
        method=before.method,
        periods=len(before.misses) + 2 if before.misses else 0,
        closed=chances.closed,
        slips=len(timing.slips),
        slip_days=(timing.slip(0.1), timing.slip(0.5), timing.slip(0.9)),
    )


def won_within(deals: Sequence[Deal], period: Period, *, at: datetime) -> int:
    """Return what was known to be won in a period, net, before returns, in minor units."""
    return sum(d.net for d in deals if d.was_won(at) and d.closed_on is not None and d.closed_on in period)


def past_periods(
    deals: Sequence[Deal], *, at: datetime, period: Period, horizon: Horizon
) -> list[tuple[Period, datetime]]:
    """Return the periods that had ended, oldest first, each with the time at which one stood to it as now to `period`."""
    if not deals:
        return []
    first, away = min(each.approved_at for each in deals), calendar_day(at) - period.start
    found: list[tuple[Period, datetime]] = []
    ended = period_of(calendar_day(at), horizon)
    for _ in range(_YEARS * SEASONS[horizon]):
        ended = period_of(ended.start - timedelta(days=1), horizon)
        stood = datetime.combine(ended.start + away, time(23, 59, 59), UTC)
        if stood < first or ended.end > calendar_day(at):
            break
        found.append((ended, min(stood, datetime.combine(ended.end, time(), UTC))))
    return found[::-1]


def _new_business(deals: Sequence[Deal], *, at: datetime, period: Period, horizon: Horizon) -> list[int]:
    """Return what each past period brought by deals that were not approved yet when one stood to it as now to this one."""
    past = past_periods(deals, at=at, period=period, horizon=horizon)
    places = {each.start: place for place, (each, _) in enumerate(past)}
    brought = [0] * len(past)
    for deal in deals:
        if deal.was_won(at) and deal.closed_on is not None:
            place = places.get(period_of(deal.closed_on, horizon).start)
            if place is not None and deal.approved_at > past[place][1]:
                brought[place] += deal.net
    return brought


def _parts(
    by_stage: Mapping[str, Sequence[tuple[int, float, float]]], *, total: int, order: Sequence[str]
) -> tuple[StagePart, ...]:
    """Split what the pipeline brings by its stages, so that the parts add up to it."""
    stages = sorted(by_stage, key=lambda each: (order.index(each) if each in order else len(order), each))
    weights = [Decimal(sum(amount * within for amount, _, within in by_stage[each])) for each in stages]
    expected = allocate(total, weights) if any(weights) else [0] * len(stages)
    return tuple(
        StagePart(
            stage,
            len(by_stage[stage]),
            sum(amount for amount, _, _ in by_stage[stage]),
            sum(won for _, won, _ in by_stage[stage]) / len(by_stage[stage]),
            part,
        )
        for stage, part in zip(stages, expected, strict=True)
    )
