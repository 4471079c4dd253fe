"""Fixtures of the whole suite: one database and one running system a worker, a tenant of its own for every test."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvloop

from tests import databases
from tests.system import System, Tenant, running


def pytest_configure(config: pytest.Config) -> None:
    """Let everything run on the loop that the product runs on, and the workers share what is the same for all of them."""
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    if not hasattr(config, "workerinput"):
        databases.make_room()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        databases.clear_away()


@pytest.fixture(scope="session")
async def database_url() -> AsyncIterator[str]:
    async with databases.installed_database() as url:
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
