"""The database a command works on: the operator's own, or the embedded one, started for the purpose or joined."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg

from deploy.local.errors import AlreadyRunning, StartError
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.secret import make_data_dir, with_secret
from shared.settings import Settings

OLDEST, NEWEST = 15, 18
DIRECTORY = "postgres"


@asynccontextmanager
async def open_database(
    settings: Settings, *, join: bool, tell: Callable[[str], None]
) -> AsyncIterator[tuple[Settings, EmbeddedPostgres | None]]:
    """The settings with a reachable database and a secret key, and the embedded server when this process runs it.

    With `join`, a database that another PRM runs on the same data directory is used; without, it raises AlreadyRunning.
    """
    make_data_dir(settings)
    if settings.external:
        settings = with_secret(settings)
        await check_server(settings.admin_url())
        yield settings, None
        return
    server: EmbeddedPostgres | None = EmbeddedPostgres(settings.data_dir / DIRECTORY, on_event=tell)
    assert server is not None
    try:
        url = await server.start()
    except AlreadyRunning as running:
        if not join or running.url is None:
            raise
        url, server = running.url, None
    try:
        yield with_secret(settings).model_copy(update={"database_url": url}), server
    finally:
        if server is not None:
            await server.stop()


async def connect(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection to the server at `url`; StartError in one line, without the password, when there is none."""
    try:
        return await asyncpg.connect(url, timeout=10)
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError) as problem:
        raise StartError(
            f"The database at {_shown(url)} refuses the user: {problem}. Check PRM_DATABASE_URL."
        ) from None
    except asyncpg.InvalidCatalogNameError as problem:
        raise StartError(f"The server at {_shown(url)} answers, but {problem}. Create it first.") from None
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as problem:
        reason = str(problem) or "no answer within 10 s"
        raise StartError(f"Cannot reach the database at {_shown(url)}: {reason}. Check PRM_DATABASE_URL.") from None


async def check_server(url: str) -> None:
    """Raise StartError unless a PostgreSQL of a supported version answers at `url`."""
    connection = await connect(url)
    try:
        major = connection.get_server_version().major
    finally:
        await connection.close()
    if not OLDEST <= major <= NEWEST:
        raise StartError(f"The database is PostgreSQL {major}; PRM runs on {OLDEST} to {NEWEST}.")


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2] or "the local socket"
