"""Writes of payouts: made by one person, approved by another, paid at most once."""

from typing import Any, Final

from sqlalchemy import and_, bindparam, exists, select, update

from services.incentives.ledger import commands as ledger
from services.incentives.ledger.commands import Posting
from services.incentives.ledger.rules import CASH, PAYABLE, Movement
from services.incentives.payouts import rules
from services.incentives.payouts.queries import LIFECYCLE
from services.incentives.payouts.rules import Payable, StatementNotPayable
from services.incentives.payouts.schemas import FailureIn, PayoutIn
from services.incentives.payouts.tables import payout_statements, payouts
from services.incentives.statements import commands as statements
from services.incentives.statements.tables import statements as statement_table
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only, whole_tenant_only
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.events.catalog.deals import Amount
from shared.events.catalog.incentives import PayoutFailed, PayoutPaid, PayoutSubmitted

_PUBLISHED: Final = ("published", "acknowledged")
# Published statements that owe the vendor, and are in no payout yet.
_OWING: Final = Statement(
    select(statement_table.c.id)
    .where(
        statement_table.c.tenant_id == TENANT,
        statement_table.c.partner_id == bindparam("partner_id"),
        statement_table.c.currency == bindparam("currency"),
        statement_table.c.published_to.is_not(None),
        statement_table.c.total < 0,
        ~exists().where(
            and_(
                payout_statements.c.tenant_id == statement_table.c.tenant_id,
                payout_statements.c.statement_id == statement_table.c.id,
                payout_statements.c.live,
            )
        ),
    )
    .order_by(statement_table.c.id)
)
_FREED: Final = Statement(
    update(payout_statements)
    .where(payout_statements.c.tenant_id == TENANT, payout_statements.c.payout_id == bindparam("payout"))
    .values(live=False)
)


async def prepare(tx: Tx, body: PayoutIn, *, caller: Caller) -> Record:
    """Prepare a payout of published statements; what the partner owes back is netted in.

    Raises MixedStatements, StatementNotPayable or NothingToPay. No money moves before a second person approves.
    """
    vendor_only(caller)
    whole_tenant_only(tx.viewer)
    asked = sorted(set(body.statement_ids))
    found = await statements.hold(tx, asked)
    rules.require_together([_payable(row) for row in found], asked=asked)
    owing = await tx.all(_OWING, partner_id=found[0]["partner_id"], currency=found[0]["currency"])
    together = await statements.hold(tx, sorted({*asked, *(row["id"] for row in owing)}))
    total = rules.sum_of([_payable(row) for row in together])
    payout = await tx.insert(
        payouts,
        id=body.id or tx.new_id("pay"),
        partner_id=total.partner_id,
        currency=total.currency,
        amount=total.amount,
        status="pending_approval",
        statement_ids=[row["id"] for row in together],
        created_by=caller.answerable_id,
        approved_by=None,
        approved_at=None,
        submitted_at=None,
        paid_at=None,
        failure_reason=None,
    )
    for row in together:
        claimed = await tx.add(
            payout_statements,
            payout_id=payout["id"],
            statement_id=row["id"],
            partner_id=row["partner_id"],
            live=True,
        )
        if claimed is None:
            raise StatementNotPayable("A statement is in another payout, or was paid.")
    return payout


def _payable(row: Record) -> Payable:
    return Payable(row["id"], row["partner_id"], row["currency"], row["total"], row["status"] in _PUBLISHED)


async def approve(tx: Tx, *, payout_id: str, version: int | None, caller: Caller) -> Record:
    """Approve a payout as a second person; raises FourEyes for the one who prepared it, and for keys and apps of theirs."""
    vendor_only(caller)
    row = await _held(tx, payout_id, "approve", version)
    rules.require_second_person(created_by=row["created_by"], approver=caller.answerable_id)
    return await tx.update(payouts, row, status="approved", approved_by=caller.answerable_id, approved_at=tx.now)


async def submit(tx: Tx, *, payout_id: str, version: int | None, caller: Caller) -> Record:
    """Send an approved payout on its way."""
    vendor_only(caller)
    row = await _held(tx, payout_id, "submit", version)
    row = await tx.update(payouts, row, status="submitted", submitted_at=tx.now)
    event = PayoutSubmitted(payout_id=row["id"], partner_id=row["partner_id"], amount=_amount(row))
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def confirm(tx: Tx, *, payout_id: str, version: int | None, caller: Caller) -> Record:
    """Record that a payout has arrived: its statements and earnings are paid, and the cash is out."""
    vendor_only(caller)
    row = await _held(tx, payout_id, "confirm", version)
    row = await tx.update(payouts, row, status="paid", paid_at=tx.now)
    await statements.mark_paid(tx, await statements.hold(tx, list(row["statement_ids"])), at=tx.now)
    posted_on = await ledger.posting_day(tx, tx.now.date())
    leaving = Movement(PAYABLE, CASH, row["amount"])
    await ledger.post(tx, [Posting(leaving, "pay", row["id"], row["partner_id"], row["currency"], posted_on)])
    event = PayoutPaid(payout_id=row["id"], partner_id=row["partner_id"], amount=_amount(row))
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def fail(tx: Tx, body: FailureIn, *, payout_id: str, version: int | None, caller: Caller) -> Record:
    """Record that a payout did not arrive; its statements can be paid by another, this one never again."""
    vendor_only(caller)
    row = await _held(tx, payout_id, "fail", version)
    row = await tx.update(payouts, row, status="failed", failure_reason=body.reason)
    await tx.run(_FREED, payout=row["id"])
    event = PayoutFailed(payout_id=row["id"], partner_id=row["partner_id"], amount=_amount(row), reason=body.reason)
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def cancel(tx: Tx, *, payout_id: str, version: int | None, caller: Caller) -> Record:
    """Give up a payout that was not submitted yet; its statements can be paid by another."""
    vendor_only(caller)
    row = await _held(tx, payout_id, "cancel", version)
    row = await tx.update(payouts, row, status="cancelled")
    await tx.run(_FREED, payout=row["id"])
    return row


async def _held(tx: Tx, payout_id: str, action: str, version: int | None) -> Record:
    return await tx.lock_for(payouts, payout_id, action=action, lifecycle=LIFECYCLE, version=version)


def _amount(row: Any) -> Amount:
    return Amount(amount=row["amount"], currency=row["currency"])
