"""What is measured: the same list, read and write each way, next to its floor."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from shared import clock
from shared.settings import Settings
from shared.values.ids import new_id
from tests.bench import pgbench, statements
from tests.bench.load import Job, LoadClient, Result
from tests.bench.meter import Postgres, Series, Way, compare
from tests.bench.place import Place, Tenant
from tests.bench.plans import reads
from tests.bench.requests import actions, creations, reading
from tests.bench.servers import Server

CONCURRENCY = 16
# As many sessions as the product's pool has connections.
_SESSIONS = 10
_BEYOND_LIMIT = 90_000_000_00
FLOOR, ONE, SPLIT, DIRECT, PARTNER, PGBENCH = "floor", "one process", "split", "direct", "partner", "pgbench"


@dataclass
class Suite:
    """The servers and everything they are asked; `seconds` and `rounds` say for how long and how often."""

    settings: Settings
    place: Place
    tenant: Tenant
    floor: Server
    one: Server
    split: Server
    load: LoadClient
    postgres: Postgres
    rounds: int
    seconds: float
    measured: dict[str, dict[str, Series]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.token = self.place.token(self.tenant)
        # Nobody approves what they have registered.
        self.desk_token = self.place.token(self.tenant, account=new_id("acc", at=clock.now()))
        self.partner_token = self.place.token(self.tenant, partner=self.tenant.partners[0])

    async def compare(self, name: str, ways: Sequence[Way], *, times: int = 1) -> None:
        """Measure these ways of having the same done, so many times as often as others, and keep what they did under a name."""
        self.measured[name] = await compare(ways, rounds=times * self.rounds, postgres=self.postgres)

    async def reads(self) -> None:
        """The list of 25 newest deals and the read of one, each way, for the vendor and for a partner's seller."""
        ids, own = self.tenant.ids, self.tenant.partner_ids
        for name, vendors, partners in (
            ("list", ["/v1/deals?limit=25"], ["/v1/deals?limit=25"]),
            ("get", [f"/v1/deals/{each}" for each in ids], [f"/v1/deals/{each}" for each in own]),
        ):
            asked = [reading(path, self.token) for path in vendors]
            as_partner = [reading(path, self.partner_token) for path in partners]
            await self.compare(
                name,
                [
                    self.repeating(FLOOR, self.floor, asked),
                    self.repeating(ONE, self.one, asked),
                    self.repeating(SPLIT, self.split, asked),
                    self.repeating(DIRECT, self.split, asked, part="deals"),
                    self.repeating(PARTNER, self.one, as_partner),
                ],
            )

    def repeating(
        self, name: str, server: Server, asked: list[str], *, part: str | None = None, connections: int = CONCURRENCY
    ) -> Way:
        """The way that asks a server, or a part of it, for the same over and over."""
        job = replace(self._job(server, asked, part=part, seconds=self.seconds), concurrency=connections)

        async def prepare() -> Callable[[], Awaitable[Result]]:
            return partial(self.load.send, job)

        return Way(name, prepare, server.parts())

    def _job(
        self,
        server: Server,
        asked: list[str],
        *,
        status: int = 200,
        part: str | None = None,
        seconds: float | None = None,
    ) -> Job:
        where = server.socket_of(part) if part else None
        return Job(asked, seconds, CONCURRENCY, status, port=server.port, socket=where)

    async def writes(self) -> None:
        """Drafting, submitting and approving, each way, next to pgbench with the product's own statements."""
        draft, registration = await statements.registration(self.settings, self.tenant, self.token)
        ways = ((ONE, self.one, None), (SPLIT, self.split, None), (DIRECT, self.split, "deals"))
        drafts = [self._drafting(*way) for way in ways]
        await self.compare("create", [*drafts, self._pgbench(draft)])
        registering = [self._registering(*way) for way in ways]
        await self.compare("register", [*registering, self._pgbench(registration)])
        await self.compare("approve", [self._approving(*way) for way in ways])

    def _drafting(self, name: str, server: Server, part: str | None) -> Way:
        async def prepare() -> Callable[[], Awaitable[Result]]:
            asked = creations(self.tenant, self.token, count=int(250 * self.seconds))
            return partial(self.load.send, self._job(server, asked, status=201, part=part))

        return Way(name, prepare, server.parts())

    def _registering(self, name: str, server: Server, part: str | None) -> Way:
        """Drafting and submitting; a registration is both requests."""

        async def prepare() -> Callable[[], Awaitable[Result]]:
            ids = self._fresh(int(60 * self.seconds))
            drafts = self._job(server, creations(self.tenant, self.token, count=0, ids=ids), status=201, part=part)
            submits = self._job(server, actions("submit", ids, self.token, version=1), part=part)

            async def work() -> Result:
                first, second = await self.load.send(drafts), await self.load.send(submits)
                return Result(
                    first.answered,
                    first.seconds + second.seconds,
                    first.p50 + second.p50,
                    first.p99 + second.p99,
                    second.body_bytes,
                    [],
                )

            return work

        return Way(name, prepare, server.parts())

    def _approving(self, name: str, server: Server, part: str | None) -> Way:
        async def prepare() -> Callable[[], Awaitable[Result]]:
            ids = self._fresh(int(60 * self.seconds))
            drafts = creations(self.tenant, self.token, count=0, ids=ids, amount=_BEYOND_LIMIT)
            await self.load.send(self._job(server, drafts, status=201, part=part))
            await self.load.send(self._job(server, actions("submit", ids, self.token, version=1), part=part))
            asked = actions("approve", ids, self.desk_token, version=3, document={"reason": "a known customer"})
            return partial(self.load.send, self._job(server, asked, part=part))

        return Way(name, prepare, server.parts())

    def _fresh(self, count: int) -> list[str]:
        return [new_id("deal", at=clock.now()) for _ in range(count)]

    def _pgbench(
        self,
        script: pgbench.Script,
        *,
        name: str = PGBENCH,
        url: str | None = None,
        clients: int = _SESSIONS,
    ) -> Way:
        url = url or self.settings.database_url_of("deals", role="prm_deals_app")

        async def prepare() -> Callable[[], Awaitable[Result]]:
            return partial(pgbench.run, script, url=url, clients=clients, seconds=max(1, round(self.seconds)))

        return Way(name, prepare, {})

    async def walls(self) -> None:
        """The statements of list and single read by one session: as the app role, and as one for whom no wall stands."""
        for read in reads(self.tenant):
            on = self._pgbench(read.script(), name="walls on", clients=1)
            off = self._pgbench(read.script(), name="walls off", url=self.settings.admin_url(), clients=1)
            # One session has a processor to itself or does not: it varies more from round to round than sixteen do.
            await self.compare(f"walls: {read.name}", [on, off], times=3)
