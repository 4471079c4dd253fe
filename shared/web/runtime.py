"""What the operations of one service share while it runs."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from shared import clock
from shared.auth.principal import Caller
from shared.auth.tokens import Verifier
from shared.db.cursors import CursorKey
from shared.db.pool import Database
from shared.db.read import Read
from shared.db.statements import TENANT, Statement


@dataclass(slots=True)
class Runtime:
    """The running service: its database, its judge of tokens, its clock."""

    database: Database
    verifier: Verifier
    internal_verifier: Verifier
    cursors: CursorKey
    wall: Callable[[], datetime] = clock.now
    writing: set[asyncio.Future[Any]] = field(default_factory=set)
    _offset: Statement | None = None

    async def business_time(self, caller: Caller) -> datetime:
        """Return the time on the tenant's own clock; only a test tenant's differs from the wall clock."""
        wall = self.wall()
        if caller.mode != "test":
            return wall
        if self._offset is None:
            clocks = self.database.tables.clocks
            self._offset = Statement(select(clocks.c.offset_seconds).where(clocks.c.tenant_id == TENANT))
        row = await Read(self.database, caller, "*", wall, self.cursors).first(self._offset)
        return clock.business_time(0 if row is None else row["offset_seconds"], wall=wall)
