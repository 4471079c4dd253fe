"""Bodies of the ledger."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from shared.web.models import Body, Day, LifecycleOut, Out, ResourceOut, Short, id_of


class EntryOut(ResourceOut):
    """One leg of a transfer: an amount on the debit or the credit side of an account, in minor units."""

    transfer_id: str
    partner_id: str
    account: str
    currency: str
    debit: int
    credit: int
    kind: str
    subject: str
    posted_on: date


class SumOut(Out):
    """Sums of one currency, in minor units; `balance` is debit less credit."""

    currency: str
    debit: int
    credit: int
    balance: int


class LedgerAccountOut(Out):
    """An account of the chart and its sums by currency."""

    object: Literal["ledger_account"]
    code: str
    nature: str
    sums: list[SumOut]


class LedgerAccountList(Out):
    """The chart of accounts."""

    object: Literal["list"]
    data: list[LedgerAccountOut]
    has_more: bool
    next_cursor: str | None


class BalanceLineOut(SumOut):
    """The sums of one account in one currency."""

    account: str


class TrialBalanceOut(Out):
    """All accounts; in each currency debits equal credits."""

    object: Literal["trial_balance"]
    as_of: datetime
    lines: list[BalanceLineOut]
    totals: list[SumOut]
    balanced: bool


class PeriodIn(Body):
    """An accounting period of the days from `from` up to, but not including, `to`."""

    id: id_of("prd") | None = None  # type: ignore[valid-type]
    name: Short
    from_: Day = Field(alias="from")
    to: Day


class PeriodOut(LifecycleOut):
    """An accounting period."""

    name: str
    from_: date = Field(alias="from")
    to: date
    closed_at: datetime | None
    closed_by: str | None
