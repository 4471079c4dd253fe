"""Writes of statements."""

from datetime import datetime
from typing import Final

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from services.incentives.earnings import commands as earnings
from services.incentives.statements import rules
from services.incentives.statements.queries import LIFECYCLE
from services.incentives.statements.schemas import StatementIn
from services.incentives.statements.tables import statement_lines, statements
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only, whole_tenant_only
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Fault, Forbidden, Invalid
from shared.events.catalog.deals import Amount
from shared.events.catalog.incentives import StatementPublished

_HELD: Final = Statement(
    select(statements)
    .where(statements.c.tenant_id == TENANT, statements.c.id == any_(bindparam("ids", type_=ARRAY(Text))))
    .order_by(statements.c.id)
    .with_for_update()
)


async def calculate(tx: Tx, body: StatementIn, *, caller: Caller) -> Record:
    """Collect what a partner has accrued in a period and was not stated yet; raises NothingToState, MixedCurrencies.

    An earning is on one statement only: a second call collects what has come since.
    """
    vendor_only(caller)
    whole_tenant_only(tx.viewer)
    if body.period.to <= body.period.from_:
        raise Invalid(errors=[Fault("/period/to", "empty_period", "The end lies after the beginning.")])
    found = await earnings.collect(tx, partner_id=body.partner_id, start=body.period.from_, end=body.period.to)
    currency = rules.currency_of({row["currency"] for row in found}, asked=body.currency)
    rows = [row for row in found if row["currency"] == currency]
    statement = await tx.insert(
        statements,
        id=body.id or tx.new_id("stm"),
        partner_id=body.partner_id,
        published_to=None,
        period_from=body.period.from_,
        period_to=body.period.to,
        currency=currency,
        total=sum(row["amount"] for row in rows),
        line_count=len(rows),
        status="in_review",
        created_by=caller.account_id,
        approved_at=None,
        approved_by=None,
        published_at=None,
        acknowledged_at=None,
        acknowledged_by=None,
        paid_at=None,
    )
    for row in rows:
        await _freeze(tx, statement, row)
    await earnings.state(tx, rows, statement_id=statement["id"])
    return statement


async def _freeze(tx: Tx, statement: Record, row: Record) -> None:
    await tx.insert(
        statement_lines,
        id=tx.new_id("stl"),
        statement_id=statement["id"],
        partner_id=row["partner_id"],
        earning_id=row["id"],
        deal_id=row["deal_id"],
        licence_id=row["licence_id"],
        licence_invoice_id=row["licence_invoice_id"],
        kind=row["kind"],
        rule=row["component"],
        amount=row["amount"],
        currency=row["currency"],
        earned_on=row["earned_on"],
        posted_on=row["posted_on"],
    )


async def approve(tx: Tx, *, statement_id: str, version: int | None, caller: Caller) -> Record:
    """Owe the partner what the statement says: each line moves from accrued to payable in the ledger."""
    vendor_only(caller)
    row = await tx.lock_for(statements, statement_id, action="approve", lifecycle=LIFECYCLE, version=version)
    await earnings.approve(tx, await earnings.on_statements(tx, [statement_id]))
    return await tx.update(statements, row, status="approved", approved_at=tx.now, approved_by=caller.account_id)


async def publish(tx: Tx, *, statement_id: str, version: int | None, caller: Caller) -> Record:
    """Show the statement to its partner; its earnings are payable from now on."""
    vendor_only(caller)
    row = await tx.lock_for(statements, statement_id, action="publish", lifecycle=LIFECYCLE, version=version)
    await earnings.release_for_payment(tx, await earnings.on_statements(tx, [statement_id]))
    row = await tx.update(statements, row, status="published", published_at=tx.now, published_to=row["partner_id"])
    event = StatementPublished(
        statement_id=row["id"],
        partner_id=row["partner_id"],
        period_from=row["period_from"],
        period_to=row["period_to"],
        total=Amount(amount=row["total"], currency=row["currency"]),
    )
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def acknowledge(tx: Tx, *, statement_id: str, version: int | None, caller: Caller) -> Record:
    """Record that the partner agrees; raises Forbidden for anybody else."""
    if caller.kind != "partner":
        raise Forbidden("Only the partner may acknowledge its statement.")
    row = await tx.lock_for(statements, statement_id, action="acknowledge", lifecycle=LIFECYCLE, version=version)
    return await tx.update(
        statements, row, status="acknowledged", acknowledged_at=tx.now, acknowledged_by=caller.account_id
    )


async def hold(tx: Tx, statement_ids: list[str]) -> list[Record]:
    """Return statements by id, held in a fixed order until the transaction ends; missing ones are left out."""
    return await tx.all(_HELD, ids=statement_ids)


async def mark_paid(tx: Tx, rows: list[Record], *, at: datetime) -> None:
    """Note on statements, and on their earnings, that the money has arrived."""
    for row in rows:
        await tx.update(statements, row, paid_at=at)
    await earnings.settle(tx, await earnings.on_statements(tx, [row["id"] for row in rows]))
