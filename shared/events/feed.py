"""The feed: a service's log in the order of positions `(epoch, xid, id)`, read only below the snapshot horizon.

A transaction that commits late has a low xid and would be skipped by a reader that had passed it; so nothing at or
above the oldest transaction still open is shown. After a restore the server may hand out xids again; start-up raises
the epoch then.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from shared.db.pool import Database, Record
from shared.errors import BadRequest, Fault
from shared.events.envelope import Envelope
from shared.web import params
from shared.web.reply import Reply
from shared.web.router import Router

_PAGE = """
SELECT * FROM events
WHERE (epoch, xid, id) > ($1, $2, $3) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
ORDER BY epoch, xid, id LIMIT $4
"""
# How long a reader that was woken looks again while an older transaction still holds the horizon back.
_HORIZON_LOOKS, _HORIZON_SECONDS = 20, 0.01
# Another process of the same service cannot wake us: look again at this interval.
_UNWOKEN_SECONDS = 1.0
_LONGEST_WAIT = 25.0


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a log."""

    epoch: int = 0
    xid: int = 0
    event_no: int = 0

    def __str__(self) -> str:
        return f"{self.epoch}.{self.xid}.{self.event_no}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """Read a position; raises ValueError."""
        epoch, xid, event_no = (int(part) for part in text.split("."))
        return cls(epoch, xid, event_no)


async def raise_epoch(database: Database) -> None:
    """Choose the epoch of this run: one higher when the stored xids are not below the server's."""
    async with database.as_worker(writes=True) as connection:
        row = await connection.fetchrow(
            "SELECT state.epoch, greatest((SELECT max(xid) FROM events WHERE epoch = state.epoch),"
            " (SELECT max(xid) FROM audit_records WHERE epoch = state.epoch), 0)"
            " >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS restored FROM log_state state FOR UPDATE"
        )
        database.epoch = row["epoch"] + (1 if row["restored"] else 0)
        if row["restored"]:
            await connection.execute("UPDATE log_state SET epoch = $1", database.epoch)


async def read_log(database: Database, *, after: Position, limit: int) -> list[Record]:
    """Return the log's rows of all tenants after a position, oldest first."""
    async with database.as_worker() as connection:
        rows: list[Record] = await connection.fetch(_PAGE, after.epoch, after.xid, after.event_no, limit)
        return rows


async def wait_for_log(database: Database, *, after: Position, limit: int, wait: float) -> list[Record]:
    """Return the rows after a position, waiting up to `wait` seconds for the first."""
    with database.awaiting_news() as news:
        rows = await read_log(database, after=after, limit=limit)
        deadline = asyncio.get_running_loop().time() + wait
        while not rows and (left := deadline - asyncio.get_running_loop().time()) > 0:
            try:
                await asyncio.wait_for(news.wait(), min(left, _UNWOKEN_SECONDS))
                woken = True
            except TimeoutError:
                woken = False
            news.clear()
            for _ in range(_HORIZON_LOOKS if woken else 1):
                rows = await read_log(database, after=after, limit=limit)
                if rows or not woken:
                    break
                await asyncio.sleep(_HORIZON_SECONDS)
        return rows


def envelope_of(row: Record, *, source: str) -> Envelope:
    """Return the envelope of a row of the log."""
    return Envelope(
        id=row["event_id"],
        type=row["type"],
        source=source,
        tenant_id=row["tenant_id"],
        mode=row["mode"],
        subject=row["subject"],
        subject_version=row["subject_version"],
        time=row["time"],
        actor_id=row["actor_id"],
        request_id=row["request_id"],
        audience=tuple(row["audience"]),
        public=row["public"],
        data=row["data"],
        position=str(Position(row["epoch"], row["xid"], row["id"])),
    )


def feed_router(database: Database) -> Router:
    """Return the internal operation through which sister services read this service's log."""
    router = Router("events", prefix="/internal")
    query: list[dict[str, Any]] = [
        {"name": name, "in": "query", "schema": {"type": "string"}} for name in ("after", "limit", "wait")
    ]

    @router.get(permission=None, query=query, in_spec=False)
    async def read_feed(request: params.Http) -> Reply:
        """Return events after a position, waiting for the first where asked."""
        try:
            after = Position.parse(request.query.get("after", "0.0.0"))
            limit = min(max(int(request.query.get("limit", "200")), 1), 1000)
            wait = min(float(request.query.get("wait", "0")), _LONGEST_WAIT)
        except ValueError as error:
            raise BadRequest(errors=[Fault("after", "unreadable", "Not a position of this log.")]) from error
        rows = await wait_for_log(database, after=after, limit=limit, wait=wait)
        return Reply.json({"events": [envelope_of(row, source=database.service).as_json() for row in rows]})

    return router
