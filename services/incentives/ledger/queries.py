"""What the ledger holds. Balances are sums of transfers, never stored."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, bindparam, cast, func, literal, select, union_all

from services.incentives.ledger.commands import LIFECYCLE
from services.incentives.ledger.rules import ACCOUNTS
from services.incentives.ledger.schemas import (
    BalanceLineOut,
    LedgerAccountList,
    LedgerAccountOut,
    SumOut,
    TrialBalanceOut,
)
from services.incentives.ledger.tables import entries, periods, transfers
from shared.db.pool import Record
from shared.db.read import Read
from shared.db.resource import Resource, renamed
from shared.db.statements import TENANT, Statement

ENTRIES: Final = Resource(
    "ledger_entry",
    entries,
    ("transfer_id", "partner_id", "account", "currency", "debit", "credit", "kind", "subject", "posted_on"),
    expands={"partner_id": "partners"},
    permission="ledger:read",
    filters=("partner_id", "account", "currency", "kind", "subject", "posted_on"),
)
PERIODS: Final = Resource(
    "period",
    periods,
    ("name", renamed("from", "period_from"), renamed("to", "period_to"), "status", "closed_at", "closed_by"),
    permission="periods:read",
    filters=("status",),
    lifecycle=LIFECYCLE,
)


def _whole(value: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(value), 0), BigInteger)


_LEGS = union_all(
    select(
        transfers.c.debit_account.label("account"),
        transfers.c.currency,
        transfers.c.amount.label("debit"),
        literal(0, BigInteger).label("credit"),
    ).where(transfers.c.tenant_id == TENANT),
    select(
        transfers.c.credit_account,
        transfers.c.currency,
        literal(0, BigInteger),
        transfers.c.amount,
    ).where(transfers.c.tenant_id == TENANT),
).subquery("legs")
_SUMS = Statement(
    select(
        _LEGS.c.account, _LEGS.c.currency, _whole(_LEGS.c.debit).label("debit"), _whole(_LEGS.c.credit).label("credit")
    )
    .group_by(_LEGS.c.account, _LEGS.c.currency)
    .order_by(_LEGS.c.currency, _LEGS.c.account)
)
_OF_SUBJECT = Statement(
    select(transfers)
    .where(transfers.c.tenant_id == TENANT, transfers.c.subject == bindparam("subject"))
    .order_by(transfers.c.created_at, transfers.c.id)
)


async def transfers_of(read: Read, *, subject: str) -> list[Record]:
    """Return the transfers about one object, oldest first."""
    return await read.all(_OF_SUBJECT, subject=subject)


async def chart(read: Read) -> LedgerAccountList:
    """Return every account with its sums by currency."""
    sums = await read.all(_SUMS)
    accounts = [
        LedgerAccountOut(
            object="ledger_account",
            code=code,
            nature=nature,
            sums=[_sum(row) for row in sums if row["account"] == code],
        )
        for code, nature in ACCOUNTS.items()
    ]
    return LedgerAccountList(object="list", data=accounts, has_more=False, next_cursor=None)


async def trial_balance(read: Read) -> TrialBalanceOut:
    """Return the sums of all accounts, and whether debits equal credits in each currency."""
    rows = await read.all(_SUMS)
    totals = _totals(rows)
    return TrialBalanceOut(
        object="trial_balance",
        as_of=read.now,
        lines=[BalanceLineOut(account=row["account"], **_sum(row).model_dump()) for row in rows],
        totals=totals,
        balanced=all(total.balance == 0 for total in totals),
    )


def _totals(rows: Sequence[Record]) -> list[SumOut]:
    sums: dict[str, tuple[int, int]] = {}
    for row in rows:
        debit, credit = sums.get(row["currency"], (0, 0))
        sums[row["currency"]] = (debit + row["debit"], credit + row["credit"])
    return [SumOut(currency=code, debit=d, credit=c, balance=d - c) for code, (d, c) in sorted(sums.items())]


def _sum(row: Record) -> SumOut:
    return SumOut(
        currency=row["currency"], debit=row["debit"], credit=row["credit"], balance=row["debit"] - row["credit"]
    )
