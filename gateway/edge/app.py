"""The edge: a pure ASGI app in front of all services.

It verifies the caller's token, exchanges API keys for tokens, brings an anonymous token to public operations, and hands
the request on. It adds no identity header: a service believes a token only, and verifies it again.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Protocol

from gateway.edge.answers import Answer, takes_gzip
from gateway.edge.batches import counted
from gateway.edge.expansion import Expansion
from gateway.edge.origins import Origins
from gateway.edge.table import RoutingTable
from gateway.limits.limiter import Limiter
from gateway.oauth import refusals
from gateway.publish.pages import Pages
from gateway.request_logs.recorder import Answered, Recorder
from shared import clock, logs
from shared.auth.principal import Caller
from shared.auth.tokens import InvalidToken, Verifier
from shared.errors import BadRequest, Internal, MethodNotAllowed, NotFound, Problem, Unauthenticated, Unavailable
from shared.web.conditional import matches
from shared.web.peer import ASGI
from shared.web.problems import reply_of
from shared.web.reply import Reply
from shared.web.request_ids import request_id_of

_LOG = logs.logger("edge")
_KEY_PREFIXES = ("prm_live_", "prm_test_")
_PROBES = ("/livez", "/readyz", "/metrics")


class Identity(Protocol):
    """What the edge asks of the gateway's identity."""

    async def exchange_api_key(self, key: str, *, refused: str | None = None) -> str:
        """Return an access token for an API key, another than one that was refused; raises Unauthenticated."""

    async def require_tenant(self, slug: str, *, tenant_id: str) -> None:
        """Raise OtherTenant unless a tenant has this slug."""

    async def anonymous_token(self, *, tenant: str | None, host: str | None, scope: str) -> str:
        """Return a token for a public operation in the tenant of a slug or a host name; raises NotFound."""


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come in from where, and how often; whether answers are packed."""

    limiter: Limiter
    origins: Origins
    compression: bool = True


class Edge:
    """The public ASGI app. `upstreams` are ASGI apps by service name, in this process or forwarding to another."""

    def __init__(
        self,
        *,
        table: RoutingTable,
        upstreams: Mapping[str, ASGI],
        verifier: Verifier,
        identity: Identity,
        pages: Pages,
        lifespans: Callable[[AsyncExitStack], Awaitable[None]],
        probe: Callable[[str], Awaitable[Reply]],
        door: Door,
        requests: Recorder,
        inner: ASGI,
    ) -> None:
        self._table, self._upstreams, self._verifier = table, upstreams, verifier
        self._expansion = Expansion(table, upstreams)
        self._identity, self._pages, self._lifespans, self._probe = identity, pages, lifespans, probe
        self._door, self._requests = door, requests
        self.inner = inner
        """The gateway's own app, for an inner door that sister services in other processes use."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one ASGI event stream."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] != "http":
            return
        began = clock.monotonic()
        request_id, headers = _identified(scope["headers"])
        packing = takes_gzip(headers) if self._door.compression else None
        answer = Answer(send, gzip=packing, head=scope["method"] == "HEAD")
        origin = _header(headers, b"origin")
        if origin is not None:
            answer.added += self._door.origins.headers(origin.encode("latin-1"))
        try:
            await self._route({**scope, "headers": headers}, receive, answer, request_id=request_id)
        except Exception as error:
            if answer.started:
                raise
            problem = error if isinstance(error, Problem) else _problem_of(error, request_id)
            if scope["path"] in refusals.PATHS:
                reply = refusals.reworded(problem)
            else:
                languages = _header(headers, b"accept-language")
                reply = reply_of(problem, request_id=request_id, languages=languages)
            await _answer(answer, reply, request_id, method=scope["method"])
        caller, method, status = answer.caller, scope["method"], answer.status
        if caller is not None and self._requests.keeps(method, status):
            seconds, agent = clock.monotonic() - began, _header(headers, b"user-agent")
            self._requests.note(
                Answered(caller, method, scope["path"], status, request_id, clock.now(), seconds, agent, answer.refusal)
            )

    async def _route(self, scope: dict[str, Any], receive: Any, answer: Answer, *, request_id: str) -> None:
        path, method = scope["path"], scope["method"]
        if method == "OPTIONS" and _header(scope["headers"], b"access-control-request-method"):
            origin = (_header(scope["headers"], b"origin") or "").encode("latin-1")
            answer.added = self._door.origins.preflight(origin)
            await _answer(answer, Reply(204), request_id, method=method)
            return
        page = self._pages.find(path, languages=_header(scope["headers"], b"accept-language"))
        if page is not None or path in _PROBES:
            if method not in ("GET", "HEAD"):
                raise MethodNotAllowed(headers={"Allow": "GET, HEAD"})
            reply = await self._probe(path) if page is None else _unless_known(page, scope["headers"])
            await _answer(answer, reply, request_id, method=method)
            return
        owner = self._table.owner(path)
        if owner is None:
            raise NotFound("There is nothing at this path.")
        try:
            scope["headers"], caller = await self._authorised(scope["headers"], owner=owner, method=method, path=path)
            answer.caller = caller
        except Unauthenticated:
            # Guessing has its price too.
            self._charge(answer, None, scope)
            raise
        members = self._expansion.wanted(path, scope["query_string"]) if method in ("GET", "HEAD") else {}
        times = 1
        if method == "POST" and (most := self._table.batches.get(path)) is not None:
            times, receive = await counted(receive, most=most)
        # Each noun of objects beside the answer is a read of its own.
        self._charge(answer, caller, scope, more=len(set(members.values())), times=times)
        if members:
            reply = await self._expansion.reply(scope, owner=owner, members=members)
            await _answer(answer, reply, request_id, method=method)
            return
        await self._upstreams[owner](scope, receive, answer)

    def _charge(
        self, answer: Answer, caller: Caller | None, scope: dict[str, Any], *, more: int = 0, times: int = 1
    ) -> None:
        """Put the request's cost into its buckets; raises RateLimited, and says on every answer what is left."""
        whose: list[tuple[str, str]]
        if caller is None:
            client = scope.get("client")
            whose = [("address", client[0] if client else "")]
        else:
            whose = [("key", f"{caller.client_id} {caller.account_id}"), ("tenant", caller.tenant_id)]
        cost = self._table.cost(scope["method"], scope["path"]) * times + more
        answer.added += [
            (name.lower().encode(), value.encode()) for name, value in self._door.limiter.take(whose, cost=cost)
        ]

    async def _authorised(
        self, headers: list[tuple[bytes, bytes]], *, owner: str, method: str, path: str
    ) -> tuple[list[tuple[bytes, bytes]], Caller | None]:
        """Return the headers with a verified token, and whose it is; raises Unauthenticated, or NotFound for a tenant."""
        given = [value for name, value in headers if name == b"authorization"]
        if len(given) > 1:
            # Which of them counts must not depend on who reads them.
            raise BadRequest("Authorization is given twice.")
        if not given:
            if owner == "gateway":
                return headers, None
            permission = self._table.public_permission(method, path)
            if permission is None:
                raise Unauthenticated()
            tenant, host = _header(headers, b"prm-tenant"), _header(headers, b"host")
            token = await self._identity.anonymous_token(tenant=tenant, host=host, scope=permission)
            return [*headers, (b"authorization", f"Bearer {token}".encode())], None
        scheme, _, token = given[0].decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            if owner == "gateway":
                return headers, None
            raise Unauthenticated()
        token = token.strip()
        if token.startswith(_KEY_PREFIXES):
            token, caller = await self._exchanged(token, path=path)
            headers = [each for each in headers if each[0] != b"authorization"]
            headers.append((b"authorization", f"Bearer {token}".encode()))
        else:
            caller = await self._verifier.verify(token) if path.startswith("/v1/") else None
        named = _header(headers, b"prm-tenant")
        if named is not None and caller is not None and not self._table.reads_no_token(method, path):
            await self._identity.require_tenant(named, tenant_id=caller.tenant_id)
        return headers, caller

    async def _exchanged(self, key: str, *, path: str) -> tuple[str, Caller | None]:
        """Return a key's token and whose it is; what was revoked since is exchanged anew, for the key may be good still."""
        token = await self._identity.exchange_api_key(key)
        if not path.startswith("/v1/"):
            return token, None
        try:
            return token, await self._verifier.verify(token)
        except InvalidToken:
            token = await self._identity.exchange_api_key(key, refused=token)
            return token, await self._verifier.verify(token)

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            try:
                await self._lifespans(stack)
            except Exception as error:
                _LOG.error("start failed", exc_info=error)
                await send({"type": "lifespan.startup.failed", "message": str(error)[:500]})
                return
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


