"""Reading funnels."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from services.deals.forecasts.queries import chosen, history
from services.deals.funnels.rules import Step, funnel
from services.deals.funnels.schemas import FunnelOut
from services.deals.pipelines.queries import pipeline_to_read
from shared.db.read import Read
from shared.errors import Fault, InvalidParameter

FILTERS = ("partner_id", "product_family")
_YEAR = timedelta(days=365)
_LONGEST = timedelta(days=3 * 366)


async def funnel_of(read: Read, pipeline_id: str | None, query: Mapping[str, str]) -> FunnelOut:
    """Return how the deals of a cohort came through a pipeline; raises NotFound for one the caller does not see."""
    pipeline = await pipeline_to_read(read, pipeline_id)
    start, end = _cohort(query, today=read.now.date())
    known = await history(
        read,
        since=_midnight(start),
        until=_midnight(end),
        filters=chosen(query, *FILTERS),
        pipeline=pipeline,
    )
    deals = [each for some in known.by_currency.values() for each in some]
    return FunnelOut.model_validate(
        {
            "as_of": read.now,
            "pipeline_id": pipeline_id,
            "cohort": {"from": start, "to": end},
            "deals": len(deals),
            "won": sum(each.was_won(read.now) for each in deals),
            "ended": sum(each.was_closed(read.now) and not each.was_won(read.now) for each in deals),
            "truncated": known.truncated,
            "stages": [_told(each) for each in funnel(deals, stages=pipeline.codes, at=read.now)],
        }
    )


def _told(step: Step) -> dict[str, object]:
    counts = {name: getattr(step, name) for name in ("stage", "entered", "here", "advanced", "won", "ended")}
    rate = None if step.rate is None else f"{float(step.rate):.4f}"
    return {**counts, "rate": rate, "median_seconds": step.seconds}


def _cohort(query: Mapping[str, str], *, today: date) -> tuple[date, date]:
    end = _day(query, "to") or today + timedelta(days=1)
    start = _day(query, "from") or end - _YEAR
    if not timedelta() < end - start <= _LONGEST:
        raise InvalidParameter(errors=[Fault("to", "out_of_range", "A day after `from`, within three years of it.")])
    return start, end


def _day(query: Mapping[str, str], name: str) -> date | None:
    if name not in query:
        return None
    try:
        day = date.fromisoformat(query[name])
    except ValueError:
        raise InvalidParameter(errors=[Fault(name, "not_a_date", "A day as YYYY-MM-DD.")]) from None
    if not 1900 <= day.year <= 2200:
        raise InvalidParameter(errors=[Fault(name, "out_of_range", "A day from 1900 to 2200.")])
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
