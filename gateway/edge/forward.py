"""An upstream in another process: a pure ASGI app that forwards over one pooled aiohttp client.

The client's headers go through except the hop-by-hop ones of RFC 9110, section 7.6.1; `X-Forwarded-*` headers are taken
from nobody and added for nobody: a service believes a token, not an address.
"""

from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from shared import logs
from shared.errors import BadRequest, TooLarge, Unavailable
from shared.web.json import LARGEST_BODY

_LOG = logs.logger("edge")

_HOP_BY_HOP: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-proto",
        b"forwarded",
        b"host",
    }
)
_SAFE: Final = frozenset({"GET", "HEAD"})
_CONNECTIONS: Final = 200
_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, connect=2.0, sock_read=60.0)


class Forwarder:
    """Forwards to `http://host:port` or `unix:///path/to/socket`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = parts.path if parts.scheme == "unix" else None
        self._base = "http://service" if self._socket else url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    def _client(self) -> aiohttp.ClientSession:
        # Made on first use: a session belongs to the event loop that runs then.
        if self._session is None or self._session.closed:
            connector: aiohttp.BaseConnector = (
                aiohttp.UnixConnector(path=self._socket, limit=_CONNECTIONS, keepalive_timeout=30)
                if self._socket
                else aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=30)
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=_TIMEOUT,
                auto_decompress=False,
                trust_env=False,
                # Nothing is kept from one caller's answer for the next one's request.
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("User-Agent", "Accept", "Content-Type", "Accept-Encoding"),
            )
        return self._session

    async def close(self) -> None:
        """Close the pooled connections."""
        if self._session is not None:
            await self._session.close()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Forward one request; raises Unavailable when the service cannot be reached, TooLarge for its body."""
        body = await _whole(receive) if scope["method"] not in _SAFE else None
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in scope["headers"]
            if name not in _HOP_BY_HOP and name != b"content-length"
        ]
        query = scope["query_string"].decode("latin-1")
        raw_path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").partition("?")[0]
        url = URL(f"{self._base}{raw_path}{'?' + query if query else ''}", encoded=True)
        try:
            async with await self._asked(scope["method"], url, headers=headers, body=body) as answer:
                await _relay(answer, send)
        except (aiohttp.ClientError, TimeoutError) as failed:
            # One word for it, here and in a sister service that asks: it passes by itself.
            _LOG.warning("upstream unavailable", upstream=self._base, error=type(failed).__name__)
            raise Unavailable(headers={"Retry-After": "1"}) from failed

    async def _asked(
        self, method: str, url: URL, *, headers: list[tuple[str, str]], body: bytes | None
    ) -> aiohttp.ClientResponse:
        attempts = 2 if method in _SAFE else 1
        while True:
            attempts -= 1
            try:
                return await self._client().request(method, url, headers=headers, data=body, allow_redirects=False)
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                # A kept-alive connection that the service closed meanwhile; only a safe request is sent again.
                if attempts == 0:
                    raise


async def _relay(answer: aiohttp.ClientResponse, send: Any) -> None:
    headers = [(name.lower(), value) for name, value in answer.raw_headers if name.lower() not in _HOP_BY_HOP]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    async for chunk in answer.content.iter_chunked(65536):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _whole(receive: Any) -> bytes:
    """Return the body; raises TooLarge for one that no service takes, before all of it is held here."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest("The body ended too soon.")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > LARGEST_BODY:
            raise TooLarge(f"The body is larger than {LARGEST_BODY} bytes.")
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)
