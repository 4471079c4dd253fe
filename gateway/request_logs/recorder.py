"""Keeps requests in memory until a background task stores them, so that no request waits for its own log.

What is in memory is lost with the process: at most what came within the last second, or since the database went away.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final, Literal, NamedTuple

import asyncpg

from gateway.publish.specifications import committed
from gateway.request_logs.rules import KEPT, Named, Operations, agent, method_of, refusal
from shared import clock, logs
from shared.auth.principal import Caller
from shared.db.pool import Database
from shared.db.tx import Tx, transaction
from shared.events.inbox import system_caller
from shared.values.ids import is_id, new_id
from shared.web.metrics import Metrics

Kept = Literal["off", "writes", "all"]
MOST_HELD: Final = 10_000
_PAGE: Final = 500
_SECONDS: Final = 1.0
_FORGET_EVERY: Final = timedelta(hours=1)
_READS: Final = frozenset({"GET", "HEAD"})
_LOG: Final = logs.logger("request log")
_STORE: Final = """
INSERT INTO request_logs SELECT * FROM jsonb_populate_recordset(NULL::request_logs, $1) ON CONFLICT DO NOTHING
"""
_FORGET: Final = """
DELETE FROM request_logs WHERE (tenant_id, id) IN (
  SELECT tenant_id, id FROM request_logs WHERE tenant_id = $1 AND created_at < $2 ORDER BY created_at, id LIMIT $3)
"""
# So many that none of it takes long.
_FORGET_AT_ONCE: Final = 5_000


class Answered(NamedTuple):
    """A request as the edge has answered it; `body` only of a refusal."""

    caller: Caller
    method: str
    path: str
    status: int
    request_id: str
    answered_at: datetime
    seconds: float
    user_agent: str | None
    body: bytes


class Recorder:
    """Takes requests in on the edge's way out, and stores them every second or as soon as there are many."""

    def __init__(self, database: Database, *, keeps: Kept, metrics: Metrics) -> None:
        self._database, self._metrics = database, metrics
        self._off, self._reads = keeps == "off", keeps == "all"
        self._held: deque[Answered] = deque(maxlen=MOST_HELD)
        self._many = asyncio.Event()
        self._operations: Operations | None = None
        self._forgot_at: datetime | None = None

    def keeps(self, method: str, status: int) -> bool:
        """Tell whether such a request is kept: writes and refusals, and reads where they are asked for."""
        return not self._off and (status >= 400 or self._reads or method not in _READS)

    def note(self, answered: Answered) -> None:
        """Keep a request; of more than can be stored the oldest are lost, and counted."""
        if len(self._held) == MOST_HELD:
            self._metrics.requests_not_logged(1)
        self._held.append(answered)
        if len(self._held) >= _PAGE:
            self._many.set()

    async def run(self) -> None:
        """Store until cancelled, and what is left then."""
        try:
            while True:
                try:
                    async with asyncio.timeout(_SECONDS):
                        await self._many.wait()
                except TimeoutError:
                    pass
                await self._attempt()
        finally:
            await self._attempt()

    async def _attempt(self) -> None:
        try:
            await self.step()
        except Exception as error:
            # What was held is held again, and stored when the database is back.
            _LOG.warning("request log waits", held=len(self._held), error=repr(error)[:300])

    async def step(self) -> int:
        """Store what is held, forget what is old, and return how many requests were taken from what was held."""
        self._many.clear()
        taken = 0
        while self._held:
            page = [self._held.popleft() for _ in range(min(_PAGE, len(self._held)))]
            await self._store(page)
            taken += len(page)
        await self._forget_old()
        return taken

    async def _store(self, page: Sequence[Answered]) -> None:
        ordered = sorted(page, key=lambda each: each.caller.tenant_id)
        waiting = [list(each) for _, each in groupby(ordered, key=lambda each: each.caller.tenant_id)]
        try:
            while waiting:
                await self._insert(waiting[0])
                waiting.pop(0)
        except BaseException:
            left = [each for requests in waiting for each in requests]
            # Newer ones may have filled the room meanwhile: then the oldest of these are lost.
            room = MOST_HELD - len(self._held)
            self._metrics.requests_not_logged(max(0, len(left) - room))
            self._held.extendleft(reversed(left[max(0, len(left) - room) :]))
            raise

    async def _insert(self, requests: Sequence[Answered]) -> None:
        """Store the requests of one tenant; what cannot be stored by its nature must not stand in the way of the rest."""
        try:
            async with self._inside(requests[0].caller.tenant_id) as tx:
                await tx.connection.execute(_STORE, list(self._rows(requests)))
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
            _LOG.error("requests not logged", count=len(requests), exc_info=error)
            self._metrics.requests_not_logged(len(requests))

    def _rows(self, requests: Iterable[Answered]) -> Iterator[dict[str, Any]]:
        if self._operations is None:
            self._operations = Operations(committed())
        refused: set[tuple[str, str | None]] = set()
        for each in requests:
            named = self._operations.named(each.method, each.path)
            if each.status == 429:
                # Whoever asks too much is refused thousands of times in the same way: once says it.
                if (each.caller.account_id, named.operation) in refused:
                    continue
                refused.add((each.caller.account_id, named.operation))
            yield _row(each, named)

    async def _forget_old(self) -> None:
        now = clock.now()
        if self._forgot_at is not None and now - self._forgot_at < _FORGET_EVERY:
            return
        async with self._database.as_worker() as connection:
            tenants = [row["tenant_id"] for row in await connection.fetch("SELECT tenant_id FROM tenants")]
        for tenant_id in tenants:
            gone = _FORGET_AT_ONCE
            while gone == _FORGET_AT_ONCE:
                async with self._inside(tenant_id) as tx:
                    status = await tx.connection.execute(_FORGET, tenant_id, now - KEPT, _FORGET_AT_ONCE)
                gone = int(status.rpartition(" ")[2])
        self._forgot_at = now

    def _inside(self, tenant_id: str) -> AbstractAsyncContextManager[Tx]:
        """Open a transaction of the machinery in a tenant; a log of requests knows no other mode."""
        caller = system_caller(tenant_id, mode="live")
        return transaction(
            self._database, caller=caller, viewer="*", now=clock.now(), action="log requests", engine=True
        )


def _of(kind: str, client_id: str | None) -> str | None:
    """Return the client where it is of a kind: a key, or an app; a portal's own sign-in is neither."""
    return client_id if client_id is not None and is_id(client_id, kind) else None


def _row(request: Answered, named: Named) -> dict[str, Any]:
    caller, came_at = request.caller, request.answered_at - timedelta(seconds=request.seconds)
    actor_id, on_behalf_of = caller.acting
    problem, pointers = refusal(request.body) if request.status >= 400 else (None, [])
    return {
        "tenant_id": caller.tenant_id,
        "id": new_id("rlog", at=came_at),
        "version": 1,
        "created_at": came_at,
        "updated_at": came_at,
        "request_id": request.request_id,
        "method": method_of(request.method),
        "path": named.path,
        "operation": named.operation,
        "noun": named.noun,
        "subject": named.subject,
        "status": request.status,
        "problem": problem,
        "pointers": pointers,
        "duration_ms": round(request.seconds * 1000),
        "actor_id": actor_id,
        "on_behalf_of": on_behalf_of,
        "api_key_id": _of("key", caller.client_id),
        "oauth_client_id": _of("oac", caller.client_id),
        "partner_id": caller.partner_id,
        "user_agent": agent(request.user_agent),
    }
