"""Verifying a tenant's whole log: from every record to the signatures, and against what the services have written.

Reads as the administrator, in one snapshot. Each finding is a sentence about what is not as it was written.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Final

import asyncpg

from gateway.audit import tree
from gateway.audit.commands import head_of
from gateway.audit.heads import Head, is_signed, key_id_of
from gateway.audit.keys import public_of, unsealed
from gateway.audit.queries import facts_in_log, facts_written
from gateway.audit.sealer import READING
from gateway.keys.sealing import CannotUnseal, Vault
from shared.audit import digest_of
from shared.db.provision import SERVICES
from shared.events.feed import Position

_CHUNK: Final = 2000
_MOST_FINDINGS: Final = 100
_LOG: Final = "SELECT * FROM gateway.audit_log WHERE tenant_id = $1 AND sequence > $2 ORDER BY sequence, id LIMIT $3"
_NODES: Final = "SELECT level, place, digest FROM gateway.audit_nodes WHERE tenant_id = $1 ORDER BY level, place"
_HEADS: Final = "SELECT * FROM gateway.audit_heads WHERE tenant_id = $1 ORDER BY number"
_TREE: Final = "SELECT size, sealed_size, sealed_at FROM gateway.audit_trees WHERE tenant_id = $1"
_WRITTEN: Final = """
SELECT * FROM {schema}.audit_records WHERE tenant_id = $1 AND (epoch, xid, place) > ($2, $3, $4)
ORDER BY epoch, xid, place LIMIT $5
"""
_TAKEN: Final = """
SELECT epoch, xid, place FROM gateway.audit_sources WHERE tenant_id = $1 AND source = $2
UNION ALL SELECT epoch, xid, event_no FROM gateway.offsets WHERE source = $3
ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT 1
"""


@dataclass
class Verification:
    """What was verified of a log, and what was found to be wrong; `last` is the newest head, if there is one."""

    tenant_id: str
    records: int = 0
    unsealed: int = 0
    waiting: int = 0
    last: Head | None = None
    findings: list[str] = field(default_factory=list)

    def finds(self, says: str) -> None:
        """Keep a finding; after the first hundred only that there are more."""
        if len(self.findings) < _MOST_FINDINGS:
            self.findings.append(says)
        elif len(self.findings) == _MOST_FINDINGS:
            self.findings.append("And more.")


async def verify_log(
    connection: "asyncpg.Connection[Any]",
    tenant_id: str,
    *,
    vault: Vault,
    anchor: Head | None = None,
    told: Callable[[float], None] = lambda part: None,
) -> Verification:
    """Return what the log of a tenant shows, in a transaction of the caller's; `told` takes the part that is done.

    `anchor` is a head that was kept elsewhere: the log has to be a continuation of it.
    """
    found = Verification(tenant_id)
    size: int = await connection.fetchval("SELECT count(*) FROM gateway.audit_log WHERE tenant_id = $1", tenant_id)
    by_service: dict[str, list[tuple[str, str]]] = {service: [] for service in SERVICES}
    leaves: list[bytes] = []
    async for row in _in_chunks(connection, tenant_id):
        leaf = _read(row, found, number=len(leaves))
        leaves.append(bytes.fromhex(leaf))
        by_service.setdefault(row["service"], []).append((row["id"], leaf))
        told(0.5 * len(leaves) / size)
    found.records = len(leaves)
    levels = await _compared(connection, found, leaves)
    published = await _keys(connection, found, vault)
    await _heads(connection, found, levels, published, anchor)
    for number, (service, entries) in enumerate(by_service.items(), start=1):
        if service in SERVICES:
            await _source(connection, found, service, entries)
        else:
            found.finds(f"{len(entries)} records are of {service}, which is no service.")
        told(0.5 + 0.5 * number / len(by_service))
    return found


async def _in_chunks(connection: "asyncpg.Connection[Any]", tenant_id: str) -> AsyncIterator[Mapping[str, Any]]:
    after = -(2**63)
    while rows := await connection.fetch(_LOG, tenant_id, after, _CHUNK):
        for row in rows:
            yield row
        after = rows[-1]["sequence"]


def _read(row: Mapping[str, Any], found: Verification, *, number: int) -> str:
    if row["sequence"] != number:
        found.finds(f"Record {row['id']} is number {row['sequence']} of the log where {number} is due.")
    if (row["version"], row["updated_at"]) != (1, row["created_at"]):
        found.finds(f"Record {row['id']} was changed.")
    return digest_of(facts_in_log(row))


async def _compared(
    connection: "asyncpg.Connection[Any]", found: Verification, leaves: list[bytes]
) -> list[list[bytes]]:
    """Compare the stored tree with the one over the records as they are now, and return the latter, level by level."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([tree.parent(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
    expected = ((level, place, digest.hex()) for level, row in enumerate(levels) for place, digest in enumerate(row))
    stored = await connection.fetch(_NODES, found.tenant_id)
    for node, wanted in zip_longest((tuple(row) for row in stored), expected):
        if node != wanted:
            at = node or wanted
            what = f"record {at[1]}" if at[0] == 0 else f"node {at[0]}/{at[1]} of the tree"
            found.finds(f"The digest of {what} is not that of what the log holds: changed, removed, added or moved.")
            break
    size = await connection.fetchrow(_TREE, found.tenant_id)
    if (size["size"] if size else 0) != len(leaves):
        found.finds(f"The log has {len(leaves)} records and should have {size['size'] if size else 0}.")
    return levels


