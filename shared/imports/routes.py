"""The imports of one service on the wire."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select

from shared.db.pool import Record
from shared.db.read import Page
from shared.db.statements import TENANT, Statement
from shared.errors import InvalidTransition
from shared.i18n.languages import DEFAULT, language_of
from shared.i18n.sentences import sentences_in
from shared.imports import commands
from shared.imports.csv_text import written
from shared.imports.problems import (
    ChunkDiffers,
    ChunkOutOfOrder,
    NothingToImport,
    RollbackClosed,
    RowsGone,
    RowsInvalid,
    TooManyRows,
    UnknownObject,
    UnreadableCsv,
)
from shared.imports.rights import Objects, require_sight, shown_by
from shared.imports.schemas import (
    ImportIn,
    ImportOut,
    ImportPreviewOut,
    ImportRowErrorOut,
    ImportRowsIn,
    ImportRunIn,
)
from shared.imports.tables import NOUN, ImportTables
from shared.operations.schemas import OperationOut
from shared.web import params
from shared.web.models import list_of
from shared.web.reply import PRIVATE, Reply
from shared.web.router import Router

if TYPE_CHECKING:
    from shared.db.plumbing import Plumbing

CSV: Final = "text/csv; charset=utf-8"
_PREVIEWED: Final = 20
_MOST_WRITTEN: Final = 50_000
_HEADER: Final = ["row", "column", "field", "code", "detail"]


def hidden_router(plumbing: "Plumbing", objects: Objects) -> Router:
    """Return all operations of a service's imports, out of the specification: the gateway owns the noun, and sends here what is ours."""
    noun = router(plumbing, objects, in_spec=False)
    shown = shown_by(plumbing.imports.resource, objects)
    noun.lists(shown, ImportOut, summary="Imports of this service.", in_spec=False)

    @noun.post(
        permission="imports:write",
        returns=shown,
        out=ImportOut,
        status=201,
        key_required=True,
        problems=[UnknownObject],
        in_spec=False,
        batch=False,
    )
    async def create_import(body: ImportIn, tx: params.Tx) -> Record:
        """Begin an import of objects of this service."""
        return await commands.begin(tx, body, objects=objects)

    return noun


