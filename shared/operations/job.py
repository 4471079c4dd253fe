"""What the work of an operation sees of it: its arguments, where it had come to, and steps to go on in."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from shared import clock
from shared.db.tx import Tx, transaction
from shared.operations.callers import Starter
from shared.operations.problems import RightsWithdrawn
from shared.web.runtime import Runtime

LEASE: Final = timedelta(seconds=30)
"""How long a run belongs to the process that took it, unless that says again that it is there."""
_STANDING_SECONDS: Final = 5.0
_HELD: Final = """
SELECT o.status FROM operation_runs r JOIN operations o ON o.tenant_id = r.tenant_id AND o.id = r.operation_id
WHERE r.tenant_id = $1 AND r.operation_id = $2 AND r.fence = $3
"""
# The row stays locked until COMMIT: whoever takes the run over comes before this, and it finds no row, or after it.
_KEEP: Final = """
UPDATE operation_runs SET checkpoint = $4, due_at = $5, attempts = 0, error = NULL
WHERE tenant_id = $1 AND operation_id = $2 AND fence = $3
"""
_SHOW: Final = """
UPDATE operations SET done = greatest(done, $3), total = $4, unit = $5, counts = $6, version = version + 1, updated_at = $7
WHERE tenant_id = $1 AND id = $2
"""


class Cancelled(Exception):
    """Whoever may has asked for the end of the work; it leaves `run` where the next step would have begun."""


class LostLease(Exception):
    """Another process has taken the run over; nothing of this step is stored."""


class Later(Exception):
    """Raised by work that has to wait for something: it is run again from its checkpoint after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds} seconds")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Result:
    """The object that came of the work, and the noun under which it is read."""

    object: str
    id: str
    noun: str

    def document(self) -> dict[str, str]:
        """Return it as callers see it."""
        return {"object": self.object, "id": self.id, "href": f"/v1/{self.noun}/{self.id}"}


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of operation and what does it; `run` begins at the checkpoint it is given, and may have begun there before.

    `ended` runs in the transaction that ends the operation, however it ends, with its row: as the engine.
    """

    kind: str
    run: "Callable[[Job], Awaitable[Result | None]]"
    ended: Callable[[Tx, Mapping[str, Any]], Awaitable[None]] | None = None


@dataclass(slots=True)
class _Noted:
    done: int
    total: int | None
    unit: str | None
    counts: dict[str, int]
    checkpoint: Any
    told: bool = False
    shown: bool = False


@dataclass(slots=True)
class Job:
    """One run of an operation by one process."""

    operation_id: str
    arguments: Mapping[str, Any]
    checkpoint: Any
    done: int
    total: int | None
    unit: str | None
    counts: Mapping[str, int]
    starter: Starter
    request_id: str | None
    kind: str
    fence: int
    attempts: int
    runtime: Runtime
    wall: Callable[[], datetime]
    standing: Callable[[Starter], Awaitable[bool]]
    moved: bool = False
    """Whether a step of this run has told of progress, and was stored."""
    _noted: _Noted | None = None
    _judged_at: float = field(default=float("-inf"))

    @property
    def tenant_id(self) -> str:
        """The tenant in which the work is done."""
        return self.starter.caller.tenant_id

    @asynccontextmanager
    async def step(self) -> AsyncIterator[Tx]:
        """Open a transaction of at most a second with the rights of whoever started the work.

        What it changes, `progress` and the checkpoint commit together. Raises Cancelled, LostLease or RightsWithdrawn
        instead of beginning, which are not to be caught.
        """
        await self.require_standing()
        self._noted = noted = _Noted(self.done, self.total, self.unit, dict(self.counts), self.checkpoint)
        try:
            async with self._transaction() as tx:
                await self._require_going(tx)
                yield tx
                await self._store(tx, noted)
        finally:
            self._noted = None
        self.done, self.total, self.unit = max(self.done, noted.done), noted.total, noted.unit
        self.counts, self.checkpoint, self.moved = noted.counts, noted.checkpoint, self.moved or noted.told

    def progress(
        self,
        *,
        done: int | None = None,
        total: int | None = None,
        unit: str | None = None,
        counts: Mapping[str, int] | None = None,
        checkpoint: Any = None,
    ) -> None:
        """Say within a step how far the work has come with it; what is left out stays as it was, and `done` never falls.

        `counts` take the place of those of the same name; `checkpoint` is JSON, what `run` needs to go on from here.
        """
        noted = self._in_step()
        noted.told = True
        noted.shown = noted.shown or any(each is not None for each in (done, total, unit, counts))
        noted.done = noted.done if done is None else done
        noted.total = noted.total if total is None else total
        noted.unit = noted.unit if unit is None else unit
        noted.counts |= dict(counts or {})
        noted.checkpoint = noted.checkpoint if checkpoint is None else checkpoint

    def count(self, kinds: Iterable[str]) -> None:
        """Say within a step what it has done, a word for each: `counts` goes up by so many of each."""
        noted = self._in_step()
        noted.told = noted.shown = True
        for kind in kinds:
            noted.counts[kind] = noted.counts.get(kind, 0) + 1

    def _in_step(self) -> _Noted:
        if self._noted is None:
            raise RuntimeError("progress is told within a step, with which it commits")
        return self._noted

    async def require_standing(self) -> None:
        """Raise RightsWithdrawn when the access of whoever started this was withdrawn; asked every five seconds."""
        now = clock.monotonic()
        if self.starter.is_machinery or now - self._judged_at < _STANDING_SECONDS:
            return
        if not await self.standing(self.starter):
            raise RightsWithdrawn()
        self._judged_at = now

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Tx]:
        starter = self.starter
        async with transaction(
            self.runtime.database,
            caller=starter.caller,
            viewer=starter.viewer,
            now=await self.runtime.business_time(starter.caller),
            action=self.kind,
            request_id=self.request_id,
            engine=starter.is_machinery,
            own=starter.own,
        ) as tx:
            yield tx

    async def _require_going(self, tx: Tx) -> None:
        status = await tx.connection.fetchval(_HELD, self.tenant_id, self.operation_id, self.fence)
        if status is None:
            raise LostLease()
        if status == "cancelling":
            raise Cancelled()

    async def _store(self, tx: Tx, noted: _Noted) -> None:
        place = (self.tenant_id, self.operation_id)
        if noted.shown:
            shown = (noted.done, noted.total, noted.unit, noted.counts, tx.now)
            await tx.connection.execute(_SHOW, *place, *shown)
        kept = await tx.connection.execute(_KEEP, *place, self.fence, noted.checkpoint, self.wall() + LEASE)
        if kept != "UPDATE 1":
            raise LostLease()
