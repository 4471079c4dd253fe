"""What the operations of imports do, chunk by chunk: each commits with the place it has come to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.db import several
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import Fault, Problem
from shared.extensions.declaration import extension_of
from shared.extensions.definitions import for_writing
from shared.extensions.fields import Definition
from shared.imports import taking_back
from shared.imports.commands import FORGET, NO_COUNTS, ROLL_BACK, RUN, VALIDATE, tables_of
from shared.imports.faults import MOST_FAULTS, faults_of, store_faults
from shared.imports.lifecycle import ROLLBACK, UNRUN
from shared.imports.lockstep import Outcome, rehearsed, together
from shared.imports.objects import Importable
from shared.imports.planning import Plan, action_of, commands_of, planned
from shared.imports.rights import Objects
from shared.imports.targets import Target, mapped
from shared.operations.job import Job, Result, Work

AT_ONCE: Final = 250
"""How many rows a step takes."""
_CLEAR: Final = tuple(
    f"DELETE FROM {table} WHERE tenant_id = $1 AND import_id = $2" for table in ("import_faults", "import_keys")
)
_KEYS_HELD: Final = """
SELECT k.key, k.number FROM import_keys k WHERE k.tenant_id = $1 AND k.import_id = $2 AND k.key = ANY($3)
"""
_COUNT: Final = """
SELECT status, action, count(*) AS count FROM import_rows WHERE tenant_id = $1 AND import_id = $2 GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The rows of a step, and how they are read."""

    found: Record
    kind: Importable
    rows: Sequence[Record]
    targets: Mapping[str, Target] | None
    fields: Mapping[str, Definition]


def work_of(objects: Objects) -> list[Work]:
    """Return the kinds of operations that imports of these objects need."""

    def validating(job: Job) -> Any:
        return _validate(job, objects)

    def running(job: Job) -> Any:
        return _run(job, objects)

    def rolling_back(job: Job) -> Any:
        return taking_back.run(job, objects)

    return [
        Work(VALIDATE, validating, ended=_ended({"succeeded": "validated"}, otherwise="draft")),
        Work(RUN, running, ended=_ended({"cancelled": "cancelled", "succeeded": "succeeded"}, otherwise="failed")),
        Work(
            ROLL_BACK,
            rolling_back,
            ended=_ended({"succeeded": "rolled_back", "cancelled": "cancelled"}, otherwise="failed"),
        ),
    ]


async def _validate(job: Job, objects: Objects) -> Result:
    import_id, more = job.arguments["import_id"], True
    while more:
        async with job.step() as tx:
            if job.checkpoint is None:
                for text in _CLEAR:
                    await tx.connection.execute(text, tx.tenant_id, import_id)
            chunk = await _chunk(tx, import_id, objects, after=job.checkpoint or 0, statuses=None)
            if chunk.rows:
                job.count(await _look_through(tx, chunk))
                last = chunk.rows[-1]["number"]
                job.progress(done=last, checkpoint=last)
            more = len(chunk.rows) == AT_ONCE
    return Result("import", import_id, "imports")


async def _run(job: Job, objects: Objects) -> Result:
    import_id, more = job.arguments["import_id"], True
    while more:
        async with job.step() as tx:
            chunk = await _chunk(tx, import_id, objects, after=job.checkpoint or 0, statuses=["valid"])
            if chunk.rows:
                job.count(await _carry_out(tx, chunk))
                last = chunk.rows[-1]["number"]
                job.progress(done=last, checkpoint=last)
            more = len(chunk.rows) == AT_ONCE
            if not more:
                # The last rows may be among those that are not run.
                job.progress(done=job.total)
    return Result("import", import_id, "imports")


async def _chunk(tx: Tx, import_id: str, objects: Objects, *, after: int, statuses: Sequence[str] | None) -> Chunk:
    tables = tables_of(tx)
    found = await tx.fetch(tables.shown, import_id)
    kind = objects[found["target"]]
    rows = await tx.connection.fetch(_ROWS, tx.tenant_id, import_id, after, statuses, AT_ONCE)
    targets = (
        mapped(kind.body, found["mapping"] or _of_themselves(found, rows))
        if found["format"] == "csv" or found["mapping"]
        else None
    )
    fields = await for_writing(tx, kind.object, naming=()) if extension_of(kind.table) is not None else {}
    return Chunk(found, kind, rows, targets, fields)


_ROWS: Final = """
SELECT number, source, body, status FROM import_rows
WHERE tenant_id = $1 AND import_id = $2 AND number > $3 AND ($4::text[] IS NULL OR status = ANY($4))
ORDER BY number LIMIT $5
"""


def _of_themselves(found: Record, rows: Sequence[Record]) -> dict[str, str]:
    """Return the mapping of columns that have the names of fields."""
    return {name: name for row in rows for name in row["source"]}


async def _look_through(tx: Tx, chunk: Chunk) -> list[str]:
    """Note of every row what would become of it, or what is wrong with it, and return their statuses."""
    plans = [_planned(chunk, row) for row in chunk.rows]
    good = [place for place, plan in enumerate(plans) if isinstance(plan, Plan)]
    outcomes: dict[int, Outcome] = dict(
        zip(good, await rehearsed(tx, commands_of(chunk.kind, [plans[place] for place in good])), strict=True)
    )
    doubled = await _doubled(tx, chunk, {place: _keys(chunk, plans[place], outcomes[place]) for place in good})
    notes, faults = [], []
    for place, (row, plan) in enumerate(zip(chunk.rows, plans, strict=True)):
        problem = plan if isinstance(plan, Problem) else outcomes[place].problem
        wrong = [*(faults_of(problem) if problem is not None else ()), *doubled.get(place, ())]
        faults += [(row["number"], fault) for fault in wrong[:MOST_FAULTS]]
        action, object_id = (None, None) if wrong else action_of(chunk.kind, outcomes[place])
        notes.append(
            {
                "number": row["number"],
                "status": "invalid" if wrong else "valid",
                "action": action,
                "object_id": None if action == "create" else object_id,
                "body": None if wrong or not isinstance(plan, Plan) else plan.document(),
            }
        )
    await _note(tx, chunk, notes)
    await store_faults(tx, chunk.found, faults, targets=chunk.targets)
    return [str(each["status"]) for each in notes]


def _planned(chunk: Chunk, row: Record) -> Plan | Problem:
    try:
        return planned(chunk.found, chunk.kind, row["source"], targets=chunk.targets, fields=chunk.fields)
    except Problem as problem:
        return problem


def _keys(chunk: Chunk, plan: Any, outcome: Outcome) -> set[str]:
    own = {f"{chunk.kind.object}:{key}" for key in chunk.kind.keys(plan.body)}
    return {*outcome.keys, *own, *({f"reference:{plan.reference.id}"} if plan.reference else ())}


async def _doubled(tx: Tx, chunk: Chunk, keys: Mapping[int, set[str]]) -> dict[int, list[Fault]]:
    """Take the keys for the rows and return a fault for each row that has one of an earlier row."""
    tables, import_id = tables_of(tx), chunk.found["id"]
    first: dict[str, int] = {}
    for place in sorted(keys):
        for key in sorted(keys[place]):
            first.setdefault(key, chunk.rows[place]["number"])
    held = await tx.connection.fetch(_KEYS_HELD, tx.tenant_id, import_id, list(first))
    first |= {row["key"]: row["number"] for row in held}
    whole = {"tenant_id": tx.tenant_id, "import_id": import_id, "whose": chunk.found["whose"]}
    stored = [{**whole, "key": key, "number": number} for key, number in sorted(first.items())]
    await tx.connection.execute(several.adding(tables.keys, ("key", "number", *whole)), stored)
    doubled: dict[int, list[Fault]] = {}
    for place, mine in keys.items():
        earlier = min((first[key] for key in mine), default=chunk.rows[place]["number"])
        if earlier < chunk.rows[place]["number"]:
            doubled[place] = [Fault("", "duplicate_in_file", f"Row {earlier} of this import is the same.")]
    return doubled


async def _carry_out(tx: Tx, chunk: Chunk) -> list[str]:
    """Create and change the objects of the rows, note what has become of each, and return their statuses."""
    plans = [Plan.of(chunk.found, chunk.kind, row["body"]) for row in chunk.rows]
    outcomes = await together(tx, commands_of(chunk.kind, plans))
    notes, faults = [], []
    for row, outcome in zip(chunk.rows, outcomes, strict=True):
        if outcome.problem is not None:
            faults += [(row["number"], fault) for fault in faults_of(outcome.problem)[:MOST_FAULTS]]
            notes.append({"number": row["number"], "status": "failed", "object_id": None, "before": None})
            continue
        action, object_id = action_of(chunk.kind, outcome)
        status = {"create": "created", "update": "updated", "unchanged": "unchanged"}[action]
        before = taking_back.noted(chunk.kind, outcome.written)
        notes.append({"number": row["number"], "status": status, "object_id": object_id, "before": before})
    await _note(tx, chunk, notes)
    await store_faults(tx, chunk.found, faults, targets=chunk.targets)
    return [str(each["status"]) for each in notes]


async def _note(tx: Tx, chunk: Chunk, notes: Sequence[Mapping[str, Any]]) -> None:
    keys = {"tenant_id": tx.tenant_id, "import_id": chunk.found["id"]}
    columns = tuple(name for name in notes[0] if name != "number")
    text = several.changing(tables_of(tx).rows, (*keys, "number"), columns)
    await tx.connection.execute(text, [{**keys, **each} for each in notes])


def _ended(statuses: Mapping[str, str], *, otherwise: str) -> Callable[[Tx, Mapping[str, Any]], Any]:
    async def ended(tx: Tx, operation: Mapping[str, Any]) -> None:
        """Give the import the status in which its operation leaves it, and count its rows."""
        table = tables_of(tx).shown
        found = await tx.connection.fetchval(_OF_OPERATION, tx.tenant_id, operation["id"])
        if found is None:
            return
        row = await tx.lock(table, found)
        status = statuses.get(operation["status"], otherwise)
        changes: dict[str, Any] = {"status": status, "counts": await _counted(tx, row["id"])}
        if status == "validated":
            changes["validated_at"] = tx.now
        if operation["kind"] == RUN:
            changes |= {"finished_at": tx.now, "rollback_until": tx.now + ROLLBACK}
            # What was there before is kept as long as it can be brought back.
            await tx.remind(FORGET, subject=row["id"], at=tx.now + ROLLBACK)
        await tx.update(table, row, **changes)

    return ended


_OF_OPERATION: Final = "SELECT id FROM imports WHERE tenant_id = $1 AND operation_id = $2"


async def _counted(tx: Tx, import_id: str) -> dict[str, int]:
    counts = dict(NO_COUNTS)
    planned_as = {"create": "to_create", "update": "to_update", "unchanged": "unchanged"}
    for row in await tx.connection.fetch(_COUNT, tx.tenant_id, import_id):
        name = planned_as[row["action"]] if row["status"] == "valid" else row["status"]
        if name in counts:
            counts[name] += row["count"]
    return counts


async def forget(tx: Tx, subject: str, arguments: Mapping[str, Any]) -> None:
    """Delete what was sent and what was there before, once the import is neither run nor taken back any more."""
    tables = tables_of(tx)
    row = await tx.lock(tables.shown, subject)
    if row["status"] in ("validating", "running", "rolling_back"):
        await tx.remind(FORGET, subject=subject, at=tx.now + UNRUN)
        return
    for table in (tables.rows, tables.keys, tables.chunks):
        await tx.remove(table, import_id=subject)
    if row["status"] in ("draft", "validated"):
        await tx.update(tables.shown, row, status="cancelled", finished_at=tx.now)
    elif row["rollback_until"] is not None:
        await tx.update(tables.shown, row, rollback_until=None)
