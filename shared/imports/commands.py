"""Beginning an import, filling it, and starting its work."""

import hashlib
from typing import Any, Final

from shared.db import several
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import Fault, Invalid, InvalidTransition
from shared.imports.csv_text import rows_in
from shared.imports.lifecycle import LIFECYCLE, MOST_ROWS, UNRUN, is_over
from shared.imports.objects import Importable
from shared.imports.problems import (
    ChunkDiffers,
    ChunkOutOfOrder,
    NothingToImport,
    RollbackClosed,
    RowsGone,
    RowsInvalid,
    TooManyRows,
    UnknownObject,
)
from shared.imports.rights import Objects, require_rights
from shared.imports.schemas import ImportIn, ImportRowsIn
from shared.imports.tables import NOUN, ImportTables
from shared.imports.targets import EXTERNAL_ID, mapped, target_of
from shared.operations.commands import begin as begin_operation
from shared.values.spread_nouns import prefix_of
from shared.web.json import dumps

VALIDATE, RUN, ROLL_BACK, FORGET = "import_validation", "import_run", "import_rollback", "import_forgets"
NO_COUNTS: Final = dict.fromkeys(
    (
        *("to_create", "to_update", "unchanged", "invalid"),
        *("created", "updated", "failed", "removed", "restored", "left"),
    ),
    0,
)


def tables_of(tx: Tx) -> ImportTables:
    """Return the tables of the service's imports."""
    return tx.database.tables.imports


async def begin(tx: Tx, body: ImportIn, *, objects: Objects) -> Record:
    """Begin an import without rows; raises UnknownObject, Forbidden, Invalid for a mapping to fields that do not exist."""
    kind = objects.get(body.object)
    if kind is None:
        raise UnknownObject(errors=[Fault("/object", "unknown_object", "Objects of this kind cannot be imported.")])
    require_rights(tx.caller, kind)
    _require_reference(body, kind)
    if body.mapping is not None:
        mapped(kind.body, body.mapping)
    row = await tx.insert(
        tables_of(tx).shown,
        id=tx.new_id(prefix_of(NOUN, tx.database.service)),
        whose=tx.caller.partner_id or tx.caller.account_id,
        partner_id=tx.caller.partner_id,
        created_by=tx.caller.account_id,
        target=kind.object,
        format=body.format,
        mode=body.mode,
        external_system=body.external_system,
        mapping=body.mapping,
        options=body.options.model_dump(),
        status="draft",
        rows=0,
        chunks=0,
        counts=NO_COUNTS,
        operation_id=None,
        validated_at=None,
        finished_at=None,
        rollback_until=None,
    )
    await tx.remind(FORGET, subject=row["id"], at=tx.now + UNRUN)
    return row


def _require_reference(body: ImportIn, kind: Importable) -> None:
    faults = []
    paths = body.mapping.values() if body.mapping is not None else ()
    if body.mode == "upsert" and kind.put is None:
        faults.append(Fault("/mode", "not_supported", "These objects have no references to find them by."))
    if body.mode == "upsert" and body.mapping is not None and EXTERNAL_ID not in paths:
        faults.append(Fault("/mapping", "required", "Map a column to external_id, by which objects are found."))
    if body.external_system is None and (body.mode == "upsert" or EXTERNAL_ID in paths):
        faults.append(Fault("/external_system", "required", "Name the system whose ids the rows have."))
    if faults:
        raise Invalid(errors=faults)


