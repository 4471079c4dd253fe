"""Which cases name a deal: kept beside them, since behind the walls no index tells what is inside a document."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import ARRAY, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from services.deals.screening.tables import conflict_case_rivals, conflict_cases
from shared.db.following import follow_changes
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx


def _adding() -> Statement:
    named = func.unnest(bindparam("deal_ids", type_=ARRAY(Text(collation="C"))))
    rows = select(TENANT.label("tenant_id"), named.label("deal_id"), bindparam("case", type_=Text).label("case_id"))
    names = ["tenant_id", "deal_id", "case_id"]
    return Statement(insert(conflict_case_rivals).from_select(names, rows).on_conflict_do_nothing())


_ADD: Final = _adding()


async def keep_rivals(tx: Tx, case: Row) -> None:
    """Let a new case be found by the deals in it. For the engine role."""
    await _add(tx, case["id"], named_in(case["findings"]))


async def case_changed(tx: Tx, before: Row, after: Row) -> None:
    """Keep whom a case names in step with what was found."""
    was, now = named_in(before["findings"]), named_in(after["findings"])
    if was == now:
        return
    async with tx.as_engine("whom a case names is kept of all partners"):
        for deal_id in sorted(was - now):
            await tx.remove(conflict_case_rivals, deal_id=deal_id, case_id=after["id"])
        await _add(tx, after["id"], now - was)


follow_changes(conflict_cases, by=case_changed)


def named_in(findings: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the deals that findings are about."""
    return {each["deal_id"] for each in findings if each["deal_id"] is not None}


async def _add(tx: Tx, case_id: str, deal_ids: Iterable[str]) -> None:
    await tx.run(_ADD, deal_ids=sorted(deal_ids), case=case_id)
