"""Consuming: each event takes effect once, together with the consumer's own place in the log.

An event that fails is parked and tried again later; later events of the same subject wait behind it, others go on.
After the last attempt it stays parked, visible, until somebody replays it.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from shared import clock, logs
from shared.auth.principal import Caller
from shared.db.pool import CONTENTION, Database, is_outage
from shared.db.tx import Tx, transaction
from shared.errors import Unavailable
from shared.events.envelope import Envelope, Event
from shared.events.feed import Position
from shared.web.peer import Peer

Handler = Callable[[Tx, Any, Envelope], Awaitable[None]]
_LOG = logs.logger("events")
_ATTEMPTS: Final = 8
_QUIET_SECONDS: Final = 1.0


def _passes(error: Exception) -> bool:
    """Tell whether trouble passes by itself, so that the event is tried again in its place instead of being parked."""
    return is_outage(error) or isinstance(error, (*CONTENTION, Unavailable))


@dataclass(frozen=True, slots=True)
class Subscription:
    """An event class of a source service, and what to do when one arrives."""

    source: str
    event: type[Event]
    handler: Handler


def on(source: str, event: type[Event], handler: Handler) -> Subscription:
    """Declare that a service handles an event of another."""
    return Subscription(source, event, handler)


def system_caller(tenant_id: str, *, mode: str, actor_id: str = "system") -> Caller:
    """Return the machinery as a caller in a tenant."""
    return Caller(
        kind="internal",
        tenant_id=tenant_id,
        account_id=actor_id,
        partner_id=None,
        scope="*:*",
        mode="test" if mode == "test" else "live",
    )


class Consumer:
    """Reads one source's feed on behalf of one service."""

    def __init__(
        self,
        database: Database,
        *,
        source: str,
        peer: Peer,
        subscriptions: Sequence[Subscription],
        wall: Callable[[], datetime] = clock.now,
    ) -> None:
        self._database, self.source, self._peer, self._wall = database, source, peer, wall
        self.subscriptions = tuple(subscriptions)
        self._handlers: dict[str, list[Subscription]] = {}
        for each in subscriptions:
            self._handlers.setdefault(each.event.type, []).append(each)

    async def run(self) -> None:
        """Consume until cancelled; trouble with the source or the database is waited out."""
        delay = 0.1
        while True:
            try:
                await self.step(wait=5.0)
                await self.retry_parked()
                delay = 0.1
            except asyncio.CancelledError:
                raise
            except Exception as error:
                # At start-up a sister may need a moment; only what lasts is worth a line.
                if delay > _QUIET_SECONDS:
                    _LOG.warning(
                        "consumer waits", service=self._database.service, source=self.source, error=repr(error)[:300]
                    )
                await asyncio.sleep(delay * (0.5 + random.random()))
                delay = min(delay * 2, 5.0)

    async def position(self) -> Position:
        """Return how far this consumer has come."""
        async with self._database.as_worker() as connection:
            row = await connection.fetchrow("SELECT epoch, xid, event_no FROM offsets WHERE source = $1", self.source)
        return Position(*row) if row is not None else Position()

    async def step(self, *, wait: float = 0.0, limit: int = 200) -> int:
        """Handle the next events of the source and return how many there were."""
        after = await self.position()
        answer = await self._peer.get("/internal/events", query=f"after={after}&limit={limit}&wait={wait}")
        if answer.status != 200:
            raise Unavailable(f"{self.source} answered {answer.status} to its feed.")
        envelopes = [Envelope.from_json(each) for each in answer.json()["events"]]
        for envelope in envelopes:
            if self._wanted(envelope.type):
                await self.deliver(envelope)
        if envelopes:
            await self._advance(Position.parse(envelopes[-1].position))
        return len(envelopes)

    async def deliver(self, envelope: Envelope) -> None:
        """Handle one event, once, or park it; raises only for trouble that passes by itself."""
        try:
            async with self._transaction(envelope) as tx:
                if not await self._is_next(tx, envelope):
                    return
                waits, is_new = await self._arrive(tx, envelope)
                if waits:
                    await self._park(tx, envelope, "waits behind an earlier event of the same subject", attempts=0)
                elif is_new:
                    await self._handle(tx, envelope)
        except Exception as error:
            if _passes(error):
                raise
            _LOG.error(
                "event parked", service=self._database.service, type=envelope.type, event_id=envelope.id, exc_info=error
            )
            async with self._transaction(envelope) as tx:
                if await self._is_next(tx, envelope):
                    await self._park(tx, envelope, repr(error)[:2000], attempts=1)
                    await tx.connection.execute(_ADVANCE, self.source, *_place(envelope))

    async def retry_parked(self, *, now: datetime | None = None, everything: bool = False) -> int:
        """Try parked events that are due again (or all of them), oldest first in each subject; returns how many went through."""
        handled = 0
        stuck: set[tuple[str, str]] = set()
        for row in await self._parked(now or self._wall(), everything):
            envelope = Envelope.from_json(row["envelope"])
            if (envelope.tenant_id, envelope.subject) in stuck:
                continue
            try:
                async with self._transaction(envelope) as tx:
                    if await self._is_new(tx, envelope):
                        await self._handle(tx, envelope)
                    await tx.remove(self._database.tables.log.parked, event_id=envelope.id)
                handled += 1
            except Exception as error:
                if _passes(error):
                    raise
                stuck.add((envelope.tenant_id, envelope.subject))
                async with self._transaction(envelope) as tx:
                    await self._park(tx, envelope, repr(error)[:2000], attempts=row["attempts"] + 1)
        return handled

    def _wanted(self, event_type: str) -> list[Subscription]:
        """The subscriptions to a type, and those to every type (`*`)."""
        return [*self._handlers.get(event_type, ()), *self._handlers.get("*", ())]

    def _transaction(self, envelope: Envelope) -> Any:
        caller = system_caller(envelope.tenant_id, mode=envelope.mode, actor_id=envelope.actor_id)
        return transaction(
            self._database,
            caller=caller,
            viewer="*",
            now=envelope.time,
            action=f"on {envelope.type}",
            request_id=envelope.request_id,
            engine=True,
        )

    async def _is_next(self, tx: Tx, envelope: Envelope) -> bool:
        """Hold this consumer's place; tells whether the event lies ahead of it (another process may have passed it)."""
        row = await tx.connection.fetchrow(_HELD, self.source)
        if row is None:
            # The first event of this source: whoever comes at the same moment must find a place to wait at.
            await tx.connection.execute(_BEGUN, self.source)
            row = await tx.connection.fetchrow(_HELD, self.source)
        return Position(*row) < Position.parse(envelope.position)

    async def _arrive(self, tx: Tx, envelope: Envelope) -> tuple[bool, bool]:
        """Move on to an event; tells whether it waits behind another of its subject, and otherwise whether it is new here.

        A statement of its own after the one that held the place: what was parked until then is seen.
        """
        about = (envelope.tenant_id, envelope.subject, envelope.id, self._wall())
        row = await tx.connection.fetchrow(_ARRIVED, self.source, *_place(envelope), *about)
        return row["waits"], row["is_new"]

    async def _is_new(self, tx: Tx, envelope: Envelope) -> bool:
        inbox = self._database.tables.log.inbox
        added = await tx.add(inbox, event_id=envelope.id, source=self.source, handled_at=self._wall())
        return added is not None

    async def _handle(self, tx: Tx, envelope: Envelope) -> None:
        for each in self._wanted(envelope.type):
            await each.handler(tx, each.event.model_validate(envelope.data), envelope)

    async def _park(self, tx: Tx, envelope: Envelope, error: str, *, attempts: int) -> None:
        wait = timedelta(seconds=min(2**attempts, 3600) * (0.5 + random.random()))
        await tx.put(
            self._database.tables.log.parked,
            event_id=envelope.id,
            source=self.source,
            subject=envelope.subject,
            position=envelope.position,
            envelope=envelope.as_json(),
            attempts=attempts,
            error=error,
            next_attempt_at=self._wall() + wait if attempts < _ATTEMPTS else None,
            parked_at=self._wall(),
        )

    async def _parked(self, now: datetime, everything: bool) -> list[Any]:
        async with self._database.as_worker() as connection:
            return list(await connection.fetch(_DUE, self.source, now, everything))

    async def _advance(self, position: Position) -> None:
        async with self._database.as_worker(writes=True) as connection:
            await connection.execute(_ADVANCE, self.source, position.epoch, position.xid, position.event_no)

    async def restart(self) -> None:
        """Forget what was handled and begin again at position 0; handlers make a repetition harmless."""
        async with self._database.as_worker(writes=True) as connection:
            # The offset first: whoever is handling an event holds it, and must be done before its traces are removed.
            await connection.execute("DELETE FROM offsets WHERE source = $1", self.source)
            await connection.execute("DELETE FROM inbox WHERE source = $1", self.source)
            await connection.execute("DELETE FROM parked_events WHERE source = $1", self.source)