async def _keys(connection: "asyncpg.Connection[Any]", found: Verification, vault: Vault) -> dict[str, str]:
    """Return the public keys by id; only one whose private half this installation has sealed is its own."""
    published: dict[str, str] = {}
    for row in await connection.fetch("SELECT key_id, sealed, public FROM gateway.sealing_keys ORDER BY key_id"):
        key_id: str = row["key_id"]
        try:
            own = public_of(unsealed(vault, row["sealed"], key_id=key_id))
        except (CannotUnseal, ValueError):
            own = None
        if own != row["public"] or key_id_of(row["public"]) != key_id:
            found.finds(f"The sealing key {key_id} is not one that this installation has made.")
        else:
            published[key_id] = row["public"]
    return published


async def _heads(
    connection: "asyncpg.Connection[Any]",
    found: Verification,
    levels: list[list[bytes]],
    published: Mapping[str, str],
    anchor: Head | None,
) -> None:
    size, last = len(levels[0]), None
    for row in await connection.fetch(_HEADS, found.tenant_id):
        head = head_of(row)
        name = f"Head {head.number}"
        if head.number != (1 if last is None else last.number + 1):
            found.finds(f"{name} is not the one that is due.")
        if head.previous != (None if last is None else last.digest()):
            found.finds(f"{name} does not continue the head before it.")
        if head.key_id not in published or not is_signed(head, row["signature"], public=published[head.key_id]):
            found.finds(f"{name} is not signed by a key of this installation.")
        _covers(found, head, levels, name)
        if last is not None and (head.size <= last.size or head.sealed_at < last.sealed_at):
            found.finds(f"{name} covers no more than the head before it.")
        last = head
    state = await connection.fetchrow(_TREE, found.tenant_id)
    sealed = (state["sealed_size"], state["sealed_at"]) if state else (0, None)
    if sealed != ((last.size, last.sealed_at) if last else (0, None)):
        found.finds("The newest head is not the last that was signed.")
    if anchor is not None:
        name = f"The head kept elsewhere, of {anchor.sealed_at:%Y-%m-%d %H:%M} UTC,"
        if anchor.key_id not in published:
            found.finds(f"{name} is not signed by a key of this installation.")
        _covers(found, anchor, levels, name)
    found.last, found.unsealed = last, size - (last.size if last else 0)


def _covers(found: Verification, head: Head, levels: list[list[bytes]], name: str) -> None:
    if head.log != found.tenant_id:
        found.finds(f"{name} is of another log.")
    elif not 0 < head.size <= len(levels[0]):
        found.finds(f"{name} covers {head.size} records, and the log has {len(levels[0])}: it was cut off.")
    elif tree.root(head.size, lambda node: levels[node[0]][node[1]]).hex() != head.root:
        found.finds(f"{name} was signed over other records than the log's first {head.size}.")


async def _source(
    connection: "asyncpg.Connection[Any]", found: Verification, service: str, entries: list[tuple[str, str]]
) -> None:
    """Compare what a service has written with what the log has of it, in order, up to where its feed was taken in."""
    row = await connection.fetchrow(_TAKEN, found.tenant_id, service, READING + service)
    taken, at, number = (Position(*row) if row is not None else Position()), Position(0, -1, 0), 0
    differs = False
    while rows := await connection.fetch(
        _WRITTEN.format(schema=service), found.tenant_id, at.epoch, at.xid, at.event_no, _CHUNK
    ):
        for each in rows:
            at = Position(each["epoch"], each["xid"], each["place"])
            leaf = digest_of(facts_written(each, service=service))
            if leaf != (each["digest"] or leaf) or (each["digest"] is None and (at.epoch, at.xid) != (0, 0)):
                found.finds(f"Record {each['id']} of {service} differs from its digest: it was changed there.")
            if at > taken:
                found.waiting += 1
                continue
            if not differs and (number >= len(entries) or entries[number] != (each["id"], leaf)):
                differs = True
                found.finds(f"{service} has record {each['id']} where the log has another, or none.")
            number += 1
    if not differs and number < len(entries):
        found.finds(f"Record {entries[number][0]} is in the log, and {service} does not have it any more.")
