"""The audit feed: a service's audit records in the order of their positions, from which the sealed log is made.

As in the feed of events, nothing at or above the oldest open transaction is shown, so that a late commit is not passed.
"""

from typing import Any, Final

from shared.audit import digest_of, facts_of
from shared.db.pool import Database, Record
from shared.errors import BadRequest, Fault
from shared.events.feed import Position
from shared.web import params
from shared.web.reply import Reply
from shared.web.router import Router

LARGEST_PAGE: Final = 1000
_PAGE: Final = """
SELECT * FROM audit_records
WHERE (epoch, xid, place) > ($1, $2, $3) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
ORDER BY epoch, xid, place LIMIT $4
"""


def audit_router(database: Database) -> Router:
    """Return the internal operation through which the gateway reads this service's audit records."""
    router = Router("audit", prefix="/internal")
    query: list[dict[str, Any]] = [
        {"name": name, "in": "query", "schema": {"type": "string"}} for name in ("after", "limit")
    ]

    @router.get(permission=None, query=query, in_spec=False)
    async def read_audit_feed(request: params.Http) -> Reply:
        """Return the audit records of all tenants after a position, oldest first."""
        try:
            after = Position.parse(request.query.get("after", "0.0.0"))
            limit = min(max(int(request.query.get("limit", "200")), 1), LARGEST_PAGE)
        except ValueError as error:
            raise BadRequest(errors=[Fault("after", "unreadable", "Not a position of this feed.")]) from error
        async with database.as_worker() as connection:
            rows = await connection.fetch(_PAGE, after.epoch, after.xid, after.event_no, limit)
        return Reply.json({"records": [_entry(row, service=database.service) for row in rows]})

    return router


def _entry(row: Record, *, service: str) -> dict[str, Any]:
    facts = facts_of(row, tenant_id=row["tenant_id"], service=service)
    return {
        "position": str(Position(row["epoch"], row["xid"], row["place"])),
        # A record that is older than digests gets its own when it is read for the log.
        "digest": row["digest"] or digest_of(facts),
        "facts": facts,
        "withheld": row["withheld"],
    }
