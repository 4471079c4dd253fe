"""What is measured: the same list, read and creation by PRM, in one process and split, and by Directus."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from tests.bench.load import Job, LoadClient, Result
from tests.bench.meter import Postgres, Series, Way, compare
from tests.bench.peer.directus import Directus
from tests.bench.peer.same import created
from tests.bench.place import Tenant
from tests.bench.requests import creations, reading, writing
from tests.bench.servers import Server
from tests.bench.suite import CONCURRENCY, ONE, SPLIT

PEER: Final = "Directus"
_WARMING_SECONDS = 6.0
# Creations are counted, not timed: so many for each second of a round.
_CREATIONS: Final = {ONE: 600, SPLIT: 600, PEER: 120}


@dataclass
class Suite:
    """The three servers and what they are asked."""

    tenant: Tenant
    token: str
    one: Server
    split: Server
    peer: Directus
    load: LoadClient
    postgres: Postgres
    rounds: int
    seconds: float
    measured: dict[str, dict[str, Series]] = field(default_factory=dict)

    async def list(self) -> None:
        """The 25 newest deals."""
        ours = [reading("/v1/deals?limit=25", self.token)]
        await self._repeat("list", ours, [reading(self.peer.list_path(self.tenant), self.peer.token)])

    async def get(self) -> None:
        """Single deals of every age, the same ones for everybody."""
        ours = [reading(f"/v1/deals/{each}", self.token) for each in self.tenant.ids]
        theirs = [reading(f"/items/deals/{each}", self.peer.token) for each in self.tenant.ids]
        await self._repeat("get", ours, theirs)

    async def create(self) -> None:
        """New deals, each with a customer of its own."""
        await self._compare("create", [self._creating(name, server) for name, server in self._servers()])

    def _servers(self) -> tuple[tuple[str, Server], ...]:
        return (ONE, self.one), (SPLIT, self.split), (PEER, self.peer.server)

    async def _repeat(self, name: str, ours: Sequence[str], theirs: Sequence[str]) -> None:
        asked = {ONE: ours, SPLIT: ours, PEER: theirs}
        for way, server in self._servers():
            await self.load.send(Job(list(asked[way]), _WARMING_SECONDS, CONCURRENCY, 200, port=server.port))
        ways = []
        for way, server in self._servers():
            job = Job(list(asked[way]), self.seconds, CONCURRENCY, 200, port=server.port)
            ways.append(Way(way, self._sending(job), server.parts()))
        await self._compare(name, ways)

    def _sending(self, job: Job) -> Callable[[], Awaitable[Callable[[], Awaitable[Result]]]]:
        async def prepare() -> Callable[[], Awaitable[Result]]:
            return partial(self.load.send, job)

        return prepare

    def _creating(self, name: str, server: Server) -> Way:
        async def prepare() -> Callable[[], Awaitable[Result]]:
            count = int(_CREATIONS[name] * self.seconds)
            if name == PEER:
                asked = [writing("/items/deals", self.peer.token, created(self.tenant)) for _ in range(count)]
            else:
                asked = creations(self.tenant, self.token, count=count)
            status = 200 if name == PEER else 201
            return partial(self.load.send, Job(asked, None, CONCURRENCY, status, port=server.port))

        return Way(name, prepare, server.parts())

    async def _compare(self, name: str, ways: Sequence[Way]) -> None:
        self.measured[name] = await compare(ways, rounds=self.rounds, postgres=self.postgres)
