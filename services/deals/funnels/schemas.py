"""Bodies of funnels."""

from datetime import datetime
from typing import Literal

from services.deals.forecasts.schemas import SpanOut
from shared.web.models import Out, Rate


class FunnelStepOut(Out):
    """One stage of a funnel.

    `entered` is the sum of those who are `here`, `advanced`, were `won` from it or `ended` in it. `rate` is the share of those who
    have left that did not end there; `median_seconds` is how long they stayed, those who are there among them.
    """

    stage: str
    entered: int
    here: int
    advanced: int
    won: int
    ended: int
    rate: Rate | None
    median_seconds: int | None


class FunnelOut(Out):
    """How the deals approved in a time came through the stages of a pipeline."""

    object: Literal["funnel"] = "funnel"
    as_of: datetime
    pipeline_id: str | None
    cohort: SpanOut
    deals: int
    won: int
    ended: int
    truncated: bool
    stages: list[FunnelStepOut]
