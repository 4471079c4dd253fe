"""Audit rows: who changed what, when and why, written in the transaction of the change."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Index, MetaData, Table
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.columns import document, identifier, instant, integer, key, record, text
from shared.db.walls import plumbing_wall

SEALED = {"sealed": True}


def audit_records(metadata: MetaData) -> Table:
    """Declare a service's audit table: append-only for the app, read by the gateway's projection."""
    return record(
        "audit_records",
        metadata,
        key("id"),
        instant("at"),
        identifier("actor_id"),
        identifier("on_behalf_of", null=True),
        text("action"),
        identifier("subject"),
        integer("subject_version"),
        text("reason", null=True),
        text("request_id", null=True),
        document("changes"),
        Index("audit_records_subject", "tenant_id", "subject", "at"),
        wall=plumbing_wall("insert"),
    )


def difference(table: Table, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, Any]:
    """Return `{column: {"from", "to"}}` of what changed; the value of a personal field never leaves its row."""
    changes: dict[str, Any] = {}
    for column in table.columns:
        name = str(column.name)
        if name in ("tenant_id", "version", "created_at", "updated_at"):
            continue
        old, new = (before[name] if before is not None else None), after[name]
        if old == new and (not isinstance(column.type, JSONB) or _written(old) == _written(new)):
            continue
        changes[name] = SEALED if column.info.get("personal") else {"from": _plain(old), "to": _plain(new)}
    return changes


def _written(document: Any) -> bytes:
    """Return a document as JSON, in which `1`, `1.0` and `true` differ as they do not in Python."""
    return orjson.dumps(document)


def _plain(value: Any) -> Any:
    """Return the value if JSON knows it (dates included), else its text: ranges, multiranges."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, str | int | bool | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
