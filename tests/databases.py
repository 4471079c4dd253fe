"""Databases for tests: embedded PostgreSQLs of the run, or new databases on a server that is named."""

import asyncio
import fcntl
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from deploy.local.place import CLUSTER, temporary_directory
from deploy.local.postgres import EmbeddedPostgres
from shared.db.migrations import migrate
from shared.db.provision import SERVICES, provision, url_as
from shared.db.revisions import folder_of

SECRET = "a-secret-of-the-tests-0123456789-abcdefgh"
EXTERNAL = os.environ.get("PRM_TEST_DATABASE_URL") or None
# Where the files of an installed database are during a run; its workers are told by the process that starts them.
_PATTERNS = "PRM_TEST_PATTERNS"


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


@asynccontextmanager
async def installed_database() -> AsyncIterator[str]:
    """A database like `fresh_database`, with every schema at its newest version.

    The migrations run once a run: each embedded server begins with a copy of the files they have left.
    """
    if EXTERNAL is not None or _PATTERNS not in os.environ:
        async with fresh_database() as url:
            await install(url)
            yield url
        return
    folder = temporary_directory()
    try:
        pattern = await _installed_files(Path(os.environ[_PATTERNS]))
        await asyncio.to_thread(_copy, pattern, folder / CLUSTER)
        async with EmbeddedPostgres(folder, fast=True) as postgres:
            yield postgres.url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy(pattern: Path, target: Path) -> None:
    """Copy the files of a server, which go on belonging to the user who runs it."""
    subprocess.run(["cp", "-a", str(pattern), str(target)], check=True)


async def _installed_files(kept: Path) -> Path:
    """The files of a server that was stopped after its installation, made by the worker that asks first."""
    pattern = kept / CLUSTER
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not pattern.exists():
            folder = temporary_directory()
            async with EmbeddedPostgres(folder, fast=True) as postgres:
                await install(postgres.url)
            shutil.move(folder / CLUSTER, pattern)
            shutil.rmtree(folder)
    return pattern


def make_room() -> None:
    """Make the folder that the workers of a run share."""
    os.environ[_PATTERNS] = tempfile.mkdtemp(prefix="prm-test-patterns-")


def clear_away() -> None:
    """Remove what the workers of a run have shared."""
    shutil.rmtree(os.environ.pop(_PATTERNS), ignore_errors=True)
