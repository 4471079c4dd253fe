"""An upstream in another process: a pure ASGI app that forwards over kept connections, streaming both ways.

A read whose client goes away is given up; a write that has been sent whole is left to end. Only a GET or HEAD is sent
again, once, when a kept connection turns out to be closed. After failures in a row the service is left alone for a
moment, and callers get a 503 at once.
"""

import asyncio
from typing import Any, Final

from gateway.edge.breaker import Breaker
from gateway.edge.heads import answer_fields, declared_length, request_head
from gateway.edge.pool import Crowded, Limits, Pool, Refused
from gateway.edge.wire import ClientGone, Connection, UpstreamFailed
from shared import clock, logs
from shared.errors import BadRequest, TooLarge, Unavailable
from shared.web.metrics import Metrics

_LOG = logs.logger("edge")
_SAFE: Final = frozenset({"GET", "HEAD"})
# A body up to this size goes in one piece, and the service is not troubled before all of it is here.
_SMALL: Final = 65_536


class Forwarder:
    """Forwards to a service at `http://host:port` or `unix:///path/to/socket`; `name` is for logs and metrics."""

    def __init__(
        self, url: str, *, name: str = "service", metrics: Metrics | None = None, limits: Limits | None = None
    ) -> None:
        self._name, self._metrics = name, metrics or Metrics()
        self._limits = limits or Limits()
        self._pool = Pool(url, self._limits)
        self._breaker = Breaker()

    async def close(self) -> None:
        """Close the kept connections."""
        await self._pool.close()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Forward one request; raises Unavailable for a service that does not answer, BadRequest or TooLarge for a body.

        Unavailable after the answer has begun means that it is cut off: whoever serves this must hang up.
        """
        head = request_head(scope, host=self._pool.host, prefix=self._pool.prefix)
        later = self._breaker.refusal(clock.monotonic())
        if later is not None:
            self._metrics.refused(self._name)
            raise Unavailable(headers={"Retry-After": str(later)})
        safe = scope["method"] in _SAFE
        try:
            if safe:
                await self._read(scope["method"], head, receive, send)
            else:
                await self._write(scope, head, receive, send)
        except UpstreamFailed as failed:
            # One word for it, here and in a sister service that asks: it passes by itself.
            _LOG.info("upstream unavailable", upstream=self._name, error=str(failed))
            # A service that is just starting must be found as soon as it listens.
            if not isinstance(failed, Crowded | Refused) and self._breaker.failed(clock.monotonic()):
                self._changed("open")
            raise Unavailable(headers={"Retry-After": "1"}) from failed

    async def _read(self, method: str, head: bytes, receive: Any, send: Any) -> None:
        connection, used = await self._pool.take()
        try:
            await self._get(connection, method, head, receive, send)
            return
        except UpstreamFailed:
            if not (used and connection.stale):
                raise
        finally:
            self._pool.give_back(connection)
        # The service had closed a connection that was kept for it; a new one tells whether it is there.
        connection, _ = await self._pool.take(fresh=True)
        try:
            await self._get(connection, method, head, receive, send)
        finally:
            self._pool.give_back(connection)

    async def _get(self, connection: Connection, method: str, head: bytes, receive: Any, send: Any) -> None:
        connection.begin(head_only=method == "HEAD", lasts=self._limits.exchange)
        watch = _Watch(connection, receive)
        # Most answers are through before it is worth a task to see whether their client is still there.
        connection.when_slow = watch.start
        try:
            connection.write(head + b"\r\n")
            connection.sent = True
            await connection.answer()
            self._answered()
            await _relay(connection, send, watch)
        except ClientGone:
            return
        finally:
            watch.stop()

    async def _write(self, scope: Any, head: bytes, receive: Any, send: Any) -> None:
        length = declared_length(scope["headers"])
        if length is not None and length > self._limits.body:
            raise TooLarge(f"The body is larger than {self._limits.body} bytes.")
        body, more = await self._gathered(receive)
        connection, _ = await self._pool.take()
        try:
            connection.begin(head_only=False, lasts=self._limits.exchange)
            if more:
                await self._streamed(connection, head, body, receive, length=length)
            else:
                connection.write(b"%bcontent-length: %d\r\n\r\n%b" % (head, len(body), body))
                connection.sent = True
            await connection.answer()
            self._answered()
            await _relay(connection, send, None)
        finally:
            self._pool.give_back(connection)

    async def _gathered(self, receive: Any) -> tuple[bytes, bool]:
        """Return the body, or the beginning of a large one, and whether more is to come."""
        body, more = await self._next(receive)
        while more and len(body) <= _SMALL:
            piece, more = await self._next(receive)
            body += piece
        if len(body) > self._limits.body:
            raise TooLarge(f"The body is larger than {self._limits.body} bytes.")
        return body, more

    async def _streamed(
        self, connection: Connection, head: bytes, piece: bytes, receive: Any, *, length: int | None
    ) -> None:
        """Send a body on as it comes. Until the last byte is sent, whatever goes wrong hangs up on the service."""
        framing = b"transfer-encoding: chunked" if length is None else b"content-length: %d" % length
        connection.write(b"%b%b\r\n\r\n" % (head, framing))
        size, more = 0, True
        while True:
            size += len(piece)
            if size > self._limits.body:
                raise TooLarge(f"The body is larger than {self._limits.body} bytes.")
            if length is not None and (size > length or (not more and size < length)):
                raise BadRequest("The body is not as long as its Content-Length.")
            if piece:
                connection.write(piece if length is not None else b"%x\r\n%b\r\n" % (len(piece), piece))
            if not more:
                break
            await connection.drained()
            if connection.answered:
                # Answered before the end: the rest is of no interest to the service.
                return
            piece, more = await self._next(receive)
        if length is None:
            connection.write(b"0\r\n\r\n")
        connection.sent = True

    async def _next(self, receive: Any) -> tuple[bytes, bool]:
        try:
            async with asyncio.timeout(self._limits.client):
                message = await receive()
        except TimeoutError as late:
            raise BadRequest("The body did not arrive in time.") from late
        if message["type"] == "http.disconnect":
            raise BadRequest("The body ended too soon.")
        return message.get("body", b""), message.get("more_body", False)

    def _answered(self) -> None:
        if self._breaker.succeeded():
            self._changed("closed")

    def _changed(self, state: str) -> None:
        _LOG.warning("breaker changed", upstream=self._name, state=state)
        self._metrics.breaker_changed(self._name, state)


class _Watch:
    """Looks out for the client of a read going away, and then gives the read up."""

    def __init__(self, connection: Connection, receive: Any) -> None:
        self._connection, self._receive = connection, receive
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._until_gone())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            continue
        self._connection.fail(ClientGone())


async def _relay(connection: Connection, send: Any, watch: _Watch | None) -> None:
    headers = answer_fields(connection.headers, status=connection.status)
    await send({"type": "http.response.start", "status": connection.status, "headers": headers})
    while not connection.complete:
        piece = await connection.piece()
        if connection.complete:
            await _last(connection, piece, send, watch)
            return
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await _last(connection, connection.taken(), send, watch)


async def _last(connection: Connection, piece: bytes, send: Any, watch: _Watch | None) -> None:
    # A server says that the client is gone once it has the whole answer, which is not what is meant here.
    if watch is not None:
        watch.stop()
    await send({"type": "http.response.body", "body": piece})