async def add_rows(tx: Tx, import_id: str, body: ImportRowsIn, *, objects: Objects) -> Record:
    """Append a chunk; the same chunk again changes nothing.

    Raises Forbidden, ChunkOutOfOrder, ChunkDiffers, TooManyRows, Invalid.
    """
    tables = tables_of(tx)
    row = await tx.lock(tables.shown, import_id)
    require_rights(tx.caller, objects[row["target"]])
    digest = hashlib.sha256(dumps({"csv": body.csv, "rows": body.rows})).hexdigest()
    if body.sequence <= row["chunks"]:
        known = await tx.connection.fetchval(_DIGEST, tx.tenant_id, import_id, body.sequence)
        if known != digest:
            raise ChunkDiffers()
        return row
    if row["status"] != "draft":
        raise InvalidTransition("Rows are added to a draft.", status_now=row["status"])
    if body.sequence != row["chunks"] + 1:
        raise ChunkOutOfOrder(next_sequence=row["chunks"] + 1)
    sent = _rows(row, body)
    _require_columns(row, sent, kind=objects[row["target"]])
    if row["rows"] + len(sent) > MOST_ROWS:
        raise TooManyRows()
    await tx.add(tables.chunks, import_id=import_id, sequence=body.sequence, whose=row["whose"], digest=digest)
    numbered = enumerate(sent, row["rows"] + 1)
    whole = {"tenant_id": tx.tenant_id, "import_id": import_id, "whose": row["whose"], "status": "new"}
    stored = [{**whole, "number": number, "source": source} for number, source in numbered]
    await tx.connection.execute(several.adding(tables.rows, ("number", "source", *whole)), stored)
    return await tx.update(tables.shown, row, rows=row["rows"] + len(sent), chunks=body.sequence)


_DIGEST: Final = "SELECT digest FROM import_chunks WHERE tenant_id = $1 AND import_id = $2 AND sequence = $3"
_INVALID: Final = (
    "SELECT EXISTS (SELECT FROM import_rows WHERE tenant_id = $1 AND import_id = $2 AND status = 'invalid')"
)


def _rows(row: Record, body: ImportRowsIn) -> list[dict[str, Any]]:
    wanted = "csv" if row["format"] == "csv" else "rows"
    if (body.csv is None) == (body.rows is None) or getattr(body, wanted) is None:
        raise Invalid(errors=[Fault(f"/{wanted}", "required", "Rows of this import come in this member alone.")])
    if body.rows is not None:
        return body.rows
    return list(rows_in(body.csv or "", delimiter=row["options"]["delimiter"]))


def _require_columns(row: Record, sent: list[dict[str, Any]], *, kind: Importable) -> None:
    """Raise Invalid when the names of columns are to be paths, and are none."""
    if row["mapping"] is not None or row["format"] != "csv":
        return
    columns = {name for each in sent for name in each}
    unknown = [name for name in columns if target_of(kind.body, name) is None]
    if unknown:
        raise Invalid(
            errors=[Fault("/csv", "unknown_target", "A column is named as no field is: leave it out, or map it.")]
        )


async def validate(tx: Tx, import_id: str, *, version: int | None, objects: Objects) -> Record:
    """Start looking through all rows; returns the operation."""
    row = await tx.lock_for(tables_of(tx).shown, import_id, action="validate", lifecycle=LIFECYCLE, version=version)
    require_rights(tx.caller, objects[row["target"]])
    if not row["rows"]:
        raise NothingToImport()
    return await _start(tx, row, kind=VALIDATE, status="validating")


async def run(tx: Tx, import_id: str, *, version: int | None, only_valid: bool, objects: Objects) -> Record:
    """Start to create and change objects, or go on with the rows that are left; raises RowsGone once they are not kept."""
    row = await tx.lock_for(tables_of(tx).shown, import_id, action="run", lifecycle=LIFECYCLE, version=version)
    require_rights(tx.caller, objects[row["target"]])
    if is_over(row):
        raise RowsGone()
    if not only_valid and await tx.connection.fetchval(_INVALID, tx.tenant_id, import_id):
        raise RowsInvalid()
    return await _start(tx, row, kind=RUN, status="running")


async def roll_back(tx: Tx, import_id: str, *, version: int | None, objects: Objects) -> Record:
    """Start to take back what nobody has touched since; raises RollbackClosed after 24 hours."""
    row = await tx.lock_for(tables_of(tx).shown, import_id, action="rollback", lifecycle=LIFECYCLE, version=version)
    require_rights(tx.caller, objects[row["target"]])
    if is_over(row) or tx.now >= row["rollback_until"]:
        raise RollbackClosed()
    return await _start(tx, row, kind=ROLL_BACK, status="rolling_back")


async def _start(tx: Tx, row: Record, *, kind: str, status: str) -> Record:
    operation = await begin_operation(tx, kind=kind, arguments={"import_id": row["id"]}, total=row["rows"], unit="row")
    await tx.update(tables_of(tx).shown, row, status=status, operation_id=operation["id"])
    return operation
