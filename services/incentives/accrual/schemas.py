"""Bodies of explanations and recalculations."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from services.incentives.earnings.schemas import ReasonCode, RuleVerdictOut
from shared.web.models import Body, Day, MoneyOut, Out, ResourceOut, id_of, told


class ReasonOut(Out):
    """Why nothing was earned, or why it waits."""

    code: Annotated[ReasonCode, told()]
    detail: str
    plan_id: str | None
    component: str | None


class EarnedOut(Out):
    """A line that was earned; the match or the invoice it comes from, where that is not the win."""

    earning_id: str
    match_id: str | None
    licence_invoice_id: str | None
    kind: str
    status: str
    rule: str
    amount: MoneyOut


class DealShareOut(Out):
    """A partner's share of what is earned on a deal, and its part of the sale; parts of all partners are the whole exactly."""

    partner_id: str
    role: str
    basis_points: int
    pct: str
    amount: MoneyOut
    outcome: Literal["accrued", "nothing", "waiting"]


class SaleExplanationOut(Out):
    """What a partner has earned on a sale and by which rules, or why nothing; `text` tells it by locale.

    `shares` are those of all partners that the caller may see: a partner sees its own.
    """

    partner_id: str | None
    shares: list[DealShareOut]
    tier: str | None
    closed_on: date | None
    reasons: list[ReasonOut]
    rules: list[RuleVerdictOut]
    earnings: list[EarnedOut]
    text: dict[str, str]


class DealExplanationOut(SaleExplanationOut):
    """What a partner has earned on a deal and by which rules, or why nothing.

    With a match, what it has earned on that; without, why the win of the deal earns, and all that the deal has earned.
    """

    object: Literal["deal_explanation"]
    deal_id: str
    match_id: str | None
    outcome: Literal["accrued", "nothing", "waiting", "not_won"]


class LicenceExplanationOut(SaleExplanationOut):
    """What a partner has earned by an invoice of a licence and by which rules, or why nothing."""

    object: Literal["licence_explanation"]
    licence_invoice_id: str
    licence_id: str | None
    deal_id: str | None
    outcome: Literal["accrued", "nothing", "waiting", "not_invoiced"]


class RecalculationIn(Body):
    """The sales closed on the days from `from` up to, but not including, `to`; of one partner where named."""

    id: id_of("rcl") | None = None  # type: ignore[valid-type]
    partner_id: id_of("ptr") | None = None  # type: ignore[valid-type]
    from_: Day = Field(alias="from")
    to: Day


class RecalculationOut(ResourceOut):
    """A recalculation: how many sales it decided anew, and the lines and sums it posted."""

    partner_id: str | None
    from_: date = Field(alias="from")
    to: date
    sales: int
    lines: int
    differences: list[MoneyOut]
    requested_by: str
