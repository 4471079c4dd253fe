"""What is read of the sealed log: its records in the caller's view, and the proofs about them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

import orjson

from gateway.audit import tree
from gateway.audit.commands import EVERY, head_of
from gateway.audit.heads import jwk_of
from gateway.audit.tables import audit_log
from shared.audit import facts_of
from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side
from shared.db.pool import Database
from shared.db.resource import Resource, Row
from shared.errors import BadRequest, Fault


@dataclass(frozen=True, eq=False)
class _AuditRecords(Resource):
    """The audit trail, of which a partner is not shown what only the vendor may read."""

    def shaper(self, caller: Caller, only: Iterable[str] | None = None) -> Callable[[Row], dict[str, Any]]:
        """Return what makes the representations of records for this caller."""
        shape = super().shaper(caller, only)
        return shape if is_vendor_side(caller) else lambda row: _without_withheld(shape(row))


def _without_withheld(shown: dict[str, Any]) -> dict[str, Any]:
    return shown | {"withheld": None} if "withheld" in shown else shown


AUDIT_RECORDS: Final = _AuditRecords(
    "audit_record",
    audit_log,
    (
        *("sequence", "service", "actor_id", "on_behalf_of", "action", "subject", "subject_version", "partner_id"),
        *("reason", "request_id", "changes", "withheld"),
    ),
    permission="audit-records:read",
    sorts=("sequence", "created_at"),
    filters=("created_at", "actor_id", "on_behalf_of", "subject", "action", "partner_id", "request_id"),
)

_HEAD: Final = """
SELECT h.*, k.public FROM audit_heads h JOIN sealing_keys k ON k.key_id = h.key_id
WHERE h.tenant_id = $1 ORDER BY h.number DESC LIMIT 1
"""
_LEAF: Final = "SELECT digest FROM audit_nodes WHERE tenant_id = $1 AND level = 0 AND place = $2"
_NODES: Final = """
SELECT level, place, digest FROM audit_nodes
WHERE tenant_id = $1 AND (level, place) IN (SELECT * FROM unnest($2::int[], $3::bigint[]))
"""
_SEALED_AT: Final = "SELECT sealed_at FROM audit_trees WHERE tenant_id = $1"


class NoEarlierSize(BadRequest):
    """The log has not had this size at a head yet, or never will."""

    code, title = "no_earlier_size", "No earlier size of the log"


def facts_in_log(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that the leaf of a record covers, from its row in the log; documents may still be text."""
    return facts_written({**row, "at": row["created_at"]}, service=row["service"])


def facts_written(row: Mapping[str, Any], *, service: str) -> dict[str, Any]:
    """Return the same from the row of a service's own audit table."""
    documents = {name: _document(row[name]) for name in ("changes", "withheld")}
    return facts_of({**row, **documents}, tenant_id=row["tenant_id"], service=service)


async def proof_of(database: Database, *, tenant_id: str, sequence: int, since: int | None, now: datetime) -> Any:
    """Return the members of a receipt that prove its record, under the newest head; null ones while it is pending.

    With `since`, the proof that the log of that many records is the beginning of the head's; raises NoEarlierSize.
    """
    async with database.as_worker() as connection:
        leaf = await connection.fetchval(_LEAF, tenant_id, sequence)
        row = await connection.fetchrow(_HEAD, tenant_id)
        if row is None or row["size"] <= sequence:
            sealed_at = await connection.fetchval(_SEALED_AT, tenant_id)
            expected = now if sealed_at is None else max(sealed_at + EVERY, now)
            empty = dict.fromkeys(("head", "path", "consistency", "key"))
            return {"status": "pending", "leaf": leaf, "expected_at": expected, **empty}
        size: int = row["size"]
        if since is not None and not 0 < since <= size:
            raise NoEarlierSize(errors=[Fault("since", "out_of_range", f"The newest head covers {size} records.")])
        proofs = [partial(tree.inclusion, sequence, size)]
        if since is not None:
            proofs.append(partial(tree.consistency, since, size))
        asked = [node for proof in proofs for node in tree.needed(proof)]
        levels, places = [level for level, _ in asked], [place for _, place in asked]
        found = await connection.fetch(_NODES, tenant_id, levels, places)
    digests = {(each["level"], each["place"]): bytes.fromhex(each["digest"]) for each in found}
    paths = [[digest.hex() for digest in proof(digests.__getitem__)] for proof in proofs]
    return {
        "status": "sealed",
        "leaf": leaf,
        "expected_at": None,
        "head": {**head_of(row).as_json(), "signature": row["signature"]},
        "path": paths[0],
        "consistency": None if since is None else {"size": since, "path": paths[1]},
        "key": jwk_of(row["public"]),
    }


def _document(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str) else value
