"""The funnel of a cohort: rate and age per stage. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from statistics import median

from services.deals.forecasts.history import Deal
from services.deals.pipelines.rules import ENDS, WON


@dataclass(frozen=True, slots=True)
class Step:
    """One stage: who entered it, who is there, who went on or won from it, who ended there, and how long they stayed.

    `rate` is the share of those who have left that went on or won; None where nobody has left. Seconds are the median.
    """

    stage: str
    entered: int
    here: int
    advanced: int
    won: int
    ended: int
    seconds: int | None

    @property
    def rate(self) -> Fraction | None:
        """The share of those who have left the stage that did not end there."""
        left = self.advanced + self.won + self.ended
        return Fraction(self.advanced + self.won, left) if left else None


def funnel(deals: Sequence[Deal], *, stages: Sequence[str], at: datetime) -> list[Step]:
    """Return the steps of a cohort in the order of the stages; who goes back and comes again is counted once a stage."""
    stays: dict[str, list[float]] = {stage: [] for stage in stages}
    been: dict[str, dict[str, str]] = {stage: {} for stage in stages}
    for deal in deals:
        _follow(deal, stays, been, at)
    return [_step(stage, been[stage], stays[stage]) for stage in stages]


def _follow(deal: Deal, stays: dict[str, list[float]], been: dict[str, dict[str, str]], at: datetime) -> None:
    here, since = deal.stage_at(deal.approved_at), deal.approved_at
    for move in deal.moves:
        if move.old in ENDS:
            here, since = move.new, move.at
            continue
        if here in stays:
            stays[here].append((move.at - since).total_seconds())
            been[here][deal.id] = WON if move.new == WON else "ended" if move.new in ENDS else "advanced"
        here, since = move.new, move.at
    if here in stays:
        is_closed = deal.was_closed(at)
        until = (deal.won_at or deal.ended_at or at) if is_closed else at
        stays[here].append(max(0.0, (until - since).total_seconds()))
        been[here][deal.id] = "here" if not is_closed else WON if deal.was_won(at) else "ended"


def _step(stage: str, been: dict[str, str], seconds: Sequence[float]) -> Step:
    fates = list(been.values())
    return Step(
        stage=stage,
        entered=len(fates),
        here=fates.count("here"),
        advanced=fates.count("advanced"),
        won=fates.count(WON),
        ended=fates.count("ended"),
        seconds=round(median(seconds)) if seconds else None,
    )
