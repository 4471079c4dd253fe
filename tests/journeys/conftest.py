"""The product twice: all in this process, and one process for each service. Both behind their front doors."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from gateway.embedded import create_system
from shared.settings import Settings
from tests.databases import SECRET, installed_database
from tests.journeys.founding import found_tenant
from tests.journeys.world import World, client_of, eventually, hold_to_the_specification


@asynccontextmanager
async def in_one_process(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(create_system(settings)) as client:
        yield client


@asynccontextmanager
async def in_five_processes(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """`prm up --split` against the database of the tests, as its users start it."""
    environment = {
        **os.environ,
        "PRM_DATABASE_URL": settings.admin_url(),
        "PRM_SECRET_KEY": settings.secret(),
        "PRM_DATA_DIR": str(settings.data_dir),
        "PRM_PORT": str(settings.port),
    }
    command = [sys.executable, "-m", "deploy.cli", "up", "--no-demo", "--split"]
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with httpx.AsyncClient(base_url=settings.base_url, timeout=30) as client:

            async def ready() -> bool:
                assert process.returncode is None, "the product ended by itself"
                try:
                    return (await client.get("/readyz")).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually(ready, what="being ready in five processes")
            yield client
    finally:
        process.terminate()
        await process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session", params=["in one process", "in five processes"])
async def door(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[httpx.AsyncClient, Settings]]:
    data: Path = tmp_path_factory.mktemp("data")
    async with installed_database() as url:
        settings = Settings(database_url=url, secret_key=SECRET, data_dir=data, port=free_port())
        start = in_one_process if request.param == "in one process" else in_five_processes
        async with start(settings) as client:
            yield client, settings


@pytest.fixture
async def world(door: tuple[httpx.AsyncClient, Settings]) -> World:
    client, settings = door
    client.event_hooks = {"response": [hold_to_the_specification]}
    slug = f"vendor-{uuid4().hex[:8]}"
    tenant_id, administrator = await found_tenant(settings, slug=slug)
    return World(client, settings, slug, tenant_id, administrator)
