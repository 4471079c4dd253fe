"""`/v1/request-logs`: what an app has sent and what it was answered, and not a word of what was in it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from gateway.embedded import Embedded, embed
from gateway.request_logs.recorder import MOST_HELD, Recorder
from gateway.request_logs.rules import KEPT
from shared import clock
from shared.settings import Settings
from shared.values.ids import new_id
from shared.web.metrics import Metrics
from tests.databases import SECRET
from tests.deals.make import GLOBEX, world
from tests.gateway.make import noted, vendor
from tests.journeys.world import client_of, eventually
from tests.system import Client, System, Tenant

DEAL = {"title": "Migration", "customer": GLOBEX, "product_family": "cloud"}


@dataclass
class Door:
    """The product's door, and what it remembers of who came in."""

    client: httpx.AsyncClient
    embedded: Embedded

    @property
    def requests(self) -> Recorder:
        found: Recorder = self.embedded.apps["gateway"].state.requests
        return found

    async def call(self, caller: Client, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {caller.token}", **more.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **more)

    async def logged(self, caller: Client, **query: Any) -> list[dict[str, Any]]:
        """What the caller finds in the log, oldest first."""
        await self.requests.step()
        found: list[dict[str, Any]] = (await caller.get("/v1/request-logs", sort="created_at", **query))["data"]
        return found


@pytest.fixture
async def doors(database_url: str, tmp_path: Path) -> AsyncIterator[Any]:
    """Opens the product's door with settings of a test's own."""
    opened: list[Any] = []

    async def open_door(**settings: Any) -> Door:
        own = Settings(database_url=database_url, secret_key=SecretStr(SECRET), data_dir=tmp_path, **settings)
        embedded = embed(own, background=False)
        opened.append(client_of(embedded.edge))
        return Door(await opened[-1].__aenter__(), embedded)

    yield open_door
    for each in reversed(opened):
        await each.__aexit__(None, None, None)


async def test_writes_and_refusals_are_kept_with_what_was_answered(doors: Any, tenant: Tenant) -> None:
    caller, door = await (await world(tenant)).partner(), await doors()
    before = clock.now()
    made = await door.call(caller, "POST", "/v1/deals?fields=title", json=DEAL)
    made = await door.call(caller, "POST", "/v1/deals", json=DEAL, headers={"User-Agent": "crm-sync/2.1 (of Ada)"})
    wrong = await door.call(caller, "POST", "/v1/deals", json={**DEAL, "title": 5, "colour": "red"})
    missing = await door.call(caller, "GET", f"/v1/deals/{new_id('deal', at=clock.now())}")
    seen = await door.call(caller, "GET", f"/v1/deals/{made.json()['id']}")

    assert (made.status_code, wrong.status_code, missing.status_code, seen.status_code) == (201, 422, 404, 200)
    asked, first, second, third = await door.logged(caller)
    assert (asked["status"], asked["problem"], asked["pointers"]) == (400, "invalid_parameter", ["fields"])
    assert {name: first[name] for name in ("method", "path", "operation", "noun", "status", "problem", "pointers")} == {
        "method": "POST",
        "path": "/v1/deals",
        "operation": "create_deal",
        "noun": "deals",
        "status": 201,
        "problem": None,
        "pointers": [],
    }
    assert (first["request_id"], first["user_agent"]) == (made.headers["request-id"], "crm-sync/2.1")
    assert (first["actor_id"], first["partner_id"]) == (caller.account_id, caller.partner_id)
    assert before <= datetime.fromisoformat(first["created_at"]) <= clock.now() and first["duration_ms"] >= 0
    assert (second["status"], second["problem"], sorted(second["pointers"])) == (422, "invalid", ["/colour", "/title"])
    assert (third["operation"], third["subject"]) == ("get_deal", missing.request.url.path.rpartition("/")[2])


@pytest.mark.parametrize(
    ("keeps", "kept"), [("off", []), ("writes", ["POST", "GET"]), ("all", ["GET", "HEAD", "POST", "GET"])]
)
async def test_what_is_kept_is_the_operators_to_say(doors: Any, tenant: Tenant, keeps: str, kept: list[str]) -> None:
    caller, door = await (await world(tenant)).partner(), await doors(request_log=keeps)
    await door.call(caller, "GET", "/v1/deals")
    await door.call(caller, "HEAD", "/v1/deals")
    await door.call(caller, "POST", "/v1/deals", json=DEAL)
    await door.call(caller, "GET", "/v1/leads/none")

    assert [each["method"] for each in await door.logged(caller)] == kept


async def test_nothing_of_what_was_sent_is_in_the_log(doors: Any, tenant: Tenant) -> None:
    caller, door, canary = await (await world(tenant)).partner(), await doors(request_log="all"), "canary7f3"
    await door.call(caller, "POST", "/v1/deals", json={**DEAL, "title": canary, "metadata": {"note": canary}})
    await door.call(caller, "POST", "/v1/deals", json={**DEAL, "title": {"x": canary}})
    await door.call(caller, "GET", f"/v1/deals?q={canary}")
    await door.call(caller, "GET", f"/v1/deals?colour={canary}", headers={"If-None-Match": canary})
    await door.call(caller, "GET", f"/v1/deals/{canary}")
    await door.call(caller, "GET", f"/v1/{canary}/x")
    await door.call(caller, "PUT", f"/v1/deals/by-external-reference/crm/deal/{canary}", json={"title": canary})
    await door.call(caller, "POST", f"/v1/invitations/{canary}/accept", json={"password": canary})
    await door.call(caller, "GET", "/v1/deals", headers={"User-Agent": f"<{canary}>", "Idempotency-Key": canary})

    logged = await door.logged(caller)
    assert len(logged) == 8, "what nobody serves has no caller that was looked at"
    assert canary not in str(logged) and str(caller.token) not in str(logged)
    assert [each["path"] for each in logged[4:7]] == [
        "/v1/deals/{id}",
        "/v1/deals/by-external-reference/{system}/{type}/{id}",
        "/v1/invitations/{token}/accept",
    ]


async def test_whoever_has_no_token_is_in_nobodys_log(doors: Any, tenant: Tenant) -> None:
    door = await doors()
    await door.client.post("/v1/deals", json=DEAL)
    await door.client.post("/v1/deals", json=DEAL, headers={"Authorization": "Bearer guessed"})
    await door.client.post("/v1/sessions", json={"email": "a@b.example", "password": "x"})

    assert await door.requests.step() == 0


async def test_each_request_of_a_batch_is_logged_beside_it(doors: Any, tenant: Tenant) -> None:
    caller, door = await (await world(tenant)).partner(), await doors()
    inside = [{"method": "POST", "path": "/v1/deals", "body": DEAL}, {"method": "GET", "path": "/v1/deals/none"}]
    answer = await door.call(caller, "POST", "/v1/batch", json={"requests": inside})

    logged = await door.logged(caller, request_id=answer.headers["request-id"])
    assert sorted(each["operation"] for each in logged) == ["create_deal", "get_deal", "send_batch"]


async def test_whoever_asks_too_much_fills_no_log(doors: Any, tenant: Tenant) -> None:
    caller, door = await (await world(tenant)).partner(), await doors(limit_per_key=10)
    for _ in range(20):
        await door.call(caller, "POST", "/v1/deals", json=DEAL)

    assert sorted(each["status"] for each in await door.logged(caller)) == [201, 201, 429]


async def test_a_partner_sees_its_own_requests_and_the_vendor_all(system: System, tenant: Tenant) -> None:
    place = await world(tenant)
    acme, rival = await place.partner(), await place.partner()
    for each in (acme, rival, place.vendor):
        noted(each, "POST", "/v1/deals", status=201)
    await system.settle()

    async def actors(caller: Client, **query: Any) -> set[str]:
        found = await caller.get("/v1/request-logs", **query)
        return {each["actor_id"] for each in found["data"]}

    assert await actors(acme) == {acme.account_id}
    assert await actors(place.vendor) == {acme.account_id, rival.account_id, place.vendor.account_id}
    assert await actors(place.vendor, partner_id=rival.partner_id) == {rival.account_id}
    assert await actors(acme, actor_id=rival.account_id) == set()
    [theirs] = (await rival.get("/v1/request-logs"))["data"]
    assert (await acme.get(f"/v1/request-logs/{theirs['id']}")).status == 404
    assert (await rival.get(f"/v1/request-logs/{theirs['id']}"))["operation"] == "create_deal"


async def test_the_log_is_filtered_and_counted(system: System, tenant: Tenant) -> None:
    caller, deal = tenant.vendor(), new_id("deal", at=clock.now())
    noted(caller, "POST", "/v1/deals", status=201)
    noted(caller, "PATCH", f"/v1/deals/{deal}", status=412)
    noted(caller, "TRACE", "/v1/deals", status=405)
    await system.settle()

    async def found(**query: Any) -> list[int]:
        answer = await caller.get("/v1/request-logs", **query)
        counted = await caller.get("/v1/request-logs/count", **query)
        assert counted["count"] == len(answer["data"])
        return sorted(each["status"] for each in answer["data"])

    assert await found() == [201, 405, 412]
    assert await found(**{"status[gte]": 400}) == [405, 412]
    assert await found(status=201) == [201]
    headers = {"authorization": f"Bearer {caller.token}"}
    by_method = await system.send("GET", "/v1/request-logs", query="method=PATCH,OTHER", headers=headers, body=b"")
    assert sorted(each["status"] for each in by_method.json()["data"]) == [405, 412]
    assert await found(operation="create_deal") == [201]
    assert await found(subject=deal) == [412]
    assert await found(**{"created_at[lt]": "2026-01-01T00:00:00Z"}) == []


async def test_a_key_and_an_app_are_named(doors: Any, system: System) -> None:
    place = await vendor(system)
    boss, door = await place.admin(), await doors()
    key = await boss.post("/v1/api-keys", {"name": "A key", "scopes": ["deals:read"]})
    await door.client.get("/v1/leads", headers={"Authorization": f"Bearer {key['key']}"})

    [refused] = await door.logged(boss, api_key_id=key["id"])
    assert (refused["status"], refused["problem"], refused["actor_id"]) == (403, "forbidden", key["id"])
    assert refused["on_behalf_of"] == boss.account_id


async def test_requests_of_many_tenants_go_into_their_own_logs(system: System) -> None:
    tenants = [system.tenant() for _ in range(5)]
    for each in tenants:
        await system.register(each)
    callers = [each.vendor() for each in tenants]
    for number, each in enumerate(callers * 3):
        noted(each, "POST", "/v1/deals", status=201 + number // len(callers))
    await system.settle()

    for each in callers:
        found = (await each.get("/v1/request-logs"))["data"]
        assert sorted(row["status"] for row in found) == [201, 202, 203]
        assert {row["actor_id"] for row in found} == {each.account_id}


async def test_what_is_a_month_old_is_forgotten(system: System, tenant: Tenant) -> None:
    caller, now = tenant.vendor(), clock.now()
    for age in (timedelta(), KEPT - timedelta(hours=1), KEPT + timedelta(hours=1), 2 * KEPT):
        noted(caller, "POST", "/v1/deals", status=201, answered_at=now - age)
    await system.settle()
    assert (await caller.get("/v1/request-logs/count"))["count"] == 4

    gateway = system.apps["gateway"].state
    await Recorder(gateway.database, keeps="writes", metrics=Metrics()).step()

    assert (await caller.get("/v1/request-logs/count"))["count"] == 2


async def test_more_than_there_is_room_for_loses_the_oldest_and_is_counted(system: System, tenant: Tenant) -> None:
    caller, app = tenant.vendor(), system.apps["gateway"]
    before = await lost(app)
    for number in range(MOST_HELD + 7):
        noted(caller, "POST", "/v1/deals", status=201, seconds=number / 1000)
    await system.settle()

    assert await lost(app) - before == 7
    [oldest] = (await caller.get("/v1/request-logs", sort="created_at", limit=1))["data"]
    assert oldest["duration_ms"] == MOST_HELD + 6


async def lost(app: Any) -> float:
    """How many requests the process says it has lost."""
    text = (await app.health.probe("/metrics")).body.decode()
    line = next(each for each in text.splitlines() if each.startswith("prm_request_log_lost_total"))
    return float(line.partition(" ")[2])


async def test_what_could_not_be_stored_is_stored_once_the_database_is_back(system: System, tenant: Tenant) -> None:
    caller, gateway = tenant.vendor(), system.apps["gateway"].state
    noted(caller, "POST", "/v1/deals", status=201)
    await gateway.database.close()
    with pytest.raises(Exception, match="cannot answer"):
        await gateway.requests.step()
    await gateway.database.open()

    await system.settle()
    await system.settle()
    assert (await caller.get("/v1/request-logs/count"))["count"] == 1


async def test_what_is_held_is_stored_when_the_product_stops(system: System, tenant: Tenant) -> None:
    caller, gateway = tenant.vendor(), system.apps["gateway"].state
    working = asyncio.create_task(gateway.requests.run())
    await asyncio.sleep(0)
    noted(caller, "POST", "/v1/deals", status=201)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working

    assert (await caller.get("/v1/request-logs/count"))["count"] == 1


async def test_many_are_stored_without_waiting_for_the_second(system: System, tenant: Tenant) -> None:
    caller, gateway = tenant.vendor(), system.apps["gateway"].state
    working = asyncio.create_task(gateway.requests.run())
    for _ in range(600):
        noted(caller, "POST", "/v1/deals", status=201)

    async def all_are_there() -> bool:
        return bool((await caller.get("/v1/request-logs/count"))["count"] == 600)

    await eventually(all_are_there, what="storing what came")
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
