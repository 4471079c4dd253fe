"""The audit trail as a file: newline-delimited JSON, or CSV for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

import orjson

NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv; charset=utf-8"
_COLUMNS: Final = (
    *("id", "created_at", "sequence", "service", "action", "subject", "subject_version", "partner_id", "actor_id"),
    *("on_behalf_of", "reason", "request_id", "changes", "withheld"),
)
# A spreadsheet would take a text that begins so for a formula, and run it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def as_lines(records: Sequence[dict[str, Any]]) -> bytes:
    """Return one JSON object a line."""
    return b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z) for each in records)


def as_table(records: Sequence[dict[str, Any]]) -> bytes:
    """Return a CSV table (RFC 4180) with a header; documents are cells of JSON."""
    file = io.StringIO(newline="")
    table = csv.writer(file, lineterminator="\r\n")
    table.writerow(_COLUMNS)
    for each in (orjson.loads(line) for line in as_lines(records).splitlines()):
        table.writerow([_cell(each[name]) for name in _COLUMNS])
    return file.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return orjson.dumps(value).decode()
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
