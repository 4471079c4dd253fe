"""Calls from one service to another: over the same ASGI seam that the gateway forwards through."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlencode

import orjson

from shared.errors import Unavailable

if TYPE_CHECKING:
    from shared.web.params import Request

_PASSED_ON: Final = frozenset({"authorization", "content-type", "idempotency-key", "accept-language", "if-match"})
_JSON: Final = {"content-type": "application/json"}
ASGI = Callable[[MutableMapping[str, Any], Any, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body of a sister service's answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        return orjson.loads(self.body)


class NotJson(Exception):
    """The answer is something else than JSON, and was not waited for."""


async def call(
    app: ASGI,
    method: str,
    path: str,
    *,
    query: str = "",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    client: str = "127.0.0.1",
    only_json: bool = False,
) -> Answer:
    """Send one request to an ASGI app and return its answer; `only_json` raises NotJson for a file or a stream.

    The path is as it is on the wire, percent-encoded where it has to be.
    """
    fields = {"content-length": str(len(body)), **(headers or {})}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields.items()],
        "client": (client, 0),
        "server": ("internal", 80),
        "state": {},
    }
    sent = False
    status, received, chunks = 0, dict[str, str](), list[bytes]()

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            await asyncio.get_running_loop().create_future()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status, received
        if message["type"] == "http.response.start":
            status = message["status"]
            received = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
            if only_json and not _is_json(received.get("content-type", "application/json")):
                raise NotJson()
        else:
            chunks.append(message.get("body", b""))

    await app(scope, receive, send)
    return Answer(status, received, b"".join(chunks))


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip() in ("application/json", "application/problem+json")


class Peer:
    """A sister service, called with an internal token."""

    def __init__(
        self, app: ASGI, *, token: Callable[[], Awaitable[str]], refused: Callable[[str], None] | None = None
    ) -> None:
        """`refused` is told of a token that the sister does not take any more; the next one asked for is another."""
        self._app = app
        self._token, self._refused = token, refused

    async def get(self, path: str, *, query: str = "") -> Answer:
        """GET an internal path; raises Unavailable when the service fails."""
        return await self._call("GET", path, query=query)

    async def get_as(self, authorization: str, path: str, *, query: str = "", languages: str = "") -> Answer:
        """GET a path of the API as the caller whose Authorization header this is; raises Unavailable like `get`.

        `languages` is the caller's Accept-Language, where what it is told depends on that.
        """
        headers = {"authorization": authorization} | ({"accept-language": languages} if languages else {})
        answer = await call(self._app, "GET", path, query=query, headers=headers)
        if answer.status >= 500:
            raise Unavailable()
        return answer

    async def pass_on(self, request: "Request") -> Answer:
        """Send a request of the API on as it came, to whoever does it; raises Unavailable like `get`."""
        answer = await call(
            self._app,
            request.method,
            request.path,
            query=urlencode(request.query),
            headers={name: value for name, value in request.headers.items() if name in _PASSED_ON}
            | {"request-id": request.request_id},
            body=request.body,
        )
        if answer.status >= 500:
            raise Unavailable()
        return answer

    async def post(self, path: str, document: Any) -> Answer:
        """POST a document to an internal path; raises Unavailable when the service fails."""
        return await self._call("POST", path, body=orjson.dumps(document))

    async def _call(self, method: str, path: str, *, query: str = "", body: bytes = b"") -> Answer:
        token = await self._token()
        answer = await self._call_with(token, method, path, query=query, body=body)
        if answer.status == 401 and self._refused is not None:
            # The key that has signed it may have been withdrawn.
            self._refused(token)
            answer = await self._call_with(await self._token(), method, path, query=query, body=body)
        if answer.status >= 500:
            raise Unavailable()
        return answer

    async def _call_with(self, token: str, method: str, path: str, *, query: str, body: bytes) -> Answer:
        headers = {"authorization": f"Bearer {token}"} | (_JSON if body else {})
        return await call(self._app, method, path, query=query, headers=headers, body=body)
