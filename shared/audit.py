"""Audit records: who changed what, when and why, written in the transaction of the change, each with its digest.

The digest is what the sealed log is made of. It covers the record as a partner may read it; what only the vendor may
read is in it as a digest of its own, salted, so that a partner can check a record of which it does not see everything.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, MetaData, Table
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.columns import bigint, document, identifier, instant, integer, key, record, text
from shared.db.walls import Wall, plumbing_wall
from shared.values.canonical import canonical

SEALED = {"sealed": True}
# What a table says of its owner when that is the vendor, and not a partner.
_VENDOR: Final = "vendor"
_UNTOLD: Final = frozenset({"tenant_id", "version", "created_at", "updated_at"})
_LEAF: Final = b"\x00"


def audit_records(metadata: MetaData) -> Table:
    """Declare a service's audit table: append-only for the app, read through the service's audit feed.

    Records that are older than digests have none, and stand at the beginning of the feed.
    """
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
        identifier("partner_id", null=True),
        document("withheld", null=True),
        text("digest", null=True),
        integer("epoch"),
        bigint("xid"),
        Column("place", BigInteger, Identity(always=True), nullable=False),
        CheckConstraint("digest IS NOT NULL OR xid = 0", name="audit_records_digest"),
        Index("audit_records_position", "epoch", "xid", "place"),
        wall=plumbing_wall("insert"),
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in a row: the partner who may know of it, what it may read, and what only the vendor may."""

    partner_id: str | None
    changes: dict[str, Any]
    withheld: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class _Told:
    """How a column appears in differences."""

    name: str
    document: bool
    personal: bool
    shown: bool


@lru_cache(maxsize=1024)
def _columns(table: Table) -> tuple[str | None, tuple[_Told, ...]]:
    """Return the column that names the partner of a row, if the table's wall has one, and every column told of.

    A partner reads of its rows what their resource shows it; `Resource` leaves word of that on its table.
    """
    wall: Wall = table.info["wall"]
    partner = wall.column if wall.kind == "partner" else None
    shown = table.info.get("shown", frozenset())
    return partner, tuple(
        _Told(
            str(column.name),
            isinstance(column.type, JSONB),
            bool(column.info.get("personal")),
            partner is None or column.name in shown,
        )
        for column in table.columns
        if column.name not in _UNTOLD and column.info.get("told", True)
    )


def difference(table: Table, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Difference:
    """Return `{column: {"from", "to"}}` of what changed; the value of a personal field never leaves its row.

    A row that went from one partner to another is the vendor's business alone, and so is what its wall calls internal.
    """
    owner, columns = _columns(table)
    partner = _partner(after, owner)
    internal: tuple[str, str] | bool = table.info["wall"].internal
    if internal is True or (isinstance(internal, tuple) and after[internal[0]] == internal[1]):
        partner = None
    if before is not None and _partner(before, owner) not in (None, partner):
        partner = None
    changes: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for column in columns:
        name = column.name
        old, new = (before[name] if before is not None else None), after[name]
        if before is None and new in ({}, []):
            # A document begins empty, as everything else begins as nothing.
            continue
        if old == new and (not column.document or _written(old) == _written(new)):
            continue
        told = SEALED if column.personal else {"from": _plain(old), "to": _plain(new)}
        (changes if column.shown or partner is None else kept)[name] = told
    # The salt keeps the few values such a column can have from being tried out against the digest.
    return Difference(partner, changes, {"salt": secrets.token_hex(16), "changes": kept} if kept else None)


def reason_told(reason: str | None, found: Difference, *, giver: str | None, named: bool) -> str | None:
    """Return the reason of a request as it stands in the record of one of its changes, which a partner may read.

    `giver` is the partner whose people gave it; `named` says whether the request was about this very row. What a row keeps
    from its partner, or the vendor or a rival had to say about another row, is not told there; the vendor finds the reason
    in the other records of the request.
    """
    if reason is None or found.partner_id in (None, giver):
        return reason
    if _sets(found.withheld["changes"] if found.withheld else {}, reason):
        return None
    return reason if named or _sets(found.changes, reason) else None


def _sets(changes: Mapping[str, Mapping[str, Any]], value: str) -> bool:
    return any(each.get("to") == value for each in changes.values())


def facts_of(row: Mapping[str, Any], *, tenant_id: str, service: str) -> dict[str, Any]:
    """Return the facts of an audit record that its digest covers: what the record is, as its partner may read it."""
    at: datetime = row["at"]
    kept = row["withheld"]
    return {
        "id": row["id"],
        "tenant_id": tenant_id,
        "service": service,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "actor_id": row["actor_id"],
        "on_behalf_of": row["on_behalf_of"],
        "action": row["action"],
        "subject": row["subject"],
        "subject_version": row["subject_version"],
        "partner_id": row["partner_id"],
        "reason": row["reason"],
        "request_id": row["request_id"],
        "changes": row["changes"],
        "withheld": None if kept is None else digest_of_withheld(kept),
    }


def digest_of(facts: Mapping[str, Any]) -> str:
    """Return the digest of an audit record's facts, in hexadecimal: its leaf in the sealed log (RFC 9162, 2.1.1)."""
    return hashlib.sha256(_LEAF + canonical(facts)).hexdigest()


def digest_of_withheld(kept: Mapping[str, Any]) -> str:
    """Return the digest, in hexadecimal, that stands in a record for what only the vendor may read."""
    return hashlib.sha256(canonical(kept)).hexdigest()


def _partner(row: Mapping[str, Any], owner: str | None) -> str | None:
    partner = row[owner] if owner is not None else None
    return None if partner == _VENDOR else partner


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
