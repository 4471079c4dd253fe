"""Composition: the whole system in one process, or the gateway alone in front of services in others."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.app import create_app as create_gateway
from gateway.edge.app import Door, Edge
from gateway.edge.forward import Forwarder
from gateway.edge.origins import Origins
from gateway.edge.table import table_of
from gateway.limits.limiter import Limiter
from gateway.limits.rules import Allowance
from gateway.publish.pages import Pages
from gateway.publish.specifications import committed
from services.deals.app import create_app as create_deals
from services.incentives.app import create_app as create_incentives
from services.leads.app import create_app as create_leads
from services.partners.app import create_app as create_partners
from shared import clock
from shared.db.provision import SERVICES
from shared.db.walls import roles_of
from shared.links import links_of
from shared.settings import Settings, SettingsRefused
from shared.web.app import App
from shared.web.metrics import Metrics
from shared.web.peer import ASGI
from shared.web.reply import Reply

_MAKERS: Mapping[str, Callable[..., App]] = {
    "partners": create_partners,
    "deals": create_deals,
    "leads": create_leads,
    "incentives": create_incentives,
}


@dataclass(frozen=True, slots=True)
class Embedded:
    """The whole system in one process: the edge that callers see, and the apps behind it by name."""

    edge: Edge
    apps: Mapping[str, App]


def create_system(settings: Settings, *, background: bool = True) -> Edge:
    """Return the edge over all five services in this process."""
    return embed(settings, background=background).edge


def embed(settings: Settings, *, background: bool = True, wall: Callable[[], datetime] = clock.now) -> Embedded:
    """Return all five services in this process; `wall` is what business time is read from, and nothing else."""
    apps: dict[str, App] = {}

    async def front(scope: Any, receive: Any, send: Any) -> None:
        await edge(scope, receive, send)

    def later(name: str) -> ASGI:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            await apps[name](scope, receive, send)

        return app

    reached, metrics = {name: later(name) for name in SERVICES}, Metrics()
    for name in SERVICES:
        apps[name] = _create(name, settings, reached, metrics, front=front, background=background, wall=wall)
    edge = _edge(
        settings, apps["gateway"], {name: apps[name] for name in SERVICES}, running=list(apps.values()), forwarders=[]
    )
    return Embedded(edge, apps)


def create_gateway_alone(settings: Settings) -> Edge:
    """Return the edge over the gateway in this process and the services at `PRM_<SERVICE>_URL`."""
    metrics = Metrics()
    forwarders = {name: Forwarder(_url_of(settings, name), name=name, metrics=metrics) for name in _MAKERS}
    reached: dict[str, ASGI] = dict(forwarders)

    async def itself(scope: Any, receive: Any, send: Any) -> None:
        await app(scope, receive, send)

    async def front(scope: Any, receive: Any, send: Any) -> None:
        await edge(scope, receive, send)

    reached["gateway"] = itself
    app = _create("gateway", settings, reached, metrics, front=front, background=True)
    edge = _edge(settings, app, {**forwarders, "gateway": app}, running=[app], forwarders=list(forwarders.values()))
    return edge


def create_service_alone(name: str, settings: Settings) -> App:
    """Return one service, which reaches its sisters and the gateway's inner door at `PRM_<SERVICE>_URL`."""
    metrics = Metrics()
    forwarders = {each: Forwarder(_url_of(settings, each), name=each, metrics=metrics) for each in SERVICES}
    app = _create(name, settings, forwarders, metrics, background=True)
    live = app.router.lifespan_context

    @asynccontextmanager
    async def and_close(scope: Any) -> AsyncIterator[Any]:
        async with live(scope) as state:
            yield state
        for forwarder in forwarders.values():
            await forwarder.close()

    app.router.lifespan_context = and_close
    return app


def _create(
    name: str,
    settings: Settings,
    reached: Mapping[str, ASGI],
    metrics: Metrics,
    *,
    background: bool,
    front: ASGI | None = None,
    wall: Callable[[], datetime] = clock.now,
) -> App:
    """Return a service; `front` is the edge, which only the gateway sends requests to itself."""
    url = settings.database_url_of(name, role=roles_of(name)["app"])
    links = links_of(
        name,
        apps=reached,
        issuer=settings.base_url,
        secret_key=settings.secret(),
        metrics=metrics,
        wall=wall,
    )
    if name == "gateway":
        assert front is not None, "a gateway without an edge"
        return create_gateway(
            database_url=url,
            links=links,
            secret_key=settings.secret(),
            issuer=settings.base_url,
            files=settings.data_dir / "files",
            front=front,
            webhooks_to_private_addresses=settings.environment == "development",
            request_log=settings.request_log,
            background=background,
        )
    return _MAKERS[name](database_url=url, links=links, background=background)


def _door(settings: Settings) -> Door:
    """Return who may come in from where and how often; each of several gateways lets its part of the requests in."""
    units = {
        "key": settings.limit_per_key,
        "tenant": settings.limit_per_tenant,
        "address": settings.limit_per_address,
    }
    allowances = {name: Allowance(name, each, 60).shared_by(settings.replicas) for name, each in units.items() if each}
    origins = Origins([each.strip() for each in settings.allowed_origins.split(",")])
    return Door(Limiter(allowances), origins, settings.compression)


def _edge(
    settings: Settings, app: App, upstreams: Mapping[str, ASGI], *, running: list[App], forwarders: list[Forwarder]
) -> Edge:
    async def start(stack: AsyncExitStack) -> None:
        for forwarder in forwarders:
            stack.push_async_callback(forwarder.close)
        for each in running:
            await stack.enter_async_context(each.router.lifespan_context(each))

    return Edge(
        table=table_of(committed()),
        upstreams=upstreams,
        verifier=app.runtime.verifier,
        identity=app.state.identity,
        pages=Pages(),
        lifespans=start,
        probe=_probe_of([each.health.probe for each in running]),
        door=_door(settings),
        requests=app.state.requests,
        inner=app,
    )


def _probe_of(probes: list[Callable[[str], Awaitable[Reply | None]]]) -> Callable[[str], Awaitable[Reply]]:
    """Ask every service in this process, and answer as the first that is not well. Metrics are the process's own."""

    async def probe(path: str) -> Reply:
        replies = [reply for each in probes if (reply := await each(path)) is not None]
        return max(replies, key=lambda reply: reply.status)

    return probe


def _url_of(settings: Settings, name: str) -> str:
    url = settings.url_of(name)
    if url is None:
        raise SettingsRefused(f"PRM_{name.upper()}_URL is not set: give the address where {name} answers.")
    return url
