"""The system in this process on the story's time, and people who act in it through the API, as everybody does."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson

from deploy.demo.director import StoryEnds, at, story_time
from deploy.local.errors import StartError
from gateway.embedded import Embedded, embed
from shared import clock
from shared.events.inbox import Consumer
from shared.settings import Settings
from shared.values.ids import new_id
from shared.web.app import App
from shared.web.peer import ASGI, Answer, call

_JSON: Final = {"content-type": "application/json"}
_STUCK: Final = """
SELECT (SELECT count(*) FROM parked_events WHERE tenant_id = $1)
     + (SELECT count(*) FROM timers WHERE tenant_id = $1 AND attempts > 0)
"""


class StoryBroken(StartError):
    """The API answered otherwise than the story needs."""


class ActorLeft(StoryEnds):
    """Whoever should act now is no longer there; the story ends here."""


@dataclass
class Stage:
    """The system, its machinery stepped by hand."""

    edge: ASGI
    apps: Mapping[str, App]
    slug: str = ""

    @property
    def _consumers(self) -> list[Consumer]:
        return [each for app in self.apps.values() for each in app.state.background.consumers.values()]

    async def catch_up(self) -> int:
        """Deliver the events there are and run the timers that are due; returns how many that were.

        What follows from them is delivered the next time.
        """
        handled = await asyncio.gather(*(_drained(consumer) for consumer in self._consumers))
        rung: list[int] = await asyncio.gather(*(app.state.background.alarms.step() for app in self.apps.values()))
        return sum(handled) + sum(rung)

    async def settle(self) -> None:
        """Deliver events and run timers until nothing moves any more."""
        while await self.catch_up():
            pass

    async def stuck(self, tenant_id: str) -> int:
        """Return how many events and timers of a tenant have failed; the story of a sound system leaves none."""
        found = 0
        for app in self.apps.values():
            async with app.state.database.as_worker() as connection:
                found += await connection.fetchval(_STUCK, tenant_id)
        return found

    async def send(self, method: str, path: str, *, query: str = "", body: Any = None, **headers: str) -> Answer:
        """Send a request to the public API."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is None:
            return await call(self.edge, method, path, query=query, headers=named)
        return await call(self.edge, method, path, query=query, headers=named | _JSON, body=orjson.dumps(body))


async def _drained(consumer: Consumer) -> int:
    handled = 0
    while moved := await consumer.step():
        handled += moved
        if moved < 200:
            break
    return handled


@asynccontextmanager
async def raised(settings: Settings) -> AsyncIterator[Stage]:
    """The running system with nothing moving by itself."""
    # Two years of work within a minute are no reason to make anybody wait.
    unhurried = settings.model_copy(update={"limit_per_key": 0, "limit_per_tenant": 0, "limit_per_address": 0})
    system: Embedded = embed(unhurried, background=False, wall=story_time)
    with at(clock.now()):
        async with _living(system.edge):
            yield Stage(system.edge, system.apps)


@asynccontextmanager
async def _living(app: ASGI) -> AsyncIterator[None]:
    """Keep an app alive, as a server does (ASGI, lifespan protocol)."""
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    heard: asyncio.Queue[Any] = asyncio.Queue()
    scope: dict[str, Any] = {"type": "lifespan", "asgi": {"version": "3.0"}}
    life = asyncio.ensure_future(app(scope, told.get, heard.put))
    await told.put({"type": "lifespan.startup"})
    answer = await heard.get()
    if answer["type"] == "lifespan.startup.failed":
        raise StoryBroken(f"The system does not start: {answer['message']}")
    try:
        yield
    finally:
        await told.put({"type": "lifespan.shutdown"})
        await life


@dataclass
class Actor:
    """Somebody with an account, who signs in when needed."""

    stage: Stage
    email: str
    password: str
    role: str
    partner_id: str | None = None
    leaves: datetime | None = None
    account_id: str = ""
    _token: str = field(default="", repr=False)
    _until: float = 0.0

    async def get(self, path: str, query: str = "") -> Any:
        """Return an object or a page; raises StoryBroken for anything but a 200."""
        return self._good(await self.stage.send("GET", path, query=query, authorization=await self._bearer()), path)

    async def create(self, noun: str, body: Mapping[str, Any]) -> Any:
        """Create an object and return it; raises StoryBroken when it is refused."""
        return self._good(await self.attempt(f"/v1/{noun}", body), noun)

    async def change(self, noun: str, seen: Mapping[str, Any], body: Mapping[str, Any]) -> Any:
        """Change an object as it was seen and return it; raises StoryBroken when it is refused."""
        path = f"/v1/{noun}/{seen['id']}"
        answer = await self.stage.send(
            "PATCH", path, body=body, authorization=await self._bearer(), if_match=f'"{seen["version"]}"'
        )
        return self._good(answer, path)

    async def act(self, noun: str, seen: Mapping[str, Any], verb: str, body: Mapping[str, Any] | None = None) -> Any:
        """Do an action on an object as it was seen and return it; raises StoryBroken when it is refused."""
        return self._good(await self.attempt(f"/v1/{noun}/{seen['id']}/{verb}", body, seen=seen), f"{noun} {verb}")

    async def attempt(
        self, path: str, body: Mapping[str, Any] | None = None, *, seen: Mapping[str, Any] | None = None
    ) -> Answer:
        """Send a POST whose answer may be a refusal."""
        headers = {"authorization": await self._bearer()}
        if seen is not None:
            headers["if_match"] = f'"{seen["version"]}"'
        if path.startswith("/v1/payouts"):
            headers["idempotency_key"] = new_id("demo", at=clock.now())
        return await self.stage.send("POST", path, body=body, **headers)

    def granted(self, answer: Answer) -> None:
        """Take the tokens of an answer that signs in; raises StoryBroken when it does not."""
        document = self._good(answer, "signs in")
        self._token = document["access_token"]
        self._until = clock.monotonic() + document["expires_in"] - 60

    async def entered_sandbox(self) -> "Actor":
        """Return oneself in the sandbox, for the next minutes; raises StoryBroken when that is refused."""
        [session] = (await self.get("/v1/sessions", "status=active&limit=1"))["data"]
        there = Actor(self.stage, self.email, "", self.role)
        there.granted(await self.attempt(f"/v1/sessions/{session['id']}/enter-sandbox", seen=session))
        return there

    async def _bearer(self) -> str:
        if self.leaves is not None and story_time() >= self.leaves:
            raise ActorLeft(self.email)
        if clock.monotonic() >= self._until:
            asked = {"email": self.email, "password": self.password}
            self.granted(await self.stage.send("POST", "/v1/sessions", body=asked, prm_tenant=self.stage.slug))
        return f"Bearer {self._token}"

    def _good(self, answer: Answer, doing: str) -> Any:
        if answer.status >= 300:
            raise StoryBroken(f"{self.role} {doing}: {answer.status} {answer.body[:600].decode(errors='replace')}")
        return answer.json()
