"""Writes of earnings: a line is posted once, and then only moves through its states, with the ledger beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ARRAY, ColumnElement, Text, and_, any_, bindparam, func, select, update

from services.incentives.earnings.tables import earnings
from services.incentives.ledger import commands as ledger
from services.incentives.ledger.commands import Posting
from services.incentives.ledger.rules import ACCRUED, CASH, EXPENSE, HOLDBACK, PAYABLE, RECEIVABLE, movement
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.events.catalog.deals import Amount
from shared.events.catalog.incentives import ClawbackPosted, EarningAccrued, EarningAdjusted
from shared.events.envelope import Event


@dataclass(frozen=True, slots=True)
class Line:
    """A line of money to be posted, in minor units of `currency`; below zero where something is taken back."""

    partner_id: str
    deal_id: str | None
    licence_id: str | None
    licence_invoice_id: str | None
    kind: str
    amount: int
    currency: str
    plan_id: str
    plan_version_id: str
    component: str
    source: str
    source_id: str
    sale_id: str
    line: int
    earned_on: date
    reverses: str | None
    account: str
    trace: dict[str, Any]


async def accrue(tx: Tx, line: Line, *, held: bool) -> Record:
    """Post a line: earning, ledger and event; raises AlreadyExists for a line that is there."""
    posted_on = await ledger.posting_day(tx, line.earned_on)
    account = HOLDBACK if held and line.account == ACCRUED else line.account
    row = await tx.insert(
        earnings,
        id=tx.new_id("ern"),
        status="held" if held else "accrued",
        posted_on=posted_on,
        period=f"{posted_on:%Y-%m}",
        statement_id=None,
        **{**asdict(line), "account": account},
    )
    await ledger.post(
        tx,
        [
            *_moved(row, EXPENSE, line.account, kind="accrue", posted_on=posted_on),
            *_moved(row, line.account, account, kind="hold", posted_on=posted_on),
        ],
    )
    tx.emit(_event_of(row), subject=row, audience=[row["partner_id"]])
    return row


def _event_of(row: Record) -> Event:
    amount = Amount(amount=row["amount"], currency=row["currency"])
    match row["kind"]:
        case "commission":
            return EarningAccrued(
                earning_id=row["id"],
                partner_id=row["partner_id"],
                deal_id=row["deal_id"],
                amount=amount,
                licence_id=row["licence_id"],
            )
        case "clawback":
            return ClawbackPosted(earning_id=row["id"], partner_id=row["partner_id"], amount=amount)
        case _:
            return EarningAdjusted(earning_id=row["id"], partner_id=row["partner_id"], amount=amount)


def _moved(row: Record, origin: str, destination: str, *, kind: str, posted_on: date) -> list[Posting]:
    found = movement(row["amount"], origin=origin, destination=destination)
    if found is None:
        return []
    return [Posting(found, kind, row["id"], row["partner_id"], row["currency"], posted_on, row["version"])]


def _where(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(earnings.c.tenant_id == TENANT, *conditions)


_OF_PARTNER = earnings.c.partner_id == bindparam("partner_id")
_COLLECTED: Final = Statement(
    select(earnings)
    .where(
        _where(
            _OF_PARTNER,
            earnings.c.status == "accrued",
            earnings.c.posted_on >= bindparam("start"),
            earnings.c.posted_on < bindparam("end"),
        )
    )
    .order_by(earnings.c.id)
    .with_for_update()
)
_IN_STATE: Final = Statement(
    select(earnings)
    .where(_where(_OF_PARTNER, earnings.c.status == bindparam("status")))
    .order_by(earnings.c.id)
    .with_for_update()
)
_ON_STATEMENTS: Final = Statement(
    select(earnings)
    .where(_where(earnings.c.statement_id == any_(bindparam("statement_ids", type_=ARRAY(Text)))))
    .order_by(earnings.c.id)
    .with_for_update()
)
_MOVED: Final = Statement(
    update(earnings)
    .where(_where(earnings.c.id == any_(bindparam("ids", type_=ARRAY(Text)))))
    .values(
        status=bindparam("new_status"),
        account=bindparam("new_account"),
        statement_id=func.coalesce(bindparam("new_statement_id", type_=Text), earnings.c.statement_id),
        version=earnings.c.version + 1,
        updated_at=bindparam("now", type_=earnings.c.updated_at.type),
    )
    .returning(earnings)
)
_FIRST_OF_SALE: Final = Statement(
    select(earnings)
    .where(
        _where(
            _OF_PARTNER,
            earnings.c.source == "sale",
            earnings.c.source_id == bindparam("sale"),
            earnings.c.sale_id == bindparam("sale"),
            earnings.c.plan_id == bindparam("plan_id"),
            earnings.c.component == bindparam("component"),
        )
    )
    .order_by(earnings.c.line)
    .limit(1)
)


async def first_of_sale(tx: Tx, sale_id: str, *, partner_id: str, plan_id: str, component: str) -> Record | None:
    """Return the first line that a partner's part of a sale has posted for a component, if any."""
    return await tx.first(_FIRST_OF_SALE, sale=sale_id, partner_id=partner_id, plan_id=plan_id, component=component)


