"""Asks the services what awaits a caller, as the caller and all at once."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from gateway.home.items import ITEMS, Item
from shared import logs
from shared.auth.principal import Caller
from shared.errors import Unavailable
from shared.web.peer import Answer, Peer

_LOG = logs.logger("home")
# Whoever looks at a landing view waits for the slowest of its counts, and not longer than this.
SECONDS: Final = 2.0


def items_for(caller: Caller) -> list[Item]:
    """Return what can await this caller: of its side, and with the permission to act and to look."""
    return [
        each
        for each in ITEMS
        if each.side in (None, caller.kind) and caller.may(each.permission) and caller.may(each.to_read)
    ]


def filter_of(item: Item, *, now: datetime) -> str:
    """Return the query that lists what an item counts, as of this instant."""
    query = {"status": ",".join(item.status)}
    if item.within is not None:
        column, ahead = item.within
        query[f"{column}[lte]"] = (now + ahead).strftime("%Y-%m-%dT%H:%M:%SZ")
    return urlencode(query, safe=",[]:")


async def counts(
    items: list[Item], *, peers: Mapping[str, Peer], authorization: str, now: datetime, seconds: float = SECONDS
) -> dict[str, Mapping[str, Any] | None]:
    """Return the count of each item by its code, None where the service gave none within the time."""
    found = await asyncio.gather(
        *(_count(each, peers[each.service], authorization, now=now, seconds=seconds) for each in items)
    )
    return {each.code: count for each, count in zip(items, found, strict=True)}


async def _count(
    item: Item, peer: Peer, authorization: str, *, now: datetime, seconds: float
) -> Mapping[str, Any] | None:
    try:
        async with asyncio.timeout(seconds):
            answer = await peer.get_as(authorization, f"/v1/{item.noun}/count", query=filter_of(item, now=now))
    except (Unavailable, OSError, TimeoutError) as error:
        _LOG.warning("not counted", item=item.code, service=item.service, error=type(error).__name__)
        return None
    return _read(answer, item)


def _read(answer: Answer, item: Item) -> Mapping[str, Any] | None:
    if answer.status != 200:
        _LOG.warning("not counted", item=item.code, service=item.service, status=answer.status)
        return None
    document: Mapping[str, Any] = answer.json()
    return document
