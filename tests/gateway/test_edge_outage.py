"""The public door while a service does not answer."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from gateway.edge.forward import Forwarder
from gateway.embedded import embed
from shared.settings import Settings
from tests.databases import SECRET
from tests.gateway.doors import door_of
from tests.journeys.world import client_of
from tests.system import Tenant


@pytest.fixture
async def broken_door(database_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The product's door, with nobody where the deals service should answer."""
    settings = Settings(database_url=database_url, secret_key=SecretStr(SECRET), data_dir=tmp_path)
    embedded = embed(settings, background=False)
    gateway, down = embedded.apps["gateway"], Forwarder("http://127.0.0.1:1")

    async def live(stack: Any) -> None:
        for app in embedded.apps.values():
            await stack.enter_async_context(app.router.lifespan_context(app))
        stack.push_async_callback(down.close)

    async with client_of(door_of(gateway, {**embedded.apps, "deals": down}, lifespans=live)) as client:
        yield client


async def test_a_service_that_is_down_takes_only_its_own_nouns_with_it(
    broken_door: httpx.AsyncClient, tenant: Tenant
) -> None:
    caller = {"Authorization": f"Bearer {tenant.vendor().token}"}

    for method, path in (("GET", "/v1/deals"), ("POST", "/v1/deals"), ("HEAD", "/v1/customers")):
        answer = await broken_door.request(method, path, headers=caller)
        assert (path, answer.status_code, answer.headers["retry-after"]) == (path, 503, "1")
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await broken_door.get("/v1/deals", headers=caller)).json()["code"] == "unavailable"
    for path in ("/v1/partners", "/v1/leads", "/v1/earnings", "/v1/accounts"):
        assert (await broken_door.get(path, headers=caller)).status_code == 200