async def collect(tx: Tx, *, partner_id: str, start: date, end: date) -> list[Record]:
    """Return a partner's accrued earnings posted on the days [start, end), held until the transaction ends."""
    return await tx.all(_COLLECTED, partner_id=partner_id, start=start, end=end)


async def on_statements(tx: Tx, statement_ids: Sequence[str]) -> list[Record]:
    """Return the earnings on statements, held until the transaction ends."""
    return await tx.all(_ON_STATEMENTS, statement_ids=list(statement_ids))


async def hold(tx: Tx, *, partner_id: str) -> None:
    """Hold what a partner has accrued and not yet been stated."""
    rows = await tx.all(_IN_STATE, partner_id=partner_id, status="accrued")
    await _advance(tx, rows, status="held", accounts={ACCRUED: HOLDBACK}, kind="hold")


async def release(tx: Tx, *, partner_id: str) -> None:
    """Release what was held, to be stated again."""
    rows = await tx.all(_IN_STATE, partner_id=partner_id, status="held")
    await _advance(tx, rows, status="accrued", accounts={HOLDBACK: ACCRUED}, kind="release")


async def state(tx: Tx, rows: Sequence[Record], *, statement_id: str) -> None:
    """Put earnings on a statement."""
    await _advance(tx, rows, status="statemented", accounts={}, kind="state", statement_id=statement_id)


async def approve(tx: Tx, rows: Sequence[Record]) -> None:
    """Owe the partner what is on an approved statement: out of accrued (or receivable), into payable."""
    await _advance(tx, rows, status="statemented", accounts=_TO_PAYABLE, kind="approve")


async def release_for_payment(tx: Tx, rows: Sequence[Record]) -> None:
    """Make the earnings of a published statement payable."""
    await _advance(tx, rows, status="payable", accounts={}, kind="publish")


async def settle(tx: Tx, rows: Sequence[Record]) -> None:
    """Mark earnings as paid; the payout itself posts the sum that left."""
    await _advance(tx, rows, status="paid", accounts={PAYABLE: CASH}, kind=None)


_TO_PAYABLE: Final = {ACCRUED: PAYABLE, HOLDBACK: PAYABLE, RECEIVABLE: PAYABLE}


async def _advance(
    tx: Tx,
    rows: Sequence[Record],
    *,
    status: str,
    accounts: Mapping[str, str],
    kind: str | None,
    statement_id: str | None = None,
) -> None:
    """Move rows to a state, each from its account to the one `accounts` names, and post the movements under `kind`."""
    postings: list[Posting] = []
    posted_on = await ledger.posting_day(tx, tx.now.date())
    for origin in sorted({row["account"] for row in rows}):
        destination = accounts.get(origin, origin)
        moved = await tx.all(
            _MOVED,
            ids=[row["id"] for row in rows if row["account"] == origin],
            new_status=status,
            new_account=destination,
            new_statement_id=statement_id,
            now=tx.now,
        )
        if kind is not None:
            for row in moved:
                postings += _moved(row, origin, destination, kind=kind, posted_on=posted_on)
    await ledger.post(tx, postings)
