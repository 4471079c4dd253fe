"""Assembles a service from its parts. Each service's `create_app` is the only place that names them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from shared import clock
from shared.alarms import Alarms, Hold, TimerHandler, keep_clock
from shared.audit_feed import audit_router
from shared.auth.tokens import Verifier
from shared.clock_progress import clock_router
from shared.db.cursors import CursorKey
from shared.db.plumbing import Plumbing
from shared.db.pool import Database
from shared.events.catalog.gateway import CustomFieldState, TenantClock
from shared.events.catalog.partners import VisibilityChanged
from shared.events.feed import feed_router, raise_epoch
from shared.events.inbox import Consumer, Subscription, on
from shared.extensions.declaration import definitions_of
from shared.extensions.definitions import keep as keep_definition
from shared.imports.commands import FORGET
from shared.imports.objects import Importable
from shared.imports.routes import hidden_router as hidden_imports
from shared.imports.work import forget as forget_import
from shared.imports.work import work_of
from shared.links import Links
from shared.operations.ending import EXPIRES, forget
from shared.operations.job import Work
from shared.operations.routes import hidden_router
from shared.operations.standing import standing_at
from shared.operations.worker import Operations
from shared.reach import keep_visibility
from shared.web.app import App
from shared.web.health import Health
from shared.web.kept_answers import KeptAnswers
from shared.web.router import Router
from shared.web.runtime import Runtime

AUDIENCE, INTERNAL_AUDIENCE = "prm", "internal"


class Worker(Protocol):
    """Work of a service's own that goes on while it runs."""

    async def run(self) -> None:
        """Work until cancelled."""

    async def step(self) -> int:
        """Do what is due now and return how much that was."""


@dataclass(slots=True)
class Background:
    """The work a service does besides answering: consumers by source, timers, operations, its own. Tests step it by hand."""

    consumers: dict[str, Consumer]
    alarms: Alarms
    operations: Operations
    workers: Sequence[Worker] = ()
    enabled: bool = True
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self, *others: Coroutine[Any, Any, None]) -> None:
        """Begin to consume and to run timers, and the other work given."""
        workers: tuple[Worker, ...] = (*self.consumers.values(), self.alarms, self.operations, *self.workers)
        self.tasks += [asyncio.create_task(work) for work in (*(each.run() for each in workers), *others)]

    async def stop(self) -> None:
        """Stop and wait until all of it has stopped."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks.clear()


def assemble(
    *,
    name: str,
    title: str,
    database_url: str,
    tables: Plumbing,
    routers: Callable[[Database], Sequence[Router]],
    subscriptions: Sequence[Subscription],
    timers: Mapping[str, TimerHandler],
    links: Links,
    held_by_timers: Mapping[str, Hold] | None = None,
    work: Sequence[Work] = (),
    imports: Sequence[Importable] = (),
    pool_size: int = 10,
    background: bool = True,
    prepare: Callable[[], Awaitable[None]] | None = None,
    workers: Callable[[Database], Sequence[Worker]] = lambda database: (),
    database: Database | None = None,
) -> App:
    """Return the service's app; its database opens and its background work starts with the app's lifespan.

    `prepare` runs when the database is open and before anything is answered. A service whose parts need the database
    before they are put together makes it itself, and gives it here.
    """
    database = database or Database(database_url, service=name, tables=tables, size=pool_size)
    database.peers = links.peers

    def verifier(audience: str) -> Verifier:
        return Verifier(
            links.keys,
            issuer=links.issuer,
            audience=audience,
            clock=clock.now,
            is_revoked=links.revocations.covers,
        )

    runtime = Runtime(
        database, verifier(AUDIENCE), verifier(INTERNAL_AUDIENCE), CursorKey(links.cursor_secret), links.wall
    )
    # Every service that reaches the gateway keeps the clocks of test tenants; the gateway writes its own.
    if name != "gateway" and "gateway" in links.peers:
        subscriptions = [*subscriptions, on("gateway", TenantClock, keep_clock)]
        if definitions_of(tables.timers.metadata) is not None:
            subscriptions = [*subscriptions, on("gateway", CustomFieldState, keep_definition)]
    # The closure of each viewer, where the partners service is a sister: it keeps its own as it works it out.
    if name != "partners" and "partners" in links.peers:
        subscriptions = [*subscriptions, on("partners", VisibilityChanged, keep_visibility)]
    timers = {**timers, EXPIRES: forget, FORGET: forget_import}
    sources = sorted({each.source for each in subscriptions})
    objects = {each.object: each for each in imports}
    going_on = Background(
        {
            source: Consumer(
                database,
                source=source,
                peer=links.peers[source],
                subscriptions=[each for each in subscriptions if each.source == source],
            )
            for source in sources
        },
        Alarms(database, timers, held=held_by_timers, wall=links.wall),
        Operations(runtime, [*work, *work_of(objects)], standing=standing_at(links.peers.get("gateway"))),
        (KeptAnswers(database, wall=links.wall), *workers(database)),
        enabled=background,
    )

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        await database.open()
        try:
            await raise_epoch(database)
            if prepare is not None:
                await prepare()
            if going_on.enabled:
                going_on.start(links.revocations.run())
            yield
        finally:
            await going_on.stop()
            await database.close()

    async def database_answers() -> str | None:
        try:
            await asyncio.wait_for(database.ping(), 2)
        except Exception as error:
            return type(error).__name__
        return None

    async def revocations_are_fresh() -> str | None:
        return links.revocations.fault()

    # Everybody's are read at the gateway, which asks each service for its own.
    own = () if name == "gateway" else (hidden_router(tables.operations), hidden_imports(tables, objects))
    health = Health(name, {"database": database_answers, "revocations": revocations_are_fresh}, links.metrics)
    app = App(
        service=name,
        title=title,
        routers=[
            *routers(database),
            *own,
            feed_router(database),
            audit_router(database),
            clock_router(database, timers),
        ],
        runtime=runtime,
        health=health,
        lifespan=lifespan,
    )
    app.state.background = going_on
    app.state.database = database
    return app
