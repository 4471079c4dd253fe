"""Databases for tests: an embedded PostgreSQL for the run, or new databases on a server that is named."""

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from deploy.local.postgres import EmbeddedPostgres
from shared.db.migrations import folder_of, migrate
from shared.db.provision import SERVICES, provision, url_as

SECRET = "a-secret-of-the-tests-0123456789-abcdefgh"
EXTERNAL = os.environ.get("PRM_TEST_DATABASE_URL") or None


async def install(admin_url: str, services: tuple[str, ...] = SERVICES) -> None:
    """Provision a database and bring every schema to its newest version."""
    server = await asyncpg.connect(EXTERNAL or admin_url)
    try:
        # Roles belong to the server: workers with databases of their own on one server take turns.
        await server.execute("SELECT pg_advisory_lock(4711)")
        await provision(admin_url, secret_key=SECRET)
    finally:
        await server.close()
    for service in services:
        owner = url_as(admin_url, f"prm_{service}_owner", secret_key=SECRET)
        if any((folder_of(service) / "versions").glob("0*.py")):
            await migrate(owner, service=service)


@asynccontextmanager
async def fresh_database() -> AsyncIterator[str]:
    """An embedded PostgreSQL for the run, or a new database on the server that PRM_TEST_DATABASE_URL names."""
    if EXTERNAL is None:
        async with EmbeddedPostgres.temporary(fast=True) as postgres:
            yield str(postgres.url)
        return
    name = f"prm_test_{uuid.uuid4().hex}"
    server = await asyncpg.connect(EXTERNAL)
    await server.execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(EXTERNAL)._replace(path=f"/{name}"))
    finally:
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await server.close()
