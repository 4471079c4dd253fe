"""The background sealer: takes in the audit feeds of all services, and signs a head of each log that has grown, hourly.

Each tenant's part of a page is one transaction with that tenant's own place in the feed, so that a crash anywhere, or
another sealer beside this one, neither loses nor doubles a record.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final

from gateway.audit.commands import EVERY, Entry, append, seal
from gateway.audit.keys import SealingKeys
from shared import clock, logs
from shared.db.pool import CONTENTION, Database, is_outage
from shared.db.tx import transaction
from shared.errors import Unavailable
from shared.events.feed import Position
from shared.events.inbox import system_caller
from shared.web.peer import Peer

_LOG = logs.logger("audit")
_PAGE: Final = 500
_IDLE_SECONDS: Final = 2.0
# While records come: a few hundred are appended for hardly more than one costs.
_BUSY_SECONDS: Final = 0.25
_LONGEST_SECONDS: Final = 10.0
_AGAIN_SECONDS: Final = 60.0
# How far a feed has been read for all tenants together; only where to begin reading, each tenant's own place decides.
READING: Final = "audit of "
_READ_UP_TO: Final = "SELECT epoch, xid, event_no FROM offsets WHERE source = $1"
_READ: Final = """
INSERT INTO offsets AS o (source, epoch, xid, event_no) VALUES ($1, $2, $3, $4)
ON CONFLICT (source) DO UPDATE SET epoch = excluded.epoch, xid = excluded.xid, event_no = excluded.event_no
WHERE (o.epoch, o.xid, o.event_no) < (excluded.epoch, excluded.xid, excluded.event_no)
"""
_GROWN: Final = """
SELECT tenant_id FROM audit_trees WHERE size > sealed_size AND (sealed_at IS NULL OR sealed_at <= $1) ORDER BY tenant_id
"""


@dataclass(frozen=True, slots=True)
class _Held:
    """A feed with records that some logs could not take in: since when, how far it was read all the same, and whose logs.

    Nothing later goes into those logs before: a log that has passed a record would not take it in any more.
    """

    since: float
    read_up_to: Position
    tenants: set[str] = field(default_factory=set)


class Sealer:
    """Works for all tenants; several may run at once."""

    def __init__(self, database: Database, *, peers: Mapping[str, Peer], keys: SealingKeys) -> None:
        self._database, self._peers, self._keys = database, peers, keys
        self._held: dict[str, _Held] = {}

    async def run(self) -> None:
        """Work until cancelled; trouble with a service or the database is waited out."""
        pause = _IDLE_SECONDS
        while True:
            try:
                pause = _BUSY_SECONDS if await self.step() > 0 else _IDLE_SECONDS
            except Exception as error:
                # At start-up a sister may need a moment; only what lasts is worth a line.
                if pause > _IDLE_SECONDS:
                    _LOG.warning("sealer waits", error=repr(error)[:300])
                pause = min(max(pause, _IDLE_SECONDS) * 2, _LONGEST_SECONDS)
            await asyncio.sleep(pause)

    async def step(self) -> int:
        """Take in what the services have recorded, sign the heads that are due, and return how many records were new.

        A service that does not answer holds up neither the others nor the heads.
        """
        new, trouble = 0, []
        for source in self._peers:
            try:
                new += await self.take_in(source)
            except Unavailable as error:
                trouble.append(error)
        await self.seal()
        if trouble:
            raise trouble[0]
        return new

    async def take_in(self, source: str) -> int:
        """Append what a service has recorded since the last time and return how many records that was.

        What a tenant's log cannot take in is told and tried again every minute; the other tenants' go on meanwhile.
        """
        after, held = await self._read_up_to(source), self._held.pop(source, None)
        if held is None or clock.monotonic() - held.since >= _AGAIN_SECONDS:
            held = _Held(clock.monotonic(), after)
        after = max(after, held.read_up_to)
        new = 0
        while entries := await self._page(source, after):
            new += await self._append(source, entries, held.tenants)
            after = max(each.position for each in entries)
            if held.tenants:
                self._held[source] = held = replace(held, read_up_to=after)
            else:
                await self._keep(source, after)
            if len(entries) < _PAGE:
                break
        if held.tenants:
            self._held[source] = held
        return new

    async def _append(self, source: str, entries: Sequence[Entry], behind: set[str]) -> int:
        """Return how many records of a page were new. A tenant whose log fails is left behind, with all that follows."""
        new = 0
        for tenant_id, part in groupby(sorted(entries, key=_by_tenant), key=lambda each: each.tenant_id):
            if tenant_id in behind:
                continue
            try:
                async with self._transaction(tenant_id) as tx:
                    new += await append(tx, source=source, entries=list(part))
            except Exception as error:
                if is_outage(error) or isinstance(error, CONTENTION):
                    raise
                _LOG.error("log takes nothing in", service=source, tenant_id=tenant_id, exc_info=error)
                behind.add(tenant_id)
        return new

    async def _keep(self, source: str, place: Position) -> None:
        """Remember that all logs have taken in what is before a place: whoever begins anew begins there."""
        async with self._database.as_worker(writes=True) as connection:
            await connection.execute(_READ, READING + source, place.epoch, place.xid, place.event_no)

    async def seal(self, *, at_once: bool = False) -> int:
        """Sign the heads that are due (or, at once, of every log that has grown) and return how many there were."""
        now = clock.now()
        async with self._database.as_worker() as connection:
            grown = await connection.fetch(_GROWN, now if at_once else now - EVERY)
        signed = 0
        for row in grown:
            try:
                async with self._database.as_worker(writes=True) as connection:
                    signed += await seal(
                        connection, tenant_id=row["tenant_id"], keys=self._keys, now=now, at_once=at_once
                    )
            except Exception as error:
                if is_outage(error):
                    raise
                _LOG.error("log is not sealed", tenant_id=row["tenant_id"], exc_info=error)
        return signed

    async def _read_up_to(self, source: str) -> Position:
        async with self._database.as_worker() as connection:
            row = await connection.fetchrow(_READ_UP_TO, READING + source)
        return Position(*row) if row is not None else Position()

    async def _page(self, source: str, after: Position) -> list[Entry]:
        answer = await self._peers[source].get("/internal/audit", query=f"after={after}&limit={_PAGE}")
        if answer.status != 200:
            raise Unavailable(f"{source} answered {answer.status} to its audit feed.")
        return [
            Entry(Position.parse(each["position"]), each["digest"], each["facts"], each["withheld"])
            for each in answer.json()["records"]
        ]

    def _transaction(self, tenant_id: str) -> Any:
        return transaction(
            self._database,
            caller=system_caller(tenant_id, mode="live"),
            viewer="*",
            now=clock.now(),
            action="append to the sealed log",
            engine=True,
        )


def _by_tenant(entry: Entry) -> tuple[str, Position]:
    return entry.tenant_id, entry.position