def _unless_known(page: Reply, headers: list[tuple[bytes, bytes]]) -> Reply:
    """Return a page, or only word that the reader has it already."""
    known = matches(_header(headers, b"if-none-match"), page.headers["ETag"])
    return Reply(304, headers=page.headers) if known else page


def _problem_of(error: Exception, request_id: str) -> Problem:
    if isinstance(error, ConnectionError | TimeoutError):
        _LOG.warning("upstream unavailable", request_id=request_id, error=type(error).__name__)
        return Unavailable(headers={"Retry-After": "1"})
    _LOG.error("crashed", request_id=request_id, exc_info=error)
    return Internal()


def _identified(headers: list[tuple[bytes, bytes]]) -> tuple[str, list[tuple[bytes, bytes]]]:
    """Return the request's id and its headers with exactly that one."""
    given = _header(headers, b"request-id")
    request_id = request_id_of(given)
    others = headers if given is None else [each for each in headers if each[0] != b"request-id"]
    return request_id, [*others, (b"request-id", request_id.encode())]


def _header(headers: list[tuple[bytes, bytes]], name: bytes) -> str | None:
    for each, value in headers:
        if each == name:
            return value.decode("latin-1")
    return None


async def _answer(send: Any, reply: Reply, request_id: str, *, method: str) -> None:
    fields = {"request-id": request_id}
    if reply.status != 304:
        fields |= {"content-type": reply.content_type, "content-length": str(len(reply.body))}
    fields |= {name.lower(): value for name, value in reply.headers.items()}
    fields["x-content-type-options"] = "nosniff"
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else reply.body})
