"""Migrations: Alembic over each service's schema, run by its owner role, one service after another.

A blocking advisory lock would deadlock with CREATE INDEX CONCURRENTLY, which waits for every open transaction, the
waiter's included; so a second runner polls for the lock instead.
"""

import asyncio
from typing import Any

import asyncpg
from alembic import context
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.revisions import folder_of
from shared.db.walls import roles_of

_WAIT_SECONDS = 120
# Alembic makes this table by itself; behind a wall like every other, it is the owner's alone.
_WALL_OF_VERSIONS = (
    "ALTER TABLE alembic_version ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE alembic_version FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS owner ON alembic_version",
    "CREATE POLICY owner ON alembic_version TO {owner} USING (true) WITH CHECK (true)",
)


def configuration(service: str) -> Config:
    """Return Alembic's configuration for a service."""
    config = Config()
    config.set_main_option("script_location", str(folder_of(service)).replace("%", "%%"))
    return config


async def migrate(owner_url: str, *, service: str, revision: str = "head") -> None:
    """Bring a service's schema to a revision; raises what the migration raised, with its changes undone."""
    connection = await asyncpg.connect(owner_url)
    try:
        await _take_turn(connection, service)
        engine = create_async_engine(
            "postgresql+asyncpg://",
            poolclass=pool.NullPool,
            async_creator=lambda: asyncpg.connect(
                owner_url,
                server_settings={"search_path": f"{service},public", "lock_timeout": "5s", "statement_timeout": "0"},
            ),
        )
        try:
            async with engine.connect() as migrating:
                await migrating.run_sync(_upgrade, service=service, revision=revision)
                for statement in _WALL_OF_VERSIONS:
                    await migrating.execute(text(statement.format(owner=roles_of(service)["owner"])))
                await migrating.commit()
        finally:
            await engine.dispose()
    finally:
        await connection.close()


async def _take_turn(connection: Any, service: str) -> None:
    for _ in range(_WAIT_SECONDS * 5):
        if await connection.fetchval("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", f"prm migrate {service}"):
            return
        await asyncio.sleep(0.2)
    raise TimeoutError(f"another migration of {service} has been running for {_WAIT_SECONDS} seconds")


def _upgrade(connection: Connection, *, service: str, revision: str) -> None:
    script = ScriptDirectory.from_config(configuration(service))

    def steps(current: Any, _: Any) -> Any:
        return script._upgrade_revs(revision, current)

    with EnvironmentContext(configuration(service), script, fn=steps, destination_rev=revision) as environment:
        environment.configure(
            connection=connection, version_table_schema=service, transaction_per_migration=True, fn=steps
        )
        with environment.begin_transaction():
            environment.run_migrations()


def run_env(metadata: MetaData, *, service: str) -> None:
    """Serve Alembic's own command line (`alembic -x url=...`): one call from each service's env.py."""
    url = context.get_x_argument(as_dictionary=True)["url"]

    async def online() -> None:
        engine = create_async_engine(
            "postgresql+asyncpg://", poolclass=pool.NullPool, async_creator=lambda: asyncpg.connect(url)
        )
        async with engine.connect() as connection:
            await connection.run_sync(_online, metadata=metadata, service=service)
            await connection.commit()
        await engine.dispose()

    asyncio.run(online())


def _online(connection: Connection, *, metadata: MetaData, service: str) -> None:
    connection.execute(text(f"SET search_path TO {service}, public"))
    context.configure(connection=connection, target_metadata=metadata, version_table_schema=service)
    with context.begin_transaction():
        context.run_migrations()
