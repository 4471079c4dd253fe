"""Bodies of earnings and of their explanation. The trace is stored with the line as it was computed."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from services.incentives.plans.rules import RejectionCode
from shared.web.models import LifecycleOut, MoneyOut, Out, told

ComponentCode = Literal[
    "paid_from_orders",
    "paid_from_licences",
    "paid_from_deals",
    "nothing_sold",
    "below_minimum",
    "unconditional",
    "condition_true",
    "condition_false",
    "condition_unreadable",
]
VerdictCode = RejectionCode | ComponentCode
ReasonCode = (
    VerdictCode | Literal["partner_unknown", "no_plan", "no_exchange_rate", "not_won", "not_invoiced", "no_share"]
)
"""Why a sale has earned nothing, or waits."""


class EarningOut(LifecycleOut):
    """A line of money; below zero where something is taken back."""

    partner_id: str
    deal_id: str | None
    match_id: str | None
    licence_id: str | None
    licence_invoice_id: str | None
    kind: Literal["commission", "true_up", "adjustment", "clawback"]
    status: Literal["accrued", "held", "statemented", "payable", "paid"]
    amount: MoneyOut
    plan_id: str
    plan_version_id: str
    rule: str
    earned_on: date
    posted_on: date
    period: str
    reverses: str | None
    statement_id: str | None


class SourceOut(Out):
    """What happened."""

    type: str
    id: str
    deal_id: str | None
    # Lines from before there were licences say nothing of them.
    licence_id: str | None = None
    happened_on: date
    recorded_at: datetime
    amount: MoneyOut


class PlanUsedOut(Out):
    """The plan version applied, and by which level of assignment."""

    plan_id: str
    name: str
    version_id: str
    number: int
    level: str
    currency: str


class PartnerUsedOut(Out):
    """The partner as it was on the day."""

    partner_id: str
    tier: str | None
    country: str | None


class RuleVerdictOut(Out):
    """A plan or component looked at: matched, or rejected and why."""

    plan_id: str | None
    plan: str | None
    component: str | None
    outcome: Literal["matched", "rejected"]
    reason: Annotated[VerdictCode, told()]
    detail: str
    condition: str | None
    inputs: dict[str, Any]


class BasisOut(Out):
    """What the commission is computed on; nothing is excluded from a booking."""

    kind: str
    amount: MoneyOut
    exclusions: list[str]


class SplitOut(Out):
    """The partner's share of what happened, and what that comes to; parts of all partners are the whole exactly."""

    role: str
    basis_points: int
    pct: str
    whole: MoneyOut
    part: MoneyOut


class FxOut(Out):
    """The exchange rate frozen on the line, and the basis in minor units of the plan's currency, unrounded."""

    exchange_rate_id: str
    base: str
    quote: str
    rate: str
    effective_on: date
    converted: str


class BandStepOut(Out):
    """The part of the basis that fell into one band, in exact minor units."""

    from_: int = Field(alias="from")
    to: int | None
    rate: str
    amount: str
    commission: str


class BandsOut(Out):
    """Attainment before and after, in exact minor units of the plan's currency."""

    mode: str
    period: str
    before: str
    after: str
    steps: list[BandStepOut]


class ShareOut(Out):
    """Which part of the sale came back, in minor units of the deal's currency."""

    returned: int
    sold: int
    original: int


class CorrectionOut(Out):
    """Why a later line was posted: what the source was credited before and is credited now, in minor units."""

    because: str
    credited_before: int
    credited_now: int


class RoundingOut(Out):
    """One rounding, half to even, at the end."""

    rule: Literal["half_even"]
    exact: str
    rounded: int


class TraceOut(Out):
    """How a line came to be; frozen when it was posted."""

    event: SourceOut
    plan: PlanUsedOut
    partner: PartnerUsedOut
    component: str
    rules: list[RuleVerdictOut]
    basis: BasisOut
    split: SplitOut | None
    fx: FxOut | None
    bands: BandsOut | None
    rate: str | None
    cap: MoneyOut | None
    share: ShareOut | None
    correction: CorrectionOut | None
    rounding: RoundingOut


class TransferOut(Out):
    """A transfer of the ledger about this line."""

    transfer_id: str
    kind: str
    debit_account: str
    credit_account: str
    amount: MoneyOut
    posted_on: date


class ExplanationOut(TraceOut):
    """Why a line has its amount; `text` tells it by locale."""

    object: Literal["earning_explanation"]
    earning_id: str
    partner_id: str
    deal_id: str | None
    licence_id: str | None
    licence_invoice_id: str | None
    kind: str
    status: str
    amount: MoneyOut
    reverses: str | None
    ledger: list[TransferOut]
    text: dict[str, str]
