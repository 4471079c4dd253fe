"""Revoking: stored with the transaction that takes the right away, in force in this process at its commit."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import asyncpg

from shared import clock
from shared.auth.revocations import KEPT_SECONDS
from shared.db.pool import Database
from shared.db.tx import Tx

if TYPE_CHECKING:
    from gateway.tokens.issuer import Issuer

_KEPT: Final = timedelta(seconds=KEPT_SECONDS)
# Positions are handed out under this lock, so that a reader which has seen one has seen every lower one.
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('prm revocations', 0))"
_INSERT: Final = "INSERT INTO revocations (revoked_id, until) SELECT id, $2 FROM unnest($1::text[]) AS id"


async def revoke(tx: Tx, issuer: "Issuer", ids: Sequence[str]) -> None:
    """Refuse every token of these sessions, accounts or clients: here at the commit, elsewhere within seconds."""
    if not ids:
        return
    until = clock.now() + _KEPT
    await store(tx.connection, ids, until=until)

    async def apply() -> None:
        for each in ids:
            issuer.revoked.add(each, until.timestamp())

    tx.after_commit(apply)


async def store(connection: "asyncpg.Connection[Any]", ids: Iterable[str], *, until: datetime) -> None:
    """Store what is revoked in an open transaction: every process hears of it within seconds of the commit, this one too."""
    await connection.execute(_LOCK)
    await connection.execute(_INSERT, list(ids), until)


async def forget_expired(database: Database) -> None:
    """Delete what no living token can bear any more; the newest row stays, since it holds the position."""
    async with database.as_worker(writes=True) as connection:
        await connection.execute(
            "DELETE FROM revocations WHERE until < $1 AND position < (SELECT max(position) FROM revocations)",
            clock.now(),
        )
