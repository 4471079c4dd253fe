"""What the edge adds to every answer on its way out: headers, and compression where the client takes it.

Only what comes in one piece is compressed: a stream of events or a file goes out as it is made.
"""

import gzip
from collections.abc import Iterable
from typing import Any, Final

from shared.auth.principal import Caller
from shared.web.conditional import may_be_packed

Fields = list[tuple[bytes, bytes]]

# Below this a packet is not saved, and the processor is used for nothing.
_SMALLEST: Final = 1_400
# Python's default level takes three times as long for two hundredths less.
_LEVEL: Final = 4
_COMPRESSIBLE: Final = (b"application/json", b"application/problem+json", b"text/")
_VARY: Final = b"vary"


def takes_gzip(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Tell whether a request's Accept-Encoding allows gzip."""
    return any(may_be_packed(value.decode("latin-1")) for name, value in headers if name == b"accept-encoding")


class Answer:
    """Sends one answer to a client; `started` tells whether anything has left."""

    __slots__ = ("_gzip", "_head", "_held", "_send", "added", "caller", "refusal", "started", "status")

    def __init__(self, send: Any, *, gzip: bool | None, head: bool = False) -> None:
        """`gzip` is whether the client takes it, None where nobody is sent any."""
        self._send, self._gzip, self._head = send, gzip, head
        self._held: Any = None
        self.added: Fields = []
        self.started = False
        self.status = 0
        self.caller: Caller | None = None
        """Whom it is for, once that is known."""
        self.refusal = b""
        """The body of a refusal, as far as it came in one piece."""

    async def __call__(self, message: Any) -> None:
        """Send one ASGI message."""
        if message["type"] == "http.response.start":
            self.started, self.status = True, message["status"]
            headers = [*message["headers"], *self.added] if self.added else message["headers"]
            message = {**message, "headers": headers}
            if self._gzip is None or (self.status != 304 and not _is_compressible(headers)):
                await self._send(message)
                return
            # Small or large, packed or not: caches are told the same of every answer, as they are by its 304.
            message["headers"] = _varying(headers)
            if self._gzip and self.status != 304:
                # How long the packed answer to a GET would be is not worth packing it for a HEAD.
                self._held = {**message, "headers": _without_length(message["headers"])} if self._head else message
            else:
                await self._send(message)
            return
        if self.status >= 400 and not self.refusal:
            self.refusal = message.get("body", b"")
        if self._held is not None:
            start, self._held = self._held, None
            if not message.get("more_body") and len(message.get("body", b"")) >= _SMALLEST:
                message = {**message, "body": gzip.compress(message["body"], _LEVEL, mtime=0)}
                start = {**start, "headers": _compressed(start["headers"], len(message["body"]))}
            await self._send(start)
        await self._send(message)


def _is_compressible(headers: Fields) -> bool:
    kind = encoded = b""
    for name, value in headers:
        if name == b"content-type":
            kind = value
        elif name == b"content-encoding":
            encoded = value
    return not encoded and kind.startswith(_COMPRESSIBLE) and not kind.startswith(b"text/event-stream")


def _without_length(headers: Fields) -> Fields:
    return [each for each in headers if each[0] != b"content-length"]


def _varying(headers: Fields) -> Fields:
    named = [value for name, value in headers if name == _VARY]
    others = [each for each in headers if each[0] != _VARY]
    return [*others, (_VARY, b", ".join([*named, b"Accept-Encoding"]))]


def _compressed(headers: Fields, length: int) -> Fields:
    return [*_without_length(headers), (b"content-encoding", b"gzip"), (b"content-length", str(length).encode())]
