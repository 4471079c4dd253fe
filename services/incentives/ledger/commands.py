"""Writes of the ledger: transfers are only ever added."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, column, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upserting

from services.incentives.ledger import rules
from services.incentives.ledger.schemas import PeriodIn
from services.incentives.ledger.tables import periods, transfers
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Conflict, Fault, Invalid
from shared.lifecycle import Lifecycle, move
from shared.values.period import Period

LIFECYCLE: Final = Lifecycle(
    ("open", "closed"), move("close", "open", permission="periods:approve", to="closed", by="vendor")
)
# Shared with other postings, exclusive to the closing of the period they post in.
_RELEVANT = Statement(
    select(periods.c.period_from, periods.c.period_to, periods.c.status)
    .where(
        periods.c.tenant_id == TENANT,
        or_(
            periods.c.status == "closed",
            (periods.c.period_from <= bindparam("day")) & (periods.c.period_to > bindparam("day")),
        ),
    )
    .order_by(periods.c.id)
    .with_for_update(read=True)
)


_GIVEN_COLUMNS = (
    "id",
    "partner_id",
    "debit_account",
    "credit_account",
    "currency",
    "amount",
    "kind",
    "subject",
    "occurrence",
    "posted_on",
)
_GIVEN = (
    func.jsonb_to_recordset(bindparam("rows", type_=JSONB))
    .table_valued(*(column(name, transfers.c[name].type) for name in _GIVEN_COLUMNS), name="given")
    .render_derived(with_types=True)
)
_APPEND = Statement(
    upserting(transfers)
    .from_select(
        ["tenant_id", "created_at", *_GIVEN_COLUMNS],
        select(TENANT, bindparam("now", type_=transfers.c.created_at.type), *(_GIVEN.c[n] for n in _GIVEN_COLUMNS)),
    )
    .on_conflict_do_nothing()
)


@dataclass(frozen=True, slots=True)
class Posting:
    """A movement of money to be appended; `occurrence` tells repeated movements of one kind and subject apart."""

    movement: rules.Movement
    kind: str
    subject: str
    partner_id: str
    currency: str
    posted_on: date
    occurrence: int = 1


class AlreadyPosted(Conflict):
    """This movement of money is in the ledger already."""

    code, title = "already_posted", "Already posted"


async def posting_day(tx: Tx, day: date) -> date:
    """Return the day on which something that happened on `day` is posted: never a day of a closed period."""
    rows = await tx.all(_RELEVANT, day=day)
    closed = [Period(row["period_from"], row["period_to"]) for row in rows if row["status"] == "closed"]
    return rules.posting_day(day, today=tx.now.date(), closed=closed)


async def post(tx: Tx, postings: Sequence[Posting]) -> None:
    """Append transfers in one statement; raises AlreadyPosted, posting none, for a repeated kind, subject and occurrence."""
    if not postings:
        return
    rows = [{"id": tx.new_id("trf"), **_columns(each)} for each in postings]
    if await tx.run(_APPEND, rows=rows, now=tx.now) != len(rows):
        raise AlreadyPosted()


def _columns(posting: Posting) -> dict[str, Any]:
    columns = asdict(posting)
    movement = columns.pop("movement")
    return {
        **columns,
        "debit_account": movement["debit"],
        "credit_account": movement["credit"],
        "amount": movement["amount"],
    }


async def open_period(tx: Tx, body: PeriodIn, *, caller: Caller) -> Record:
    """Store an accounting period, open."""
    vendor_only(caller)
    if body.to <= body.from_:
        raise Invalid(errors=[Fault("/to", "empty_period", "The end lies after the beginning.")])
    return await tx.insert(
        periods,
        id=body.id or tx.new_id("prd"),
        name=body.name,
        period_from=body.from_,
        period_to=body.to,
        status="open",
        closed_at=None,
        closed_by=None,
    )


async def close_period(tx: Tx, *, period_id: str, version: int | None, caller: Caller) -> Record:
    """Close a period: what happened in it and arrives later is posted on the next open day."""
    vendor_only(caller)
    row = await tx.lock_for(periods, period_id, action="close", lifecycle=LIFECYCLE, version=version)
    return await tx.update(periods, row, status="closed", closed_at=tx.now, closed_by=caller.account_id)
