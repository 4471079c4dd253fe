"""Bodies of statements."""

from datetime import date, datetime

from pydantic import Field

from shared.web.models import Body, Currency, Day, LifecycleOut, MoneyOut, Out, ResourceOut, id_of


class PeriodBody(Body):
    """The days from `from` up to, but not including, `to`."""

    from_: Day = Field(alias="from")
    to: Day


class PeriodShown(Out):
    """The days from `from` up to, but not including, `to`."""

    from_: date = Field(alias="from")
    to: date


class StatementIn(Body):
    """Whose accrued earnings to collect; `currency` is needed where they are in several."""

    id: id_of("stm") | None = None  # type: ignore[valid-type]
    partner_id: id_of("ptr")  # type: ignore[valid-type]
    period: PeriodBody
    currency: Currency | None = None


class StatementOut(LifecycleOut):
    """A statement of one partner, period and currency."""

    partner_id: str
    period: PeriodShown
    total: MoneyOut
    line_count: int
    created_by: str
    approved_at: datetime | None
    approved_by: str | None
    published_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    paid_at: datetime | None


class StatementLineOut(ResourceOut):
    """A line of a statement, as it was when collected."""

    statement_id: str
    earning_id: str
    deal_id: str | None
    licence_id: str | None
    licence_invoice_id: str | None
    kind: str
    rule: str
    amount: MoneyOut
    earned_on: date
    posted_on: date