def router(plumbing: "Plumbing", objects: Objects, *, in_spec: bool = True) -> Router:
    """Return the operations on one import."""
    tables, operations = plumbing.imports, plumbing.operations
    shown = shown_by(tables.resource, objects)
    first_valid, all_errors = _first_valid(tables), _errors_of(tables)
    noun = Router(NOUN)
    noun.reads(shown, ImportOut, summary="One import, of whichever service.", in_spec=in_spec)

    @noun.post(
        "/{id}/rows",
        permission="imports:write",
        returns=shown,
        out=ImportOut,
        problems=[ChunkOutOfOrder, ChunkDiffers, TooManyRows, UnreadableCsv, InvalidTransition],
        in_spec=in_spec,
    )
    async def add_import_rows(id: str, body: ImportRowsIn, tx: params.Tx) -> Record:  # noqa: A002
        """Append the next chunk of rows to a draft; the same chunk again changes nothing."""
        return await commands.add_rows(tx, id, body, objects=objects)

    started: dict[str, Any] = {
        "permission": "imports:write",
        "returns": operations.resource,
        "about": shown,
        "out": OperationOut,
        "status": 202,
        "key_required": True,
        "in_spec": in_spec,
    }

    @noun.post("/{id}/validate", problems=[NothingToImport, InvalidTransition], **started)
    async def validate_import(id: str, tx: params.Tx, version: params.Version) -> Record:  # noqa: A002
        """Look through all rows as a run would, and change nothing."""
        return await commands.validate(tx, id, version=version, objects=objects)

    @noun.post("/{id}/run", problems=[RowsInvalid, RowsGone, InvalidTransition], **started)
    async def run_import(
        id: str,  # noqa: A002
        tx: params.Tx,
        version: params.Version,
        body: ImportRunIn = ImportRunIn(),
    ) -> Record:
        """Create and change the objects of the valid rows; a run that was broken off goes on with those that are left."""
        return await commands.run(tx, id, version=version, only_valid=body.only_valid, objects=objects)

    @noun.post("/{id}/rollback", problems=[RollbackClosed, InvalidTransition], **started)
    async def rollback_import(id: str, tx: params.Tx, version: params.Version) -> Record:  # noqa: A002
        """Take back what was created and changed and nobody has touched since; what is left has its reason in the row errors."""
        return await commands.roll_back(tx, id, version=version, objects=objects)

    @noun.get("/{id}/preview", permission="imports:read", out=ImportPreviewOut, in_spec=in_spec)
    async def preview_import(id: str, read: params.Read) -> Reply:  # noqa: A002
        """What a run would do, after validation: counts, and the first valid rows as they were understood."""
        found = await read.get(shown, id)
        require_sight(read.caller, objects[found["target"]], found)
        counts = shown.shape(found, caller=read.caller)["counts"]
        rows = [_previewed(row) for row in await read.all(first_valid, of_import=id)]
        return Reply.json(
            {"object": "import_preview", "import_id": id, "counts": counts, "rows": rows},
            headers=dict(PRIVATE),
        )

    @noun.get(
        "/{id}/row-errors",
        permission="imports:read",
        out=list_of(ImportRowErrorOut),
        listing=tables.errors,
        in_spec=in_spec,
    )
    async def list_import_row_errors(id: str, read: params.Read, request: params.Http) -> Page:  # noqa: A002
        """What is wrong with rows, in their order: the field, the column it came from and the reason."""
        await read.get(shown, id)
        page = await read.page(tables.errors, request.query, import_id=id)
        return Page(_worded(page.rows, request), page.next_cursor)

    @noun.get("/{id}/row-errors/export", permission="imports:read", in_spec=in_spec)
    async def download_import_row_errors(id: str, read: params.Read, request: params.Http) -> Reply:  # noqa: A002
        """The first 50,000 row errors as CSV that is safe to open in a spreadsheet program."""
        await read.get(shown, id)
        found = _worded(await read.all(all_errors, of_import=id), request)
        lines = [
            [str(each["row"]), each["column"] or "", each["pointer"], each["code"], each["detail"]] for each in found
        ]
        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{id}.csv"'}
        return Reply(200, written([_HEADER, *lines]), headers, CSV)

    content = {"text/csv": {"schema": {"type": "string"}}}
    noun.operations[-1].responses |= {200: {"description": "The file", "content": content}}

    return noun


def _previewed(row: Record) -> dict[str, Any]:
    kept = row["body"]
    body = {**kept["body"], **({"external_id": kept["external_id"]} if kept["external_id"] else {})}
    return {"row": row["number"], "action": row["action"], "existing": row["object_id"], "body": body}


def _first_valid(tables: ImportTables) -> Statement:
    rows = tables.rows
    wanted = (rows.c.tenant_id == TENANT, rows.c.import_id == bindparam("of_import"), rows.c.status == "valid")
    return Statement(select(rows).where(*wanted).order_by(rows.c.number).limit(_PREVIEWED))


def _errors_of(tables: ImportTables) -> Statement:
    faults = tables.faults
    wanted = (faults.c.tenant_id == TENANT, faults.c.import_id == bindparam("of_import"))
    return Statement(select(faults).where(*wanted).order_by(faults.c.row, faults.c.id).limit(_MOST_WRITTEN))


def _worded(rows: Sequence[Record], request: params.Request) -> list[Any]:
    """Return errors in the best of the caller's languages."""
    language = language_of(request.headers.get("accept-language"))
    if language == DEFAULT:
        return list(rows)
    words = sentences_in(language)
    return [{**row, "detail": words.worded(row["detail"])} for row in rows]
