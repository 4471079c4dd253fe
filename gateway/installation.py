"""Work on the installation as a whole: machinery tables of all tenants, before it is known whose request this is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from shared.db.pool import Database


@asynccontextmanager
async def across_tenants(database: Database) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """Return a connection as the worker role, which sees credentials and keys and no business table."""
    async with database.pool.acquire() as connection:
        await connection.execute(f"BEGIN; SET LOCAL ROLE {database.roles['worker']}")
        try:
            yield connection
            await connection.execute("COMMIT")
        except BaseException:
            if not connection.is_closed():
                await connection.execute("ROLLBACK")
            raise
