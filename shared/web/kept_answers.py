"""Answers that were kept for a repetition are deleted when they are not given any more: what they say of people goes with them."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from shared import logs
from shared.db.pool import Database
from shared.web.idempotency import KEPT

_EVERY_SECONDS: Final = 3600.0
# So many that none of it takes long.
_AT_ONCE: Final = 5_000
_LOG: Final = logs.logger("kept answers")
_FORGET: Final = """
DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_keys WHERE created_at < $1 LIMIT $2))
"""


class KeptAnswers:
    """The answers that one service keeps, of all tenants."""

    def __init__(self, database: Database, *, wall: Callable[[], datetime]) -> None:
        self._database, self._wall = database, wall

    async def step(self) -> int:
        """Delete some of what is too old to be given again, and return how many that were."""
        async with self._database.as_worker(writes=True) as connection:
            status: str = await connection.execute(_FORGET, self._wall() - KEPT, _AT_ONCE)
        return int(status.removeprefix("DELETE "))

    async def run(self) -> None:
        """Delete what is too old, every hour until cancelled."""
        while True:
            try:
                more = await self.step() == _AT_ONCE
            except asyncio.CancelledError:
                raise
            except Exception as error:
                _LOG.warning("no answers forgotten this time", error=repr(error)[:200])
                more = False
            await asyncio.sleep(0 if more else _EVERY_SECONDS)
