"""What makes the log grow: records appended in the order of their service's feed, and heads signed over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg

from gateway.audit import tree
from gateway.audit.heads import Head
from gateway.audit.keys import SealingKeys, signature_of
from shared import logs
from shared.audit import digest_of
from shared.db.tx import Tx
from shared.events.feed import Position

_LOG = logs.logger("audit")
# A head is due when the log has grown and the last one is this old.
EVERY: Final = timedelta(hours=1)

_FOUND: Final = "INSERT INTO audit_trees (tenant_id, size, sealed_size) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING"
_HOLD: Final = "SELECT size, sealed_size, sealed_at FROM audit_trees WHERE tenant_id = $1 FOR UPDATE"
_TAKEN: Final = "SELECT epoch, xid, place FROM audit_sources WHERE tenant_id = $1 AND source = $2"
_KNOWN: Final = "SELECT id FROM audit_log WHERE tenant_id = $1 AND id = ANY($2)"
_NODES: Final = """
SELECT level, place, digest FROM audit_nodes
WHERE tenant_id = $1 AND (level, place) IN (SELECT * FROM unnest($2::int[], $3::bigint[]))
"""
_APPEND: Final = """
INSERT INTO audit_log (tenant_id, id, version, created_at, updated_at, sequence, service, actor_id, on_behalf_of, action,
                       subject, subject_version, partner_id, reason, request_id, changes, withheld)
SELECT $1, r.id, 1, r.at, r.at, r.sequence, r.service, r.actor_id, r.on_behalf_of, r.action, r.subject,
       r.subject_version, r.partner_id, r.reason, r.request_id, r.changes, r.withheld
FROM jsonb_to_recordset($2::jsonb) AS r(id text, at timestamptz, sequence bigint, service text, actor_id text,
     on_behalf_of text, action text, subject text, subject_version int, partner_id text, reason text, request_id text,
     changes jsonb, withheld jsonb)
"""
_GROW: Final = """
INSERT INTO audit_nodes (tenant_id, level, place, digest)
SELECT $1, * FROM unnest($2::int[], $3::bigint[], $4::text[])
"""
_RESIZE: Final = "UPDATE audit_trees SET size = $2 WHERE tenant_id = $1"
_TAKE: Final = """
INSERT INTO audit_sources (tenant_id, source, epoch, xid, place) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, source) DO UPDATE SET epoch = excluded.epoch, xid = excluded.xid, place = excluded.place
"""
_LAST_HEAD: Final = "SELECT * FROM audit_heads WHERE tenant_id = $1 ORDER BY number DESC LIMIT 1"
_HEAD: Final = """
INSERT INTO audit_heads (tenant_id, number, size, root, previous, sealed_at, key_id, signature)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_SEALED: Final = "UPDATE audit_trees SET sealed_size = $2, sealed_at = $3 WHERE tenant_id = $1"


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as its service's audit feed tells it."""

    position: Position
    digest: str
    facts: dict[str, Any]
    withheld: dict[str, Any] | None

    @property
    def tenant_id(self) -> str:
        """The tenant in whose log it belongs."""
        return str(self.facts["tenant_id"])

    @property
    def id(self) -> str:
        """The id of the record."""
        return str(self.facts["id"])


async def append(tx: Tx, *, source: str, entries: Sequence[Entry]) -> int:
    """Append a service's records to the tenant's log, each once, and return how many were new.

    One transaction holds the records, the tree and the place up to which the service's feed has been taken in. It
    takes turns with others of the same tenant, and passes what another has appended meanwhile.
    """
    connection, tenant_id = tx.connection, tx.tenant_id
    await connection.execute(_FOUND, tenant_id)
    size: int = (await connection.fetchrow(_HOLD, tenant_id))["size"]
    taken = await connection.fetchrow(_TAKEN, tenant_id, source)
    after = Position(*taken) if taken is not None else Position()
    ahead = [each for each in entries if each.position > after]
    if not ahead:
        return 0
    known = {row["id"] for row in await connection.fetch(_KNOWN, tenant_id, [each.id for each in ahead])}
    new = [each for each in ahead if each.id not in known]
    for each in new:
        if digest_of(each.facts) != each.digest:
            # Its digest is what its writer vouched for, and goes into the log; the verification tells of the difference.
            _LOG.error("audit record differs from its digest", service=source, record_id=each.id)
    stored = await _digests(connection, tenant_id, tree.peaks(size))
    made = tree.grown(size, stored, [bytes.fromhex(each.digest) for each in new])
    rows = [
        {**each.facts, "withheld": each.withheld, "sequence": number} for number, each in enumerate(new, start=size)
    ]
    await connection.execute(_APPEND, tenant_id, rows)
    levels, places = [level for level, _ in made], [place for _, place in made]
    await connection.execute(_GROW, tenant_id, levels, places, [digest.hex() for digest in made.values()])
    await connection.execute(_RESIZE, tenant_id, size + len(new))
    last = ahead[-1].position
    await connection.execute(_TAKE, tenant_id, source, last.epoch, last.xid, last.event_no)
    return len(new)


async def seal(
    connection: "asyncpg.Connection[Any]", *, tenant_id: str, keys: SealingKeys, now: datetime, at_once: bool = False
) -> bool:
    """Sign a head over the whole log if one is due (or at once, if it has grown); tells whether one was signed.

    The connection is a worker's, in a transaction that commits afterwards; `now` is wall time.
    """
    log = await connection.fetchrow(_HOLD, tenant_id)
    if log is None or log["size"] == log["sealed_size"]:
        return False
    if not at_once and log["sealed_at"] is not None and now - log["sealed_at"] < EVERY:
        return False
    size: int = log["size"]
    stored = await _digests(connection, tenant_id, tree.peaks(size))
    row = await connection.fetchrow(_LAST_HEAD, tenant_id)
    last = head_of(row) if row is not None else None
    key_id, key = await keys.active(connection)
    head = Head(
        log=tenant_id,
        number=1 if last is None else last.number + 1,
        size=size,
        root=tree.root(size, stored.__getitem__).hex(),
        previous=None if last is None else last.digest(),
        # A clock that was set back does not make a head look older than the one before.
        sealed_at=now if last is None else max(now, last.sealed_at),
        key_id=key_id,
    )
    values = (head.number, head.size, head.root, head.previous, head.sealed_at, key_id, signature_of(key, head))
    await connection.execute(_HEAD, tenant_id, *values)
    await connection.execute(_SEALED, tenant_id, size, head.sealed_at)
    return True


def head_of(row: Any) -> Head:
    """Return the head in a row of `audit_heads`."""
    return Head(
        log=row["tenant_id"],
        number=row["number"],
        size=row["size"],
        root=row["root"],
        previous=row["previous"],
        sealed_at=row["sealed_at"],
        key_id=row["key_id"],
    )


async def _digests(
    connection: "asyncpg.Connection[Any]", tenant_id: str, nodes: Sequence[tree.Node]
) -> dict[tree.Node, bytes]:
    levels, places = [level for level, _ in nodes], [place for _, place in nodes]
    rows = await connection.fetch(_NODES, tenant_id, levels, places)
    return {(row["level"], row["place"]): bytes.fromhex(row["digest"]) for row in rows}
