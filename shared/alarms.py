"""Runs durable timers when they fall due, each in one transaction of its own."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from shared import clock, logs
from shared.db.pool import Database
from shared.db.tx import Tx, transaction
from shared.events.catalog.gateway import TenantClock
from shared.events.envelope import Envelope
from shared.events.inbox import system_caller

TimerHandler = Callable[[Tx, str, Mapping[str, Any]], Awaitable[None]]
Hold = Callable[[Tx, str], Awaitable[object]]
"""Holds what a timer's handler changes, by the timer's subject."""
_LOG = logs.logger("timers")
_DUE: Final = """
SELECT t.tenant_id, t.kind, t.subject, t.mode, coalesce(c.offset_seconds, 0) AS offset_seconds
FROM timers t LEFT JOIN tenant_clocks c ON c.tenant_id = t.tenant_id AND t.mode = 'test'
WHERE t.due_at <= $1::timestamptz + make_interval(secs => coalesce(c.offset_seconds, 0)) AND t.kind = ANY($2)
ORDER BY t.due_at LIMIT 200
"""
_TAKE: Final = """
DELETE FROM timers WHERE (tenant_id, kind, subject) = (
  SELECT tenant_id, kind, subject FROM timers
  WHERE tenant_id = $1 AND kind = $2 AND subject = $3 AND due_at <= $4 FOR UPDATE SKIP LOCKED)
RETURNING arguments, attempts, due_at
"""


class Alarms:
    """The timers of one service; `held` is what is held before a timer of some kinds is taken.

    Whoever sets such a timer holds the same, so that neither waits for the other in a circle.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, TimerHandler],
        *,
        held: Mapping[str, Hold] | None = None,
        wall: Callable[[], datetime] = clock.now,
    ) -> None:
        self._database, self._handlers, self._held, self._wall = database, handlers, held or {}, wall

    async def run(self) -> None:
        """Run due timers until cancelled."""
        while True:
            try:
                busy = await self.step() > 0
            except asyncio.CancelledError:
                raise
            except Exception as error:
                _LOG.warning("timers wait", service=self._database.service, error=repr(error)[:300])
                busy = False
            await asyncio.sleep(0 if busy else 0.5 + random.random())

    async def step(self) -> int:
        """Run the timers due now and return how many there were."""
        if not self._handlers:
            return 0
        wall = self._wall()
        async with self._database.as_worker() as connection:
            due = await connection.fetch(_DUE, wall, list(self._handlers))
        for row in due:
            await self._ring(row, now=clock.business_time(row["offset_seconds"], wall=wall))
        return len(due)

    async def _ring(self, row: Mapping[str, Any], *, now: datetime) -> None:
        caller = system_caller(row["tenant_id"], mode=row["mode"])
        kind, subject = row["kind"], row["subject"]

        def opened() -> Any:
            return transaction(self._database, caller=caller, viewer="*", now=now, action=f"timer {kind}", engine=True)

        try:
            async with opened() as tx:
                if kind in self._held:
                    await self._held[kind](tx, subject)
                taken = await tx.connection.fetchrow(_TAKE, row["tenant_id"], kind, subject, now)
                if taken is not None:
                    await self._handlers[kind](tx, subject, taken["arguments"])
        except Exception as error:
            _LOG.error("timer failed", service=self._database.service, kind=kind, subject=subject, exc_info=error)
            async with opened() as tx:
                await tx.connection.execute(
                    "UPDATE timers SET attempts = attempts + 1, error = $4, due_at = $5"
                    " WHERE tenant_id = $1 AND kind = $2 AND subject = $3 AND due_at <= $6",
                    row["tenant_id"],
                    kind,
                    subject,
                    repr(error)[:1000],
                    now + timedelta(seconds=60),
                    now,
                )


async def keep_clock(tx: Tx, event: TenantClock, envelope: Envelope) -> None:
    """Store how far a test tenant's clock is ahead; its timers ring by it from now on."""
    clocks = tx.database.tables.clocks
    await tx.project(clocks, offset_seconds=event.offset_seconds, version=envelope.subject_version)
