"""Kept connections to one service, and the one timer that looks after all of them."""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway.edge.wire import Connection, UpstreamFailed
from shared import clock
from shared.web.json import LARGEST_BODY


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much, in seconds and bytes; one set for each service that is forwarded to."""

    connect: float = 2.0
    """To reach the service, and to wait for a free connection."""
    silence: float = 60.0
    """Between two signs of life of the service while it is asked; longer than any long poll."""
    exchange: float = 300.0
    """For a request and its answer together; longer work is an operation, which is asked for again."""
    client: float = 20.0
    """Between two pieces of a body that the client sends."""
    kept: float = 4.0
    """A connection that nobody needs; shorter than the 5 s after which a service closes it."""
    look: float = 0.25
    """Between two looks at what has taken too long."""
    connections: int = 200
    body: int = LARGEST_BODY


class Crowded(UpstreamFailed):
    """Every connection to the service was taken for too long. It does answer, so this says nothing of its health."""


class Refused(UpstreamFailed):
    """Nobody listens at the address, and the system said so at once: asking again costs next to nothing."""


class Pool:
    """Connections to `http://host:port`, `https://host:port` or `unix:///path/to/socket`."""

    def __init__(self, url: str, limits: Limits) -> None:
        parts = urlsplit(url)
        self._limits = limits
        self._socket = parts.path if parts.scheme == "unix" else None
        if self._socket is None and (parts.scheme not in ("http", "https") or parts.hostname is None):
            raise ValueError(f"{url} is no address of a service: http://host:port or unix:///path is")
        self._name, self._port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = True if parts.scheme == "https" else None
        self.host = b"service" if self._socket else parts.netloc.rpartition("@")[2].encode("ascii")
        self.prefix = b"" if self._socket else parts.path.rstrip("/").encode("ascii")
        self._idle: list[Connection] = []
        self._busy: set[Connection] = set()
        self._taken = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def take(self, *, fresh: bool = False) -> tuple[Connection, bool]:
        """Return a connection and whether it has been used before; `fresh` asks for a new one. Raises UpstreamFailed."""
        if self._taken >= self._limits.connections:
            await self._turn()
        self._taken += 1
        if self._idle and not fresh:
            # The last one put back: those that are not needed grow old together.
            connection = self._idle.pop()
            self._busy.add(connection)
            return connection, True
        try:
            connection = await self._connected()
        except BaseException:
            self._freed()
            raise
        self._busy.add(connection)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._limits.look, self._look)
        return connection, False

    def give_back(self, connection: Connection) -> None:
        """Take a connection back: it is kept when its exchange is whole, else hung up."""
        self._busy.discard(connection)
        if connection.end():
            connection.idle_since = clock.monotonic()
            self._idle.append(connection)
        self._freed()

    async def close(self) -> None:
        """Close every connection; what is under way fails."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for connection in [*self._idle, *self._busy]:
            connection.fail(UpstreamFailed("closed"))
        self._idle.clear()

    async def _connected(self) -> Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._limits.connect):
                if self._socket:
                    _, connection = await loop.create_unix_connection(self._made, self._socket)
                else:
                    _, connection = await loop.create_connection(self._made, self._name, self._port, ssl=self._tls)
        except (ConnectionRefusedError, FileNotFoundError) as failed:
            raise Refused(f"not reached: {type(failed).__name__}") from failed
        except OSError as failed:
            raise UpstreamFailed(f"not reached: {type(failed).__name__}") from failed
        return connection

    def _made(self) -> Connection:
        return Connection(on_lost=self._forget, silence=self._limits.silence)

    def _forget(self, connection: Connection) -> None:
        with suppress(ValueError):
            self._idle.remove(connection)

    async def _turn(self) -> None:
        """Wait for a free connection, first come, first served; raises Crowded."""
        try:
            async with asyncio.timeout(self._limits.connect):
                while self._taken >= self._limits.connections:
                    turn = asyncio.get_running_loop().create_future()
                    self._waiting.append(turn)
                    try:
                        await turn
                    except asyncio.CancelledError:
                        if turn.done() and not turn.cancelled():
                            self._call_next()
                        raise
        except TimeoutError as late:
            raise Crowded("all connections are taken") from late

    def _freed(self) -> None:
        self._taken -= 1
        self._call_next()

    def _call_next(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    def _look(self) -> None:
        now = clock.monotonic()
        for connection in [each for each in self._idle if now - each.idle_since > self._limits.kept]:
            self._idle.remove(connection)
            connection.hang_up()
        for connection in list(self._busy):
            connection.look(now, slow=self._limits.look)
        again = self._idle or self._busy
        self._timer = asyncio.get_running_loop().call_later(self._limits.look, self._look) if again else None