# Whole queues, each by the due time of its head: a successor never overtakes the event it waits for.
_DUE: Final = """
SELECT envelope, attempts FROM (
  SELECT envelope, attempts, place, first_value(next_attempt_at) OVER (PARTITION BY tenant_id, subject ORDER BY place) AS due
  FROM (SELECT *, string_to_array(position, '.')::bigint[] AS place FROM parked_events WHERE source = $1) parked
) queued WHERE $3 OR due <= $2 ORDER BY place LIMIT 200
"""
_BEGUN: Final = "INSERT INTO offsets (source, epoch, xid, event_no) VALUES ($1, 0, 0, 0) ON CONFLICT DO NOTHING"
_HELD: Final = "SELECT epoch, xid, event_no FROM offsets WHERE source = $1 FOR UPDATE"
_ADVANCE: Final = """
INSERT INTO offsets AS o (source, epoch, xid, event_no) VALUES ($1, $2, $3, $4)
ON CONFLICT (source) DO UPDATE SET epoch = excluded.epoch, xid = excluded.xid, event_no = excluded.event_no
WHERE (o.epoch, o.xid, o.event_no) < (excluded.epoch, excluded.xid, excluded.event_no)
"""
_ARRIVED: Final = f"""
WITH queue AS (
  SELECT EXISTS (SELECT FROM parked_events WHERE source = $1 AND tenant_id = $5 AND subject = $6) AS waits
), passed AS ({_ADVANCE}), arrived AS (
  INSERT INTO inbox (tenant_id, event_id, source, handled_at) SELECT $5, $7, $1, $8 FROM queue WHERE NOT waits
  ON CONFLICT DO NOTHING RETURNING event_id
)
SELECT waits, EXISTS (SELECT FROM arrived) AS is_new FROM queue
"""


def _place(envelope: Envelope) -> tuple[int, int, int]:
    position = Position.parse(envelope.position)
    return position.epoch, position.xid, position.event_no
