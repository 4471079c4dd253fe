"""One connection to a service: HTTP/1.1 read by httptools, one request at a time, with back-pressure both ways.

An answer is whole only when its framing says so. One that ends with its connection alone cannot be told from one that
was cut off, so it counts as lost; no service of ours sends such.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import httptools

from gateway.edge.heads import Fields
from shared import clock

# Reading rests above so much that nobody has taken yet, in bytes, and goes on when all of it has been taken.
_HELD: Final = 65_536
_LARGEST_HEAD: Final = 65_536


class UpstreamFailed(Exception):
    """The service could not be reached, fell silent, or hung up before its answer was whole."""


class ClientGone(Exception):
    """The client went away while its answer was being made."""


class Connection(asyncio.Protocol):
    """Carries one exchange after the other: `begin`, `write`, `answer`, `piece`. One task at a time uses it."""

    def __init__(self, *, on_lost: Callable[["Connection"], None], silence: float) -> None:
        self._on_lost, self._silence = on_lost, silence
        self._transport: Any = None
        self._parser: httptools.HttpResponseParser | None = None
        self._loop = asyncio.get_running_loop()
        self.closed, self._paused, self._write_paused = False, False, False
        self.idle_since = 0.0
        self._waiter: asyncio.Future[None] | None = None
        self._rest()

    def _rest(self) -> None:
        self.status, self.headers = 0, Fields()
        self._chunks: list[bytes] = []
        self._held = 0
        self._error: Exception | None = None
        self._deadline, self._ends, self._began = 0.0, 0.0, 0.0
        self._head_only, self._informational, self._busy = False, False, False
        self.answered = self.complete = self.touched = False
        self.sent = self._keeps = False
        self.when_slow: Callable[[], None] | None = None

    @property
    def stale(self) -> bool:
        """Whether the service hung up without a word: it had closed the connection when the request came."""
        return self.closed and not self.touched

    # One exchange.

    def begin(self, *, head_only: bool, lasts: float) -> None:
        """Make ready for a request, which has so many seconds for everything; `head_only` for the answer to a HEAD."""
        self._rest()
        self._busy, self._head_only = True, head_only
        self._began = clock.monotonic()
        self._ends = self._began + lasts
        if self._parser is None:
            self._parser = httptools.HttpResponseParser(self)

    def write(self, piece: bytes) -> None:
        """Send bytes; they may be held here until the service reads them."""
        if not self.closed:
            self._transport.write(piece)

    async def drained(self) -> None:
        """Come back when more can be written, or the answer has come meanwhile; raises UpstreamFailed."""
        while not self.answered:
            if self._error is not None:
                raise self._error
            if not self._write_paused:
                return
            await self._news()

    async def answer(self) -> None:
        """Come back when status and headers are there; raises UpstreamFailed or ClientGone."""
        while not self.answered:
            if self._error is not None:
                raise self._error
            await self._news()

    async def piece(self) -> bytes:
        """Return what has come of the body, nothing at its end; raises UpstreamFailed or ClientGone."""
        while not self._chunks and not self.complete:
            if self._error is not None:
                raise self._error
            await self._news()
        return self.taken()

    def taken(self) -> bytes:
        """Return what has come of the body since it was last asked, without waiting."""
        chunks = self._chunks
        if not chunks:
            return b""
        self._chunks, self._held = [], 0
        if self._paused:
            self._paused = False
            if not self.closed and not self._transport.is_closing():
                self._transport.resume_reading()
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def end(self) -> bool:
        """Finish the exchange; returns whether the connection can carry another, and hangs up when it cannot."""
        resting = self._paused or self._write_paused
        keeps = self.complete and self.sent and self._keeps and not (self.closed or resting) and self._error is None
        # The rest is made new when the next exchange begins; this is what would keep memory until then.
        self._busy, self.when_slow, self._chunks = False, None, []
        if not keeps:
            self.hang_up()
        return keeps

    def hang_up(self) -> None:
        """Close at once; what is under way fails."""
        self._keeps = False
        if self._transport is not None:
            self._transport.abort()

    def fail(self, error: Exception) -> None:
        """Let what is under way end with an error, and hang up."""
        if self._error is None:
            self._error = error
        self.hang_up()
        self._tell()

    def look(self, now: float, *, slow: float) -> None:
        """Fail an exchange whose time is over; tell the one whose answer has taken `slow` seconds so far."""
        if not self._busy:
            return
        if now > self._ends or (self._waiter is not None and now > self._deadline):
            self.fail(UpstreamFailed("no answer in time"))
        elif self.when_slow is not None and now - self._began > slow:
            when_slow, self.when_slow = self.when_slow, None
            when_slow()

    async def _news(self) -> None:
        self._waiter = self._loop.create_future()
        self._deadline = clock.monotonic() + self._silence
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _tell(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # What the event loop tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed, self._parser = True, None
        if self._error is None and not self.complete:
            self._error = UpstreamFailed("connection lost" if exc is None else f"connection lost: {type(exc).__name__}")
        self._tell()
        self._on_lost(self)

    def eof_received(self) -> None:
        # Told at once, so that no request is sent on it in the moment before it is closed here as well.
        self._on_lost(self)

    def pause_writing(self) -> None:
        self._write_paused = True

    def resume_writing(self) -> None:
        self._write_paused = False
        self._tell()

    def data_received(self, data: bytes) -> None:
        if self._parser is None or not self._busy or self.complete:
            # Nobody asked: whatever this is, it must not become the answer to the next request.
            self._on_lost(self)
            self.hang_up()
            return
        self.touched = True
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.fail(UpstreamFailed("not an answer"))
            return
        if not self.answered:
            self._held += len(data)
            if self._held > _LARGEST_HEAD:
                self.fail(UpstreamFailed("not an answer"))

    # What the parser tells.

    def on_message_begin(self) -> None:
        # A second answer to one request.
        self._keeps = self._keeps and not self.complete

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.answered:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        if self.complete or self._parser is None:
            return
        status = self._parser.get_status_code()
        if status < 200:
            self.headers, self._informational = [], True
            return
        self.status, self.answered, self._held = status, True, 0
        if self._head_only:
            # The parser would wait for the body that a GET gets; it is done with here.
            self._keeps, self.complete = self._parser.should_keep_alive(), True
            self._parser = None
        self._tell()

    def on_body(self, body: bytes) -> None:
        if self.complete:
            self._keeps = False
            return
        self._chunks.append(body)
        self._held += len(body)
        if self._held > _HELD and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        self._tell()

    def on_message_complete(self) -> None:
        if self._informational:
            self._informational = False
        elif not self.complete and self._parser is not None:
            self._keeps, self.complete = self._parser.should_keep_alive(), True
            self._tell()
