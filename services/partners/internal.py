"""How sister services ask: with an internal token, for one object of the tenant they name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from shared.db.filters import InvalidParameter
from shared.db.pool import Database
from shared.db.tx import Tx, transaction
from shared.errors import Fault
from shared.events.inbox import system_caller
from shared.web.params import Request


def parameters(*names: str) -> list[dict[str, Any]]:
    """Return the declaration of the query parameters of an internal route."""
    return [{"name": name, "in": "query", "required": True, "schema": {"type": "string"}} for name in names]


def given(request: Request, name: str) -> str:
    """Return a query parameter; raises InvalidParameter without it."""
    value = request.query.get(name)
    if not value:
        raise InvalidParameter(errors=[Fault(name, "required", "This parameter is required.")])
    return value


@asynccontextmanager
async def looking_up(database: Database, request: Request, *, now: datetime, action: str) -> AsyncIterator[Tx]:
    """Open a transaction of the machinery in the tenant that the request names."""
    caller = system_caller(given(request, "tenant"), mode="live")
    async with transaction(database, caller=caller, viewer="*", now=now, action=action, engine=True) as tx:
        yield tx
