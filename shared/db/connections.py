"""The connections of one service in one process, lent one at a time.

asyncpg's own pool makes a task and two timers of every return, which takes longer than a short statement does. Here a
connection that comes back in order is put aside by a plain call; only one that does not gets a task, which brings it in
order or ends it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import asyncpg

from shared import logs
from shared.errors import Unavailable

Connection: TypeAlias = "asyncpg.Connection[Any]"

_LOG = logs.logger("connections")
# So many are made as soon as they are wanted. Another takes longer to make than most statements take to run, so that whoever
# finds all of them lent waits for one that comes back; where somebody has waited at any moment for a while, one more is made.
_AT_ONCE = 2
_PATIENCE_SECONDS = 0.05
# Who waits for a connection is told to come back later (503) when none has come back for this long: a queue that moves is worth
# waiting in, a rush for one customer among them, and one that stands still is not.
LONGEST_WAIT_SECONDS = 5.0
# Nobody waits longer than this however the queue moves.
_LONGEST_QUEUE_SECONDS = 60.0
# How long the server may take to undo what a broken-off statement did.
_LONGEST_RECOVERY_SECONDS = 10.0
_SWEEP_SECONDS = 60.0


class Connections:
    """At most `size` connections, made when they are needed, closed when nobody has needed them for a minute or two."""

    def __init__(
        self, connect: Callable[[], Awaitable[Connection]], *, size: int, longest_wait: float = LONGEST_WAIT_SECONDS
    ) -> None:
        self._connect, self._size, self._longest_wait = connect, size, longest_wait
        # The last one back is lent first, so that those at the bottom are the ones nobody needs.
        self._free: list[Connection] = []
        self._fewest_free = 0
        self._made = 0
        # Each waits, since a moment, for a connection, or for None: the leave to make one.
        self._waiting: deque[tuple[asyncio.Future[Connection | None], float]] = deque()
        self._watch: asyncio.TimerHandle | None = None
        self._queued_at = self._moved_at = self._grown_at = 0.0
        self._recovering: set[asyncio.Task[None]] = set()
        self._closing: asyncio.Future[None] | None = None
        self._sweep: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Make the first connection; raises asyncpg's errors when the server cannot be reached."""
        self.give_back(await self.take())
        self._sweep = asyncio.get_running_loop().call_later(_SWEEP_SECONDS, self.close_unneeded)

    async def take(self) -> Connection:
        """Return a connection that nobody else has; raises TimeoutError, Unavailable once closing."""
        if self._closing is not None:
            raise Unavailable()
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed():
                self._fewest_free = min(self._fewest_free, len(self._free))
                return connection
            self._made -= 1
        if self._made < min(_AT_ONCE, self._size):
            self._made += 1
        elif (awaited := await self._awaited()) is not None:
            return awaited
        try:
            async with asyncio.timeout(self._longest_wait):
                return await self._connect()
        except BaseException:
            self._hand_on(None)
            raise

    async def _awaited(self) -> "Connection | None":
        """Return what is handed over to the one who waits longest; raises TimeoutError when the queue does not move."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Connection | None] = loop.create_future()
        now = loop.time()
        if not self._waiting:
            self._queued_at = now
        self._waiting.append((waiter, now))
        if self._watch is None:
            self._watch = loop.call_later(_PATIENCE_SECONDS, self._look)
        try:
            return await waiter
        except BaseException:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                # What was handed over in the moment of giving up goes to the next one.
                self._hand_on(waiter.result())
            raise

    def _look(self) -> None:
        """Let one make a connection where the queue has stood for a while, or send away who has waited too long; the first came first."""
        loop = asyncio.get_running_loop()
        self._watch = None
        while self._waiting:
            waiter, began = self._waiting[0]
            still = min(max(self._moved_at, began) + self._longest_wait, began + _LONGEST_QUEUE_SECONDS)
            may_grow = self._made < self._size
            until = min(max(self._queued_at, self._grown_at) + _PATIENCE_SECONDS, still) if may_grow else still
            if not waiter.done() and until > loop.time():
                self._watch = loop.call_at(until, self._look)
                return
            self._waiting.popleft()
            if not waiter.done():
                if may_grow:
                    self._made += 1
                    self._grown_at = loop.time()
                    waiter.set_result(None)
                else:
                    waiter.set_exception(TimeoutError())

    def give_back(self, connection: Connection, *, in_order: bool = True) -> None:
        """Take a connection back; one that may have work under way is brought in order first."""
        if connection.is_closed():
            self._hand_on(None)
        elif in_order and not connection.is_in_transaction():
            self._hand_on(connection)
        else:
            task = asyncio.get_running_loop().create_task(self._recover(connection))
            self._recovering.add(task)
            task.add_done_callback(self._recovering.discard)

    async def _recover(self, connection: Connection) -> None:
        """Undo what is left open, once asyncpg has called off the statement that was under way; else end the connection."""
        try:
            async with asyncio.timeout(_LONGEST_RECOVERY_SECONDS):
                await connection.execute("ROLLBACK" if connection.is_in_transaction() else "SELECT 1")
        except BaseException as error:
            connection.terminate()
            if not isinstance(error, Exception):
                raise
            _LOG.warning("connection given up", error=type(error).__name__)
        finally:
            self._hand_on(None if connection.is_closed() else connection)

    def _hand_on(self, connection: "Connection | None") -> None:
        """Give a connection, or for None the room of one that is gone, to whoever waits longest."""
        while self._waiting:
            waiter, _ = self._waiting.popleft()
            if not waiter.done():
                self._moved_at = asyncio.get_running_loop().time()
                waiter.set_result(connection)
                return
        if connection is None:
            self._made -= 1
        else:
            self._free.append(connection)
        if self._closing is not None and not self._closing.done() and len(self._free) == self._made:
            self._closing.set_result(None)

    def close_unneeded(self) -> None:
        """Close those that have not been lent since the last look, but keep one."""
        count = max(0, min(self._fewest_free, len(self._free) - 1))
        for connection in self._free[:count]:
            connection.terminate()
        del self._free[:count]
        self._made -= count
        self._fewest_free = len(self._free)
        self._sweep = asyncio.get_running_loop().call_later(_SWEEP_SECONDS, self.close_unneeded)

    async def close(self) -> None:
        """Wait until everything lent is back, then disconnect; who still waits for a connection is refused."""
        self._closing = asyncio.get_running_loop().create_future()
        for timer in (self._sweep, self._watch):
            if timer is not None:
                timer.cancel()
        while self._waiting:
            waiter, _ = self._waiting.popleft()
            if not waiter.done():
                waiter.set_exception(Unavailable())
        if len(self._free) != self._made:
            await self._closing
        for connection in self._free:
            await connection.close()
        self._free.clear()
        self._made = 0


class Loan:
    """An `async with` that lends a connection; a class of its own since every request pays for it."""

    __slots__ = ("_connection", "_connections")

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def __aenter__(self) -> Connection:
        self._connection = await self._connections.take()
        return self._connection

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # A statement that was refused has ended; one that was broken off may still be under way.
        refused = kind is None or (issubclass(kind, Exception) and not issubclass(kind, TimeoutError))
        self._connections.give_back(self._connection, in_order=refused)
