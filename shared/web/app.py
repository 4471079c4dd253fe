"""Builds a service: FastAPI documents it, and requests are dispatched by noun in constant time."""

import warnings
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.warnings import UnsupportedFieldAttributeWarning

from shared import clock
from shared.auth.principal import Caller
from shared.auth.tokens import InvalidToken
from shared.errors import BadRequest, Fault, MethodNotAllowed, NotFound, Problem, TooLarge, Unauthenticated
from shared.web.documentation import document_expansions
from shared.web.failures import problem_of
from shared.web.health import Health
from shared.web.models import ProblemOut
from shared.web.operation import Operation
from shared.web.params import Request
from shared.web.problems import reply_of
from shared.web.reply import Reply
from shared.web.request_ids import request_id_of
from shared.web.router import Router
from shared.web.runtime import Runtime

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
# 200 ids of a filter fit into it.
_LONGEST_VALUE = 8192
_SHORT_QUERY = 200
_REFERRED = "by-external-reference"
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "An access token of at most ten minutes (RFC 9068: RS256, `at+jwt`, verified as RFC8725 asks), or an API key.",
}
ANONYMOUS = Caller(kind="anonymous", tenant_id="", account_id="anonymous", partner_id=None, scope="")


class App(FastAPI):
    """One service as an ASGI app."""

    def __init__(
        self,
        *,
        service: str,
        title: str,
        routers: Sequence[Router],
        runtime: Runtime,
        health: Health,
        lifespan: Callable[[Any], AbstractAsyncContextManager[None]] | None = None,
    ) -> None:
        super().__init__(
            title=title, version="1.0.0", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan
        )
        self.service, self.runtime, self.health = service, runtime, health
        self.rewordings: dict[str, Callable[[Problem], Reply]] = {}
        """What makes the answer of a problem at the paths where another standard than RFC 9457 says how it reads."""
        self.operations: list[Operation] = [each for router in routers for each in router.operations]
        self._spelled_out: dict[tuple[str, ...], list[Operation]] = {}
        self._with_values: dict[tuple[str, int], list[Operation]] = {}
        for operation in self.operations:
            segments = operation.segments
            if any(each.startswith("{") for each in segments):
                self._with_values.setdefault((_noun(segments), len(segments)), []).append(operation)
            else:
                self._spelled_out.setdefault(tuple(segments), []).append(operation)
        for operations in self._with_values.values():
            # What is spelled out further comes first, whichever was declared first.
            operations.sort(key=lambda each: [segment.startswith("{") for segment in each.segments])

    def openapi(self) -> dict[str, Any]:
        """Return the service's OpenAPI 3.1 document."""
        documented = [each.documented() for each in self.operations if each.in_spec]
        with warnings.catch_warnings():
            # The name FastAPI gives a body, which it looks up itself, means nothing to a model that is not built yet.
            warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)
            spec = get_openapi(title=self.title, version=self.version, openapi_version="3.1.0", routes=documented)
        components = spec.setdefault("components", {})
        problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = components.setdefault("schemas", {})
        schemas |= problem.pop("$defs", {})
        schemas["Problem"] = problem | {"title": "Problem"}
        components["securitySchemes"] = {"bearer": _BEARER}
        components["schemas"] = dict(sorted(schemas.items()))
        document_expansions(spec)
        _forget_fastapis_own_refusals(spec)
        return spec

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI event stream."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        started = clock.monotonic()
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        request_id = request_id_of(headers.get("request-id"))
        operation: Operation | None = None
        try:
            probe = await self.health.probe(scope["path"])
            if probe is not None:
                reply = probe
            else:
                operation, values = self._find(scope)
                request = await _request(scope, receive, headers, request_id, values, largest=operation.largest_body)
                caller = await self._caller(operation, request)
                reply = await operation.serve(request, caller, self.runtime)
        except Exception as error:
            problem = problem_of(error, service=self.service, request_id=request_id)
            reworded = self.rewordings.get(scope["path"])
            reply = (
                reworded(problem)
                if reworded is not None
                else reply_of(problem, request_id=request_id, languages=headers.get("accept-language"))
            )
        if operation is not None and operation.deprecation is not None:
            reply.headers = operation.deprecation.added_to(reply.headers)
        await _send(send, reply, request_id, head=scope["method"] == "HEAD")
        self.health.served(operation.name if operation else "none", reply.status, clock.monotonic() - started)

    def _find(self, scope: Scope) -> tuple[Operation, dict[str, str]]:
        try:
            return self._at(scope, tuple(scope["path"].split("/")[1:]))
        except NotFound:
            raw = scope.get("raw_path") or b""
            if b"%2f" not in raw.lower():
                raise
            # A value with a slash in it: decoded as a whole, the path has a segment more than it was sent with.
            return self._at(scope, tuple(unquote(each) for each in raw.decode("ascii", "replace").split("/")[1:]))

    def _at(self, scope: Scope, segments: tuple[str, ...]) -> tuple[Operation, dict[str, str]]:
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        allowed: set[str] = set()
        path: str | None = None
        # A word that is spelled out in one path is no value in another.
        candidates = self._spelled_out.get(segments) or self._with_values.get((_noun(segments), len(segments)), [])
        for operation in candidates:
            values = _match(operation.segments, segments)
            if values is None or path not in (None, operation.path):
                continue
            path = operation.path
            if operation.method == method:
                return operation, values
            allowed |= {operation.method, "HEAD"} if operation.method == "GET" else {operation.method}
        if allowed:
            raise MethodNotAllowed(headers={"Allow": ", ".join(sorted(allowed))})
        raise NotFound("There is nothing at this path.")

    async def _caller(self, operation: Operation, request: Request) -> Caller:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if operation.segments[0] == "internal":
            return await self.runtime.internal_verifier.verify(token if scheme.lower() == "bearer" else "")
        if operation.public and self.service == "gateway":
            # The gateway's own public operations find the tenant themselves and read any credentials on their own
            # (a client's Basic ones, or a token that has expired); elsewhere the edge brings a token for the tenant.
            return ANONYMOUS
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated()
        caller = await self.runtime.verifier.verify(token.strip())
        if caller.origin is not None and caller.origin != request.headers.get("origin"):
            # Browsers say where a request comes from, and pages cannot say otherwise.
            raise InvalidToken(
                "This token is for pages of one origin, and the request's Origin header names another or none."
            )
        return caller


