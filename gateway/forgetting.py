"""What opens and refuses nothing any more is deleted: at the start, and every hour after."""

import asyncio
from typing import Final

from gateway.authorizations.forgetting import forget_old as forget_codes
from gateway.credentials.throttle import forget_old as forget_attempts
from gateway.revocations.commands import forget_expired as forget_revocations
from shared import logs
from shared.db.pool import Database

_EVERY_SECONDS: Final = 3600.0
_LOG: Final = logs.logger("forgetting")


class Forgetting:
    """Deletes revocations, counts of failed sign-ins, and authorization codes that have had their time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def step(self) -> int:
        """Delete what is old now; tells that nothing has to follow at once."""
        await forget_revocations(self._database)
        await forget_attempts(self._database)
        await forget_codes(self._database)
        return 0

    async def run(self) -> None:
        """Delete what is old every hour until cancelled."""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            try:
                await self.step()
            except asyncio.CancelledError:
                raise
            except Exception as error:
                _LOG.warning("nothing forgotten this time", error=repr(error)[:200])
