"""Bodies of explanations and recalculations."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from services.incentives.earnings.schemas import ReasonCode, RuleVerdictOut
from shared.web.models import Body, MoneyOut, Out, ResourceOut, id_of, told


class ReasonOut(Out):
    """Why nothing was earned, or why it waits."""

    code: Annotated[ReasonCode, told()]
    detail: str
    plan_id: str | None
    component: str | None


class EarnedOut(Out):
    """A line that the deal has earned."""

    earning_id: str
    kind: str
    status: str
    rule: str
    amount: MoneyOut


class DealExplanationOut(Out):
    """What a deal has earned and by which rules, or why nothing; `text` tells it by locale."""

    object: Literal["deal_explanation"]
    deal_id: str
    partner_id: str | None
    outcome: Literal["accrued", "nothing", "waiting", "not_won"]
    tier: str | None
    closed_on: date | None
    reasons: list[ReasonOut]
    rules: list[RuleVerdictOut]
    earnings: list[EarnedOut]
    text: dict[str, str]


class RecalculationIn(Body):
    """The sales closed on the days from `from` up to, but not including, `to`; of one partner where named."""

    id: id_of("rcl") | None = None  # type: ignore[valid-type]
    partner_id: id_of("ptr") | None = None  # type: ignore[valid-type]
    from_: date = Field(alias="from")
    to: date


class RecalculationOut(ResourceOut):
    """A recalculation: how many sales it decided anew, and the lines and sums it posted."""

    partner_id: str | None
    from_: date = Field(alias="from")
    to: date
    sales: int
    lines: int
    differences: list[MoneyOut]
    requested_by: str
