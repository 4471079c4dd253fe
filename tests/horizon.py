"""Where the logs of events can be read up to: a transaction that is open anywhere hides what came after it."""

import asyncio
from collections.abc import Iterable
from typing import Any

import asyncpg

# Asked of the newest event alone, which the index finds: the logs grow with each test.
_NEWEST_IS_HIDDEN = (
    "coalesce((SELECT xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM {}.events"
    " ORDER BY epoch DESC, xid DESC LIMIT 1), false)"
)


async def held_back(superuser: "asyncpg.Connection[Any]", services: Iterable[str]) -> bool:
    """Tell whether a transaction elsewhere on the server hides events that are committed, and give it a moment to end."""
    hidden: bool = await superuser.fetchval(f"SELECT {' OR '.join(map(_NEWEST_IS_HIDDEN.format, services))}")
    if hidden:
        await asyncio.sleep(0.002)
    return hidden
