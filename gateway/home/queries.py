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


def filter_of(item: Item, *, caller: Caller, now: datetime) -> str:
    """Return the query that lists what an item counts, as of this instant."""
    query = {"status": ",".join(item.status)}
    if item.within is not None:
        column, ahead = item.within
        until = now + ahead
        query[f"{column}[lte]"] = f"{until:%Y-%m-%d}" if column.endswith("_on") else f"{until:%Y-%m-%dT%H:%M:%SZ}"
    if item.whose == "account_id":
        query["account_id"] = caller.account_id
    elif item.whose and caller.partner_id is not None:
        query["partner_id"] = caller.partner_id
    return urlencode(query, safe=",[]:")


async def counts(
    asked: Mapping[Item, str], *, peers: Mapping[str, Peer], authorization: str, seconds: float = SECONDS
) -> dict[str, Mapping[str, Any] | None]:
    """Return the count of each item, with the filter asked, by its code; None where the service gave none within the time."""
    found = await asyncio.gather(
        *(_count(each, peers[each.service], authorization, query, seconds=seconds) for each, query in asked.items())
    )
    return {each.code: count for each, count in zip(asked, found, strict=True)}


async def _count(item: Item, peer: Peer, authorization: str, query: str, *, seconds: float) -> Mapping[str, Any] | None:
    try:
        async with asyncio.timeout(seconds):
            answer = await peer.get_as(authorization, f"/v1/{item.noun}/count", query=query)
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
