"""A service of five lines for each test, on a real socket, and a client that speaks ASGI to a forwarder."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from gateway.edge.forward import Forwarder

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@dataclass
class Request:
    """What arrived: the first line, the fields, and the body as far as its framing went."""

    line: str
    fields: list[tuple[str, str]]
    body: bytes

    def field(self, name: str) -> str | None:
        """The value of a field that is there at most once."""
        values = [value for each, value in self.fields if each == name]
        assert len(values) <= 1, values
        return values[0] if values else None


@dataclass
class Wire:
    """One connection as the service sees it; `gone` is set when the other side has hung up."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    number: int
    seen: list[Request] = field(default_factory=list)

    async def request(self) -> Request:
        """The next request, whole; raises IncompleteReadError when it is cut off or there is none."""
        line, *lines = (await self.head()).decode("latin-1").split("\r\n")
        fields = [(name.lower(), value) for name, _, value in (each.partition(": ") for each in lines if each)]
        request = Request(line, fields, b"")
        if request.field("transfer-encoding"):
            request.body = await self._chunked()
        else:
            request.body = await self.reader.readexactly(int(request.field("content-length") or 0))
        self.seen.append(request)
        return request

    async def head(self) -> bytes:
        """Request line and fields."""
        return (await self.reader.readuntil(b"\r\n\r\n")).removesuffix(b"\r\n\r\n")

    async def _chunked(self) -> bytes:
        body = b""
        while True:
            size = int(await self.reader.readuntil(b"\r\n"), 16)
            body += (await self.reader.readexactly(size + 2))[:-2]
            if size == 0:
                return body

    async def says(self, answer: bytes) -> None:
        """Send bytes."""
        self.writer.write(answer)
        await self.writer.drain()

    async def hung_up(self) -> None:
        """Come back when the other side has hung up."""
        try:
            while await self.reader.read(65536):
                continue
        except ConnectionError:
            return


Serve = Callable[[Wire], Awaitable[None]]


@asynccontextmanager
async def service(serve: Serve, *, port: int = 0) -> AsyncIterator[tuple[str, list[Wire]]]:
    """The address of a service, and its connections so far. Each is closed when `serve` ends."""
    wires: list[Wire] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wires.append(Wire(reader, writer, len(wires)))
        try:
            await serve(wires[-1])
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", port)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", wires
    server.close()
    for wire in wires:
        wire.writer.transport.abort()


async def polite(wire: Wire) -> None:
    """Answer every request with two bytes."""
    while True:
        await wire.request()
        await wire.says(OK)


@asynccontextmanager
async def forwarding(url: str, **given: Any) -> AsyncIterator[Forwarder]:
    """A forwarder to that address."""
    forwarder = Forwarder(url, **given)
    yield forwarder
    await forwarder.close()


class Caller:
    """One request by ASGI; it can hold back its body, not take its answer, and go away."""

    def __init__(
        self,
        method: str = "GET",
        path: str = "/x",
        *,
        headers: Iterable[tuple[bytes, bytes]] = (),
        pieces: Iterable[bytes] = (b"",),
        goes_after_body: bool = False,
    ) -> None:
        self.scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": list(headers),
        }
        self._pieces = list(pieces)
        self._cut = goes_after_body
        self.gone, self.takes, self.begun = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.takes.set()
        self.asked_for = 0
        self.messages: list[Any] = []

    async def receive(self) -> Any:
        """The next piece of the body, then word of having gone away."""
        self.asked_for += 1
        if self._pieces:
            body = self._pieces.pop(0)
            return {"type": "http.request", "body": body, "more_body": bool(self._pieces) or self._cut}
        if not self._cut:
            await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        """Take a part of the answer."""
        self.messages.append(message)
        self.begun.set()
        await self.takes.wait()

    async def through(self, forwarder: Forwarder) -> "Caller":
        """Go through a forwarder; comes back when that is done with."""
        async with asyncio.timeout(20):
            await forwarder(self.scope, self.receive, self.send)
        return self

    @property
    def status(self) -> int:
        """The status of the answer."""
        return int(self.messages[0]["status"])

    @property
    def fields(self) -> dict[bytes, bytes]:
        """The fields of the answer."""
        return dict(self.messages[0]["headers"])

    @property
    def body(self) -> bytes:
        """What has come of the body."""
        return b"".join(each.get("body", b"") for each in self.messages[1:])

    @property
    def whole(self) -> bool:
        """Whether the answer has been said to have ended."""
        return bool(self.messages) and self.messages[-1].get("more_body", len(self.messages) == 1) is False
