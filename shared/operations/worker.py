"""Runs operations: takes those that are due, leads each to its end, and takes over what another process has left."""

import asyncio
import os
import random
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from shared import clock, logs
from shared.db.pool import Record
from shared.errors import Problem, Unavailable
from shared.operations import ending
from shared.operations.callers import Starter
from shared.operations.job import LEASE, Cancelled, Job, Later, LostLease, Work
from shared.operations.problems import Interrupted
from shared.web.failures import problem_of
from shared.web.runtime import Runtime

AT_ONCE: Final = 4
"""How many operations of a service a process runs at a time."""
ATTEMPTS: Final = 20
"""How often a run may be broken off, with no step stored in between, until it is given up."""
_UNWOKEN_SECONDS: Final = 1.0
_LOG = logs.logger("operations")
_TAKE: Final = """
UPDATE operation_runs r SET holder = $1, fence = fence + 1, due_at = $3, attempts = attempts + 1
FROM (
  SELECT tenant_id, operation_id FROM operation_runs
  WHERE (due_at <= $2 OR ($6 AND holder IS NULL)) AND kind = ANY($4) ORDER BY due_at LIMIT $5 FOR UPDATE SKIP LOCKED
) due
WHERE r.tenant_id = due.tenant_id AND r.operation_id = due.operation_id
RETURNING r.*
"""
_HOLD: Final = "UPDATE operation_runs SET due_at = $4 WHERE tenant_id = $1 AND operation_id = $2 AND fence = $3"
_PUT_BACK: Final = """
UPDATE operation_runs SET holder = NULL, due_at = $4, attempts = $5, error = $6
WHERE tenant_id = $1 AND operation_id = $2 AND fence = $3
"""


class Operations:
    """The operations of one service, as one process sees them."""

    def __init__(
        self,
        runtime: Runtime,
        work: Sequence[Work],
        *,
        standing: Callable[[Starter], Awaitable[bool]],
        wall: Callable[[], datetime] = clock.now,
    ) -> None:
        self._runtime, self._database, self._standing, self._wall = runtime, runtime.database, standing, wall
        self._work: Mapping[str, Work] = {each.kind: each for each in work}
        self._holder = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"

    async def run(self) -> None:
        """Run operations until cancelled; what is under way then is left to the next process at its last step."""
        running: set[asyncio.Task[bool]] = set()
        try:
            while self._work:
                for row in await self._taken(AT_ONCE - len(running)):
                    running.add(asyncio.create_task(self._conduct(row)))
                running -= await self._next(running)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def step(self, *, everything: bool = False) -> int:
        """Run what is due now, or all that waits, each as far as it goes; returns how many have moved on."""
        if not self._work:
            return 0
        return sum([await self._conduct(row) for row in await self._take(AT_ONCE, everything=everything)])

    async def _next(self, running: set[asyncio.Task[bool]]) -> set[asyncio.Task[bool]]:
        """Wait until there may be something to take, and return what has ended meanwhile."""
        news = asyncio.create_task(self._database.work.wait())
        try:
            room = {news} if len(running) < AT_ONCE else set[asyncio.Task[bool]]()
            await asyncio.wait({*running, *room}, timeout=_UNWOKEN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
        return {each for each in running if each.done()}

    async def _taken(self, room: int) -> Sequence[Record]:
        if room <= 0:
            return ()
        self._database.work.clear()
        try:
            return await self._take(room)
        except Exception as error:
            _LOG.warning("operations wait", service=self._database.service, error=repr(error)[:300])
            return ()

    async def _take(self, room: int, *, everything: bool = False) -> Sequence[Record]:
        now = self._wall()
        async with self._database.as_worker(writes=True) as connection:
            taken: list[Record] = await connection.fetch(
                _TAKE, self._holder, now, now + LEASE, list(self._work), room, everything
            )
        return taken

    async def _conduct(self, row: Record) -> bool:
        """Lead one run as far as it goes; tells whether it has moved on or ended. Raises nothing but cancellation."""
        try:
            job, going = await ending.started(self._runtime, row, wall=self._wall, standing=self._standing)
        except LostLease:
            return False
        except Exception as error:
            await self._put_back(row, error=error, attempts=row["attempts"])
            return False
        holding = asyncio.create_task(self._keep_holding(row))
        try:
            return await self._led(job, row, going=going)
        finally:
            holding.cancel()

    async def _led(self, job: Job, row: Record, *, going: bool) -> bool:
        work = self._work[job.kind]
        try:
            if not going:
                raise Cancelled()
            if job.attempts > ATTEMPTS:
                raise Interrupted()
            await ending.succeed(job, work, await work.run(job))
        except LostLease:
            _LOG.warning("operation taken over", operation_id=job.operation_id, kind=job.kind)
            return job.moved
        except Later as later:
            await self._put_back(row, seconds=later.seconds)
            return job.moved
        except asyncio.CancelledError:
            await self._put_back(row)
            raise
        except Exception as error:
            return await self._broken_off(job, row, error)
        return True

    async def _broken_off(self, job: Job, row: Record, error: Exception) -> bool:
        """End what was cancelled or has failed for good, and leave for later what may go on then."""
        work = self._work[job.kind]
        try:
            if isinstance(error, Cancelled):
                await ending.cancelled(job, work)
                return True
            problem = self._problem(job, error)
            if isinstance(problem, Unavailable) and job.attempts <= ATTEMPTS:
                await self._put_back(row, error=error, attempts=1 if job.moved else job.attempts)
                return job.moved
            await ending.fail(job, work, problem)
        except LostLease:
            return job.moved
        except Exception as trouble:
            _LOG.error("operation not ended", operation_id=job.operation_id, kind=job.kind, exc_info=trouble)
            await self._put_back(row, error=trouble, attempts=job.attempts)
            return job.moved
        return True

    def _problem(self, job: Job, error: Exception) -> Problem:
        """Return what is told of an error; Unavailable is trouble that passes by itself, after which the work goes on."""
        if isinstance(error, TimeoutError | ConnectionError):
            return Unavailable()
        return problem_of(error, service=self._database.service, request_id=job.request_id or job.operation_id)

    async def _keep_holding(self, row: Record) -> None:
        """Say again and again that the run is this process's, also while a step takes long."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                async with self._database.as_worker(writes=True) as connection:
                    await connection.execute(
                        _HOLD, row["tenant_id"], row["operation_id"], row["fence"], self._wall() + LEASE
                    )
            except Exception as error:
                _LOG.warning("lease not renewed", operation_id=row["operation_id"], error=repr(error)[:300])

    async def _put_back(
        self, row: Record, *, seconds: float = 0.0, error: Exception | None = None, attempts: int = 0
    ) -> None:
        """Let the run go, for any process to take it after so many seconds, or after ever more where it was broken off."""
        told = None
        if error is not None:
            told, seconds = repr(error)[:1000], min(2.0 ** min(attempts, 6), 60.0) * (0.5 + random.random())
            _LOG.warning("operation broken off", operation_id=row["operation_id"], error=told)
        place = (row["tenant_id"], row["operation_id"], row["fence"])
        due = self._wall() + timedelta(seconds=seconds)
        try:
            async with self._database.as_worker(writes=True) as connection:
                await connection.execute(_PUT_BACK, *place, due, attempts, told)
        except Exception as trouble:
            # The lease ends by itself, and then somebody takes the run over.
            _LOG.warning("operation not put back", operation_id=row["operation_id"], error=repr(trouble)[:300])
