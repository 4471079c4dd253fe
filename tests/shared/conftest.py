"""The sample service running on a database of its own, and the people who call it."""

import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import asyncpg
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from shared import clock
from shared.auth.principal import Caller
from shared.auth.revocations import Revocations
from shared.auth.tokens import Signer, public_jwk
from shared.db.drafting import statements_for
from shared.db.provision import provision, url_as
from shared.db.read import Read
from shared.db.tx import Tx, transaction
from shared.events.inbox import Consumer
from shared.links import Links
from shared.service import assemble
from shared.values.ids import new_id
from shared.web.app import App
from shared.web.peer import Peer, call
from tests.databases import fresh_database
from tests.shared import sample, sample_work
from tests.system import Response

SECRET = "a-secret-of-the-tests-0123456789-abcdefgh"


@dataclass
class Person:
    """Somebody who calls the sample service."""

    running: "Running"
    tenant_id: str
    partner_id: str | None
    token: str

    async def send(
        self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None, query: str = ""
    ) -> Response:
        """Send a request; bytes go out as they are, anything else as JSON."""
        fields = {"authorization": f"Bearer {self.token}"}
        raw = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        if body is not None:
            fields["content-type"] = "application/json"
        answer = await call(
            self.running.app, method, path, query=query, headers={**fields, **(headers or {})}, body=raw
        )
        return Response(answer.status, answer.headers, answer.body)

    async def get(self, path: str, **query: Any) -> Response:
        """GET with query parameters."""
        return await self.send("GET", path, query=urlencode(query))

    async def note(self, title: str = "", **more: Any) -> Response:
        """Create a note."""
        made = await self.send("POST", "/v1/notes", {"title": title or uuid.uuid4().hex, **more})
        assert made.status == 201, made.body
        return made

    async def submit(self, note: Response, *, version: int = 1) -> Response:
        """Submit a note of this version."""
        path = f"/v1/notes/{note['id']}/submit"
        return await self.send("POST", path, {"reason": "time"}, headers={"if-match": f'"{version}"'})


@dataclass
class Running:
    """The sample service, its database as the administrator sees it, and the keys to both."""

    app: App
    admin: "asyncpg.Connection[Any]"
    admin_url: str
    signer: Signer
    revocations: Revocations

    def token(self, **claims: Any) -> str:
        """Sign a token that is good for an hour."""
        now = int(time.time())
        head = {"aud": "prm", "exp": now + 3600, "iat": now, "jti": uuid.uuid4().hex, "scope": "*:*"}
        return self.signer.sign({**head, "sub": new_id("acc", at=clock.now()), **claims})

    def person(self, tenant_id: str, *, partner: str | None = None, **claims: Any) -> Person:
        """Return a person of the vendor, or of the partner named."""
        named = {"partner": partner} if partner else {}
        return Person(self, tenant_id, partner, self.token(tenant=tenant_id, **named, **claims))

    @property
    def database(self) -> Any:
        """The service's own database."""
        return self.app.state.database

    @property
    def consumer(self) -> Consumer:
        """The consumer of the service's own log."""
        return self.app.state.background.consumers["deals"]

    @asynccontextmanager
    async def tx(self, caller: Caller, *, viewer: str = "*", engine: bool = False) -> AsyncIterator[Tx]:
        """Open a transaction as an operation would."""
        now = clock.now()
        async with transaction(
            self.database, caller=caller, viewer=viewer, now=now, action="test", engine=engine
        ) as opened:
            yield opened

    def read(self, caller: Caller, *, viewer: str = "*") -> Read:
        """Return a caller's view."""
        return Read(self.database, caller, viewer, clock.now(), self.app.runtime.cursors)


def caller_of(tenant_id: str, *, partner: str | None = None, mode: Any = "live") -> Caller:
    """Return a caller who may do everything on its side."""
    return Caller("partner" if partner else "vendor", tenant_id, "acc_test", partner, "*:*", mode)


async def install(server_url: str, name: str) -> str:
    """Make a database with the sample's schema and return its address."""
    server = await asyncpg.connect(server_url)
    await server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await server.execute(f"CREATE DATABASE {name}")
    await server.close()
    url = urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    await provision(url, secret_key=SECRET)
    owner = await asyncpg.connect(
        url_as(url, "prm_deals_owner", secret_key=SECRET), server_settings={"search_path": "deals,public"}
    )
    tables = sorted(sample.METADATA.sorted_tables, key=lambda table: table.name != "visible_partners")
    for statement in statements_for(tables, service="deals"):
        await owner.execute(statement)
    await owner.close()
    return url


@asynccontextmanager
async def start(url: str) -> AsyncIterator[Running]:
    """Run the sample service on an installed database; events and timers move when a test says so."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signer = Signer(key, kid="tests", issuer="http://prm.test")

    async def keys() -> Mapping[str, Any]:
        return {"keys": [public_jwk(key, kid="tests")]}

    async def internal() -> str:
        return running.token(aud="internal", kind="internal", sub="service:deals", tenant="system")

    async def reach(scope: Any, receive: Any, send: Any) -> None:
        await running.app(scope, receive, send)

    revocations = Revocations()
    links = Links("http://prm.test", keys, {"deals": Peer(reach, token=internal)}, revocations, SECRET.encode())
    app = assemble(
        name="deals",
        title="Notes",
        database_url=url_as(url, "prm_deals_app", secret_key=SECRET),
        tables=sample.PLUMBING,
        routers=lambda database: [*sample.routers(database), sample_work.COUNTS],
        subscriptions=sample.SUBSCRIPTIONS,
        timers=sample.TIMERS,
        work=sample_work.WORK,
        links=links,
        background=False,
    )
    admin = await asyncpg.connect(url, server_settings={"search_path": "deals,public"})
    running = Running(app, admin, url, signer, revocations)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        yield running
    await admin.close()


@pytest.fixture(scope="session")
async def sample_server() -> AsyncIterator[str]:
    async with fresh_database() as url:
        yield url


@pytest.fixture(scope="session")
async def service(sample_server: str) -> AsyncIterator[Running]:
    url = await install(sample_server, "sample")
    async with start(url) as running:
        yield running


@pytest.fixture
def tenant_id() -> str:
    return new_id("tnt", at=clock.now())


@pytest.fixture
def vendor(service: Running, tenant_id: str) -> Person:
    return service.person(tenant_id)


@pytest.fixture
def acme(service: Running, tenant_id: str) -> Person:
    return service.person(tenant_id, partner="ptr_acme")


@pytest.fixture
def rival(service: Running, tenant_id: str) -> Person:
    return service.person(tenant_id, partner="ptr_rival")


@pytest.fixture
def stranger(service: Running) -> Person:
    """The vendor of another tenant."""
    return service.person(new_id("tnt", at=clock.now()))
