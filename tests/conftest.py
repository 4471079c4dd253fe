"""Fixtures of the whole suite: one database and one running system a worker, a tenant of its own for every test."""

from collections.abc import AsyncIterator

import pytest

from tests.databases import fresh_database, install
from tests.system import System, Tenant, running


@pytest.fixture(scope="session")
async def database_url() -> AsyncIterator[str]:
    async with fresh_database() as url:
        await install(url)
        yield url


@pytest.fixture(scope="session")
async def system(database_url: str) -> AsyncIterator[System]:
    async with running(database_url) as started:
        yield started


@pytest.fixture
async def tenant(system: System) -> Tenant:
    made = system.tenant()
    await system.register(made)
    return made
