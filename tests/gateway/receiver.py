"""A customer's server that takes webhooks on this machine, and the sending side, stepped by hand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from gateway.keys.sealing import Vault
from gateway.webhooks.deliver import Deliverer
from gateway.webhooks.egress import Egress
from tests.databases import SECRET
from tests.system import Client, Response, System, Tenant

HANGS, REFUSES = 0, -1


@dataclass
class Receiver:
    """A customer's server: keeps what it was sent and answers as it is told."""

    url: str = ""
    status: int = 200
    received: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.received.append((request.headers, await request.read()))
        if self.status == REFUSES and request.transport is not None:
            request.transport.close()
        if self.status == HANGS:
            await self.released.wait()
        headers = {"Location": f"{self.url}/elsewhere"} if 300 <= self.status < 400 else {}
        return web.Response(status=max(self.status, 200), headers=headers)

    @property
    def types(self) -> list[str]:
        return [orjson.loads(body)["type"] for _, body in self.received]


@asynccontextmanager
async def listening() -> AsyncIterator[Receiver]:
    """A receiver on a port of its own."""
    made, app = Receiver(), web.Application()
    app.router.add_route("*", "/{tail:.*}", made.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    made.released.set()
    await runner.cleanup()


@asynccontextmanager
async def sending(system: System, tenant: Tenant) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """Lets events flow and sends what is due, to addresses on this machine as well."""
    egress = Egress(only_public=False, timeout=aiohttp.ClientTimeout(total=0.3))
    deliverer = Deliverer(system.apps["gateway"].state.database, vault=Vault(SECRET), egress=egress)

    async def step() -> int:
        await system.settle()
        # What other tests have queued is not due here.
        later = "UPDATE gateway.webhook_queue SET due_at = now() + interval '1 year' WHERE tenant_id <> $1"
        await system.superuser.execute(later, tenant.id)
        return await deliverer.step()

    yield step
    await egress.close()


async def endpoint(caller: Client, url: str, *types: str) -> Response:
    made = await caller.post("/v1/webhook-endpoints", {"url": url, "types": list(types)})
    assert made.status == 201, made.json
    return made


async def deliveries(caller: Client, **query: Any) -> list[dict[str, Any]]:
    answer = await caller.get("/v1/webhook-deliveries", **query)
    assert answer.status == 200, answer.json
    return list(answer["data"])
