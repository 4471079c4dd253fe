"""Another tenant inside a transaction: for the little that a tenant and its sandbox do in one step."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

import asyncpg

from shared.auth.principal import Caller
from shared.db.tx import Tx

_STAND: Final = "SELECT set_config('prm.tenant', $1, true)"


@asynccontextmanager
async def standing_in(tx: Tx, *, caller: Caller, now: datetime | None = None) -> AsyncIterator[Tx]:
    """Work in the tenant of another caller, inside a transaction that sees its own whole tenant; both commit together.

    The walls stay up: inside the block one sees the other tenant and nothing else, as the database enforces it.
    """
    if not tx.sees_tenant:
        raise RuntimeError("only the machinery works in two tenants at once")
    there = Tx(
        tx.database, tx.connection, caller, "*", now or tx.now, tx.action, tx.request_id, tx.reason, sees_tenant=True
    )
    there._after = tx._after
    await tx.connection.execute(_STAND, caller.tenant_id)
    try:
        yield there
        if await there.flush():

            async def wake() -> None:
                tx.database.wake()

            tx.after_commit(wake)
    finally:
        await _stand_back(tx)


async def _stand_back(tx: Tx) -> None:
    if tx.connection.is_closed():
        return
    try:
        await tx.connection.execute(_STAND, tx.tenant_id)
    except asyncpg.InFailedSQLTransactionError:
        # The transaction has failed already and will be rolled back, which ends the setting as well.
        return
