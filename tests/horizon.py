"""Where the logs of events can be read up to: a transaction that is open anywhere hides what came after it."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import asyncpg

from shared.web.app import App

_NEWEST = "(SELECT '{0}' AS source, epoch, xid, id FROM {0}.events ORDER BY epoch DESC, xid DESC, id DESC LIMIT 1)"
_READ = "SELECT '{0}' AS reader, source, epoch, xid, event_no FROM {0}.offsets"
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


async def behind(superuser: "asyncpg.Connection[Any]", services: Mapping[str, App]) -> list[tuple[str, str]]:
    """The services, each with a source, that have not read to the end of the source's log, in the order of both."""
    newest = await superuser.fetch(" UNION ALL ".join(map(_NEWEST.format, services)))
    read = await superuser.fetch(" UNION ALL ".join(map(_READ.format, services)))
    reached = {(reader, source): tuple(position) for reader, source, *position in read}
    last = {source: tuple(position) for source, *position in newest}
    pairs = [(name, source) for name, app in services.items() for source in app.state.background.consumers]
    return [pair for pair in pairs if pair[1] in last and reached.get(pair, (0, 0, 0)) < last[pair[1]]]
