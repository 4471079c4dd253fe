"""`audit-records`: who changed what; `receipts`: the proof of one record; the keys that heads are signed with."""

from typing import Any, Final
from urllib.parse import urlencode

from gateway.audit.export import CSV, NDJSON, as_lines, as_table
from gateway.audit.keys import SealingKeys
from gateway.audit.queries import AUDIT_RECORDS, NoEarlierSize, facts_in_log, proof_of
from gateway.audit.schemas import AuditRecordOut, ReceiptOut, SealingKeySet
from shared import clock
from shared.db.filters import InvalidParameter
from shared.errors import Fault
from shared.web.params import Http, Read
from shared.web.reply import PRIVATE, Reply
from shared.web.router import Router

KEYS_PATH: Final = "/.well-known/audit-keys.json"
_PAGE: Final = "200"
_LARGEST_EXPORT: Final = 10_000
_SINCE: Final[dict[str, Any]] = {
    "name": "since",
    "in": "query",
    "required": False,
    "schema": {"type": "integer", "minimum": 1, "maximum": 2**63 - 1},
    "description": "Size of the log at an earlier head, to get the proof that this log continues that one.",
}
_FORMAT: Final[dict[str, Any]] = {
    "name": "format",
    "in": "query",
    "required": False,
    "schema": {"type": "string", "enum": ["ndjson", "csv"], "default": "ndjson"},
    "description": "One JSON object a line, or a table for a spreadsheet.",
}


def routers(keys: SealingKeys, *, issuer: str) -> list[Router]:
    """Return the audit trail, the receipts and the published keys; `issuer` is the public address."""
    return [_records(), _receipts(issuer), _keys(keys)]


def _records() -> Router:
    router = Router("audit-records")
    router.lists(
        AUDIT_RECORDS, AuditRecordOut, summary="Who changed what in rows the caller may see, last logged first."
    )
    query = [each for each in AUDIT_RECORDS.parameters() if each["name"] not in ("limit", "fields")]

    @router.get("/export", permission="audit-records:read", query=[*query, _FORMAT])
    async def export_audit_records(read: Read, request: Http) -> Reply:
        """The records of a filter as a file, at most 10,000; where there are more, `Link` leads to the next file."""
        asked = dict(request.query)
        form = asked.pop("format", "ndjson")
        if form not in ("ndjson", "csv"):
            raise InvalidParameter(errors=[Fault("format", "unknown_format", "Either ndjson or csv.")])
        found: list[dict[str, Any]] = []
        following: str | None = asked.get("cursor")
        while len(found) < _LARGEST_EXPORT:
            page = await read.page(AUDIT_RECORDS, {**asked, "limit": _PAGE})
            found += [AUDIT_RECORDS.shape(row, caller=read.caller) for row in page.rows]
            following = page.next_cursor
            if following is None:
                break
            asked["cursor"] = following
        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="audit-records.{form}"'}
        if following is not None:
            headers["Link"] = f'<{request.path}?{urlencode({**asked, "format": form})}>; rel="next"'
        return (
            Reply(200, as_table(found), headers, CSV) if form == "csv" else Reply(200, as_lines(found), headers, NDJSON)
        )

    content = {each.partition(";")[0]: {"schema": {"type": "string"}} for each in (NDJSON, CSV)}
    router.operations[-1].responses |= {200: {"description": "The file", "content": content}}
    router.reads(AUDIT_RECORDS, AuditRecordOut, summary="One audit record.")
    return router


def _receipts(issuer: str) -> Router:
    router = Router("receipts")

    @router.get("/{id}", permission="receipts:read", query=[_SINCE], out=ReceiptOut, problems=[NoEarlierSize])
    async def get_receipt(id: str, read: Read, request: Http) -> Reply:  # noqa: A002
        """The proof that an audit record is in the sealed log, to keep and to verify without us; it has the record's id."""
        since = request.query.get("since")
        if since is not None and not (since.isascii() and since.isdigit() and len(since) < 19):
            raise InvalidParameter(errors=[Fault("since", "unreadable", "A whole number from 1.")])
        row = await read.get(AUDIT_RECORDS, id)
        tenant_id: str = read.caller.tenant_id
        proof = await proof_of(
            read.database,
            tenant_id=tenant_id,
            sequence=row["sequence"],
            since=None if since is None else int(since),
            now=clock.now(),
        )
        facts = facts_in_log({**row, "tenant_id": tenant_id})
        known = {"object": "receipt", "id": row["id"], "record": facts, "sequence": row["sequence"]}
        return Reply.json({**known, **proof, "keys_url": issuer + KEYS_PATH}, headers=dict(PRIVATE))

    return router


def _keys(keys: SealingKeys) -> Router:
    router = Router("audit-keys.json", prefix="/.well-known")

    @router.get(permission=None, public=True, out=SealingKeySet)
    async def get_audit_keys() -> Reply:
        """The public keys that heads of sealed logs are verified with: every one that ever signed."""
        return Reply.json(await keys.published(), headers={"Cache-Control": "public, max-age=3600"})

    return router
