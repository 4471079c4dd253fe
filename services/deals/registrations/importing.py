"""Importing deals: each row drafts a deal as a single registration does; nothing is claimed, and no priority drawn."""

from collections.abc import Sequence
from typing import Final

from services.deals.protection.tables import protection_claims
from services.deals.registrations.commands import put, register
from services.deals.registrations.edits import tell_change
from services.deals.registrations.schemas import DealIn
from services.deals.registrations.tables import deals
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.deals import DealRemoved
from shared.imports.objects import Importable
from shared.imports.problems import InUse
from shared.imports.row_tx import Written
from shared.imports.usage import using
from shared.web.models import ExternalReferenceIn

_DECISION: Final = ("status", "submitted_at", "decided_at", "decided_by", "decision_trace", "approved_amount")
_TIME: Final = ("protected_until", "lapses_at")


async def _create(tx: Tx, body: DealIn) -> Row:
    return await register(tx, body, caller=tx.caller)


async def _put(tx: Tx, body: DealIn, reference: ExternalReferenceIn) -> Row:
    return await put(tx, body, reference, caller=tx.caller)


async def _take_back(tx: Tx, row: Record) -> None:
    """Remove a draft that nobody has worked on, and tell whoever has heard of it; raises InUse."""
    async with tx.as_engine("a deal is not removed while anything of either side names it"):
        if await tx.first(using(deals, "deal_id"), named=row["id"]) is not None:
            raise InUse()
    await tx.delete(deals, row)
    gone = DealRemoved(deal_id=row["id"], partner_id=row["partner_id"])
    tx.emit(gone, subject={**row, "version": row["version"] + 1}, audience=[row["partner_id"]])


async def _restored(tx: Tx, now: Record, former: Record) -> None:
    """Tell what has changed of a deal that says again what it said before."""
    tell_change(tx, now, former)


def undoes(written: Sequence[Written]) -> Sequence[Written] | None:
    """Return what taking back undoes of a changed deal: what it says. None where the change was decided upon. Pure.

    Such a decision has tasks, cases and protection that go on without the import. The time that activity has brought stays.
    """
    if any(each.before is not None and each.table is deals and _is_decided(each) for each in written):
        return None
    return [_without_time(each) for each in written if each.table is not protection_claims]


def _is_decided(written: Written) -> bool:
    before, after = written.before or {}, written.after
    return any(before[name] != after[name] for name in _DECISION)


def _without_time(written: Written) -> Written:
    if written.before is None or written.table is not deals:
        return written
    return Written(deals, {**written.before, **{name: written.after[name] for name in _TIME}}, written.after)


DEAL = Importable(
    *("deal", "deals", DealIn, deals),
    create=_create,
    put=_put,
    take_back=_take_back,
    restored=_restored,
    undoes=undoes,
)
