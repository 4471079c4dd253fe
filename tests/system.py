"""The whole system in one process on a database of its own, as the tests see it."""

import os
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import asyncpg
import orjson
from cryptography.hazmat.primitives.asymmetric import rsa

from shared import clock
from shared.auth.revocations import Revocations
from shared.auth.tokens import Signer, public_jwk
from shared.db.provision import SERVICES, url_as
from shared.events.inbox import Consumer
from shared.links import Links
from shared.values.ids import new_id
from shared.values.spread_nouns import service_named
from shared.web.app import App
from shared.web.peer import ASGI, Answer, Peer, call
from tests.databases import SECRET
from tests.horizon import behind, held_back
from tests.responses import check

ISSUER = "http://localhost:8080"

# What callers may do whom no test gives less.
SCOPE = "*:*"


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, as tests read it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body) if self.body else None

    @property
    def problem(self) -> str | None:
        """The code of the problem, or None when there is none."""
        return self.json["code"] if self.status >= 400 else None

    def __getitem__(self, name: str) -> Any:
        return self.json[name]


@dataclass
class Client:
    """Calls the API as one caller; every answer is held against the specification."""

    system: "System"
    token: str | None
    tenant: "Tenant"
    partner_id: str | None = None
    account_id: str = ""

    async def request(
        self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None, **query: Any
    ) -> Response:
        fields = {"authorization": f"Bearer {self.token}"} if self.token else {"prm-tenant": self.tenant.slug}
        raw = b""
        if body is not None:
            fields["content-type"] = "application/json"
            raw = body if isinstance(body, bytes) else orjson.dumps(body)
        fields |= {name.lower(): value for name, value in (headers or {}).items()}
        asked = urlencode(query)
        answer = await self.system.send(method, path, query=asked, headers=fields, body=raw)
        check(method, path, asked, answer.status, answer.headers, answer.body)
        return Response(answer.status, answer.headers, answer.body)

    async def get(self, path: str, **query: Any) -> Response:
        return await self.request("GET", path, **query)

    async def post(self, path: str, body: Any = None, **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.request("POST", path, body, headers=named)

    async def patch(self, path: str, body: Any, **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.request("PATCH", path, body, headers=named)

    async def act(self, path: str, verb: str, body: Any = None, **headers: str) -> Response:
        """Do an action on an object at its current version."""
        seen = await self.get(path)
        etag = seen.headers.get("etag", '"0"')
        return await self.post(f"{path}/{verb}", body, **{"if_match": etag, **headers})


@dataclass
class Tenant:
    """A vendor of its own for one test."""

    system: "System"
    id: str
    slug: str
    mode: str = "test"
    offset: timedelta = timedelta()

    def vendor(self, scope: str = SCOPE, **claims: Any) -> Client:
        """A caller on the vendor's side; each call is another person."""
        return self.system.client(self, scope=scope, **claims)

    def partner(self, partner_id: str, scope: str = SCOPE, **claims: Any) -> Client:
        """A caller on a partner's side."""
        return self.system.client(self, scope=scope, partner=partner_id, **claims)

    def anonymous(self, scope: str = "applications:create") -> Client:
        """A caller of a public route, as the gateway lets it through."""
        return self.system.client(self, scope=scope, kind="anonymous", sub="anonymous")

    async def advance(self, **by: float) -> None:
        """Move the tenant's clock forward and let what falls due happen."""
        self.offset += timedelta(**by)
        for service in self.system.apps:
            await self.system.superuser.execute(
                f"INSERT INTO {service}.tenant_clocks (tenant_id, offset_seconds, version) VALUES ($1, $2, 1)"
                " ON CONFLICT (tenant_id) DO UPDATE SET offset_seconds = excluded.offset_seconds",
                self.id,
                int(self.offset.total_seconds()),
            )
        await self.system.settle()

    def now(self) -> datetime:
        return clock.now() + self.offset


@dataclass
class System:
    """Five services over one embedded PostgreSQL; events, timers and revocations move when a test says `settle`."""

    superuser: asyncpg.Connection
    admin_url: str
    apps: dict[str, App] = field(default_factory=dict)
    nouns: dict[str, App] = field(default_factory=dict)
    signer: Signer | None = None
    revocations: Revocations = field(default_factory=Revocations)
    revoked_up_to: int = 0
    internal: dict[tuple[Signer | None, int], str] = field(default_factory=dict)

    def serves(self, service: str, app: App) -> None:
        """Make an app known, and its nouns; all have an internal feed of events, and `/v1/events` is the gateway's."""
        self.apps[service] = app
        for operation in app.operations:
            if operation.in_spec or operation.noun not in self.nouns:
                self.nouns[operation.noun.split("/")[0]] = app

    async def send(self, method: str, path: str, *, query: str, headers: dict[str, str], body: bytes) -> Answer:
        return await call(self.serving(path), method, path, query=query, headers=headers, body=body)

    def serving(self, path: str) -> App:
        """The service whose noun a path begins with."""
        segments = [part for part in path.split("/") if part]
        noun = segments[1] if len(segments) > 1 else path
        # As the edge does it: the id of an operation or an import says whose it is.
        owner = service_named(noun, segments[2]) if len(segments) > 2 else None
        return self.apps.get(owner or "") or self.nouns.get(noun) or next(iter(self.apps.values()))

    def token(self, **claims: Any) -> str:
        assert self.signer is not None
        now = int(time.time())
        return self.signer.sign({"aud": "prm", "exp": now + 3600, "iat": now, "jti": uuid.uuid4().hex, **claims})

    async def internal_token(self) -> str:
        """The token that services call each other with, kept for some minutes as they keep theirs."""
        signed = (self.signer, int(time.time()) // 600)
        if signed not in self.internal:
            claims = {"aud": "internal", "kind": "internal", "sub": "service:tests", "tenant": "system", "scope": "*:*"}
            self.internal = {signed: self.token(**claims)}
        return self.internal[signed]

    def client(self, tenant: Tenant, *, scope: str, sub: str | None = None, **claims: Any) -> Client:
        account = sub or new_id("acc", at=clock.now())
        token = self.token(sub=account, tenant=tenant.id, mode=tenant.mode, scope=scope, **claims)
        return Client(self, token, tenant, claims.get("partner"), account)

    def tenant(self, mode: str = "test") -> Tenant:
        made = new_id("tnt", at=clock.now())
        return Tenant(self, made, f"t-{made[-12:]}", mode)

    async def register(self, tenant: Tenant) -> None:
        """Make a tenant known to the gateway, as its founding does, with nobody in it."""
        if "gateway" in self.apps:
            await self.superuser.execute(
                "INSERT INTO gateway.tenants (tenant_id, id, version, created_at, updated_at, slug, name, mode,"
                " default_locale, hosts) VALUES ($1, $1, 1, now(), now(), $2, $2, $3, 'en', '[]') ON CONFLICT DO NOTHING",
                tenant.id,
                tenant.slug,
                tenant.mode,
            )

    @property
    def consumers(self) -> list[Consumer]:
        return [each for app in self.apps.values() for each in app.state.background.consumers.values()]

    async def follows(self, name: str, source: str) -> None:
        """Deliver to one service everything that another has said."""
        while await self.apps[name].state.background.consumers[source].step() or await held_back(
            self.superuser, self.apps
        ):
            pass

    async def settle(self) -> None:
        """Deliver every event, run every timer that is due and lead every operation on, until nothing moves any more."""
        quiet = 0
        while quiet < 2:
            moved = 0
            for name, source in await behind(self.superuser, self.apps):
                moved += await self.apps[name].state.background.consumers[source].step()
            for app in self.apps.values():
                moved += await app.state.background.alarms.step()
                moved += await app.state.background.operations.step(everything=True)
            quiet = 0 if moved or await held_back(self.superuser, self.apps) else quiet + 1
        await self._spread_revocations()
        if "gateway" in self.apps:
            await self.apps["gateway"].state.requests.step()

    async def _spread_revocations(self) -> None:
        """Bring to the services what the gateway has revoked, as their polling does each second."""
        if "gateway" in self.apps:
            gateway = Peer(self.apps["gateway"], token=self.internal_token)
            page = (await gateway.get("/internal/revocations", query=f"after={self.revoked_up_to}")).json()
            self.revoked_up_to = page["position"]
            for revoked, until in page["revoked"]:
                self.revocations.add(revoked, until)


@asynccontextmanager
async def running(admin_url: str) -> AsyncIterator[System]:
    """Run the gateway and the four services in this process on a provisioned database."""
    superuser = await asyncpg.connect(admin_url)
    system = System(superuser, admin_url)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    # Without the gateway, which has keys of its own.
    system.signer = Signer(key, kid="tests", issuer=ISSUER)

    async def keys() -> Mapping[str, Any]:
        gateway = system.apps.get("gateway")
        return await gateway.state.keyring.published() if gateway else {"keys": [public_jwk(key, kid="tests")]}

    # `PRM_TEST_SERVICES=leads` runs one service alone: the others know nothing and publish nothing.
    names = tuple(os.environ.get("PRM_TEST_SERVICES", "gateway,partners,deals,leads,incentives").split(","))
    # Each reaches every other from the start, though they are made one after the other.
    peers = {name: Peer(_reaching(system, name), token=system.internal_token) for name in SERVICES}
    async with AsyncExitStack() as stack:
        files = Path(stack.enter_context(TemporaryDirectory(prefix="prm-test-files-")))
        for service in names:
            name = "gateway" if service == "gateway" else f"services.{service}"
            module = import_module(f"{name}.app")
            links = Links(ISSUER, keys, peers, system.revocations, SECRET.encode())
            gateways = {"secret_key": SECRET, "issuer": ISSUER, "files": files, "front": _front(system)}
            own: dict[str, Any] = gateways if service == "gateway" else {}
            own["database_url"] = url_as(admin_url, f"prm_{service}_app", secret_key=SECRET)
            system.serves(service, module.create_app(links=links, background=False, **own))
        for app in system.apps.values():
            await stack.enter_async_context(app.router.lifespan_context(app))
        system.signer = system.apps["gateway"].state.identity.signer if "gateway" in system.apps else system.signer
        yield system
    await superuser.close()


def _front(system: System) -> ASGI:
    """Return what stands for the edge: every request goes straight to the service of its noun."""

    async def forward(scope: Any, receive: Any, send: Any) -> None:
        await system.serving(scope["path"])(scope, receive, send)

    return forward


def _reaching(system: System, name: str) -> ASGI:
    """Return the seam to a service; one that does not exist has an empty log and knows nothing."""

    async def forward(scope: Any, receive: Any, send: Any) -> None:
        app = system.apps.get(name)
        if app is not None:
            await app(scope, receive, send)
            return
        known = scope["path"] == "/internal/events"
        await send({"type": "http.response.start", "status": 200 if known else 404, "headers": []})
        await send({"type": "http.response.body", "body": b'{"events": []}' if known else b""})

    return forward