def _forget_fastapis_own_refusals(spec: dict[str, Any]) -> None:
    """Take out the 422 that FastAPI adds to whatever has a parameter: a refusal of ours is declared, and a Problem."""
    for methods in spec["paths"].values():
        for operation in methods.values():
            if "application/json" in operation["responses"].get("422", {}).get("content", {}):
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        spec["components"]["schemas"].pop(name, None)


def _noun(segments: Sequence[str]) -> str:
    return segments[1] if len(segments) > 1 else segments[0] if segments else ""


def _match(pattern: Sequence[str], segments: Sequence[str]) -> dict[str, str] | None:
    values: dict[str, str] = {}
    for expected, actual in zip(pattern, segments, strict=True):
        if expected.startswith("{"):
            # Ids of ours are ASCII; what others call an object by may be in any script.
            if len(actual) > 512 or not (actual.isprintable() and (actual.isascii() or _REFERRED in pattern)):
                return None
            values[expected[1:-1]] = actual
        elif expected != actual:
            return None
    return values


async def _request(
    scope: Scope, receive: Receive, headers: dict[str, str], request_id: str, values: dict[str, str], *, largest: int
) -> Request:
    client = scope.get("client")
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=_query(scope["query_string"]),
        headers=headers,
        request_id=request_id,
        path_values=values,
        body=await _body(receive, largest) if scope["method"] in ("POST", "PUT", "PATCH", "DELETE") else b"",
        client=client[0] if client else None,
    )


def _query(raw: bytes) -> dict[str, str]:
    if not raw:
        return {}
    # Short ones come again and again; long ones would only take up room.
    return dict(_known_query(raw)) if len(raw) <= _SHORT_QUERY else _read_query(raw)


def _read_query(raw: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=100
        )
    except ValueError as error:
        raise BadRequest("The query string cannot be read.") from error
    query = dict(pairs)
    if len(query) != len(pairs):
        raise BadRequest("A query parameter is given twice.")
    for name, value in pairs:
        if "\0" in name + value or len(value) > _LONGEST_VALUE:
            raise BadRequest(errors=[Fault(name[:100].replace("\0", ""), "unreadable", "This value cannot be read.")])
    return query


_known_query = lru_cache(maxsize=1024)(_read_query)


async def _body(receive: Receive, largest: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest("The body ended too soon.")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > largest:
            raise TooLarge(f"The body is larger than {largest} bytes.")
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)


async def _send(send: Send, reply: Reply, request_id: str, *, head: bool) -> None:
    fields: list[tuple[bytes, bytes]] = [(b"request-id", request_id.encode())]
    if reply.status not in (204, 304):
        fields.append((b"content-type", reply.content_type.encode()))
        fields.append((b"content-length", str(len(reply.body)).encode()))
    fields += [(name.lower().encode(), value.encode("latin-1")) for name, value in reply.headers.items()]
    fields.append((b"x-content-type-options", b"nosniff"))
    await send({"type": "http.response.start", "status": reply.status, "headers": fields})
    await send({"type": "http.response.body", "body": b"" if head or reply.status in (204, 304) else reply.body})
