"""Taking an import back: what nobody has touched since goes, or gets its former values; the rest is left, with the reason."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import Date, DateTime, Table

from shared.db import several
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import NotFound
from shared.imports.commands import tables_of
from shared.imports.faults import faults_of, store_faults
from shared.imports.lockstep import together
from shared.imports.objects import Importable
from shared.imports.problems import DecidedUpon, LeftAsItIs
from shared.imports.rights import Objects
from shared.imports.row_tx import Written
from shared.operations.job import Job, Result

_AT_ONCE: Final = 100
_ROWS: Final = """
SELECT number, status, object_id, before FROM import_rows
WHERE tenant_id = $1 AND import_id = $2 AND number < $3 AND status IN ('created', 'updated')
ORDER BY number DESC LIMIT $4
"""


def noted(kind: Importable, written: Sequence[Written]) -> dict[str, Any]:
    """Return what a row has written, as it is kept: of each table's row its version now, and what was there before."""
    undone = kind.undoes(written)
    if undone is None:
        return {"rows": [], "stands": True}
    kept: dict[tuple[str, str], dict[str, Any]] = {}
    for each in undone:
        place = (each.table.name, each.after["id"])
        known = kept.setdefault(place, {"table": place[0], "id": place[1], "new": each.before is None, "before": {}})
        known["version"] = each.after["version"]
        for name, value in _changed(each).items():
            known["before"].setdefault(name, value)
    return {"rows": list(kept.values())}


def _changed(written: Written) -> dict[str, Any]:
    before, after = written.before, written.after
    if before is None:
        return {}
    ours = {"version", "updated_at"}
    return {name: _plain(before[name]) for name, now in after.items() if name not in ours and before[name] != now}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


async def run(job: Job, objects: Objects) -> Result:
    """Take back the rows, the last first."""
    import_id, more = job.arguments["import_id"], True
    while more:
        async with job.step() as tx:
            found = await tx.fetch(tables_of(tx).shown, import_id)
            below = found["rows"] + 1 if job.checkpoint is None else job.checkpoint
            rows = await tx.connection.fetch(_ROWS, tx.tenant_id, import_id, below, _AT_ONCE)
            if rows:
                job.count(await _take_back(tx, found, objects[found["target"]], rows))
                job.progress(done=job.done + len(rows), checkpoint=rows[-1]["number"])
            more = len(rows) == _AT_ONCE
            if not more:
                # Rows that have left nothing behind are not gone through.
                job.progress(done=job.total)
    return Result("import", import_id, "imports")


async def _take_back(tx: Tx, found: Record, kind: Importable, rows: Sequence[Record]) -> list[str]:
    outcomes = await together(tx, [partial(_undo, kind, row) for row in rows])
    notes, reasons = [], []
    for row, outcome in zip(rows, outcomes, strict=True):
        done = "removed" if row["status"] == "created" else "restored"
        notes.append({"number": row["number"], "status": done if outcome.problem is None else "left"})
        if outcome.problem is not None:
            reasons += [(row["number"], fault) for fault in faults_of(outcome.problem)]
    keys = {"tenant_id": tx.tenant_id, "import_id": found["id"]}
    text = several.changing(tables_of(tx).rows, (*keys, "number"), ("status",))
    await tx.connection.execute(text, [{**keys, **each} for each in notes])
    await store_faults(tx, found, reasons, targets=None)
    return [str(each["status"]) for each in notes]


async def _undo(kind: Importable, row: Record, tx: Tx) -> None:
    if row["before"].get("stands"):
        raise DecidedUpon()
    tables = kind.table.metadata.tables
    written = sorted(row["before"]["rows"], key=lambda each: each["table"] != kind.table.name)
    held = [(each, await _held(tx, tables[each["table"]], each)) for each in written]
    for each, now in held:
        if each["new"] and each["table"] == kind.table.name:
            await (kind.take_back(tx, now) if kind.take_back else tx.delete(kind.table, now))
        elif each["new"]:
            await tx.delete(tables[each["table"]], now)
        elif each["before"]:
            await _restore(tx, kind, tables[each["table"]], now, each["before"])


async def _held(tx: Tx, table: Table, written: Mapping[str, Any]) -> Record:
    try:
        now = await tx.lock(table, written["id"])
    except NotFound:
        raise LeftAsItIs() from None
    if now["version"] != written["version"]:
        raise LeftAsItIs()
    return now


async def _restore(tx: Tx, kind: Importable, table: Table, now: Record, before: Mapping[str, Any]) -> None:
    former = {name: _typed(table, name, value) for name, value in before.items()}
    after = await tx.update(table, now, **former)
    if table is kind.table and kind.restored is not None:
        await kind.restored(tx, now, after)


def _typed(table: Table, name: str, value: Any) -> Any:
    kind = table.c[name].type
    if value is None:
        return None
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
