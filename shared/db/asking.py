"""Runs statements on a transaction's connection, in its tenant and view."""

from collections.abc import Mapping
from typing import Any

import asyncpg

from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.statements import Statement
from shared.errors import NotFound


class Asking:
    """What a transaction asks and does by statements that were built once."""

    __slots__ = ()

    connection: "asyncpg.Connection[Any]"
    caller: Caller
    viewer: str

    async def all(self, statement: Statement, /, **values: Any) -> list[Record]:
        """Run a statement and return its rows."""
        rows: list[Record] = await self.connection.fetch(statement.sql, *self._arguments(statement, values))
        return rows

    async def first(self, statement: Statement, /, **values: Any) -> Record | None:
        """Run a statement and return its first row, if any."""
        row: Record | None = await self.connection.fetchrow(statement.sql, *self._arguments(statement, values))
        return row

    async def one(self, statement: Statement, /, **values: Any) -> Record:
        """Run a statement and return its first row; raises NotFound when there is none."""
        row = await self.first(statement, **values)
        if row is None:
            raise NotFound()
        return row

    async def value(self, statement: Statement, /, **values: Any) -> Any:
        """Run a statement and return the first column of its first row, or None."""
        row = await self.first(statement, **values)
        return None if row is None else next(iter(row.values()))

    async def run(self, statement: Statement, /, **values: Any) -> int:
        """Run a statement for its effect and return how many rows it touched."""
        status = await self.connection.execute(statement.sql, *self._arguments(statement, values))
        return int(status.rsplit(" ", 1)[-1]) if status[-1].isdigit() else 0

    def _arguments(self, statement: Statement, values: Mapping[str, Any]) -> list[Any]:
        return statement.arguments({"tenant_id": self.caller.tenant_id, "viewer": self.viewer, **values})
