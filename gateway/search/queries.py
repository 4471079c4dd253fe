"""Asks the services for what a caller searches, as the caller and all at once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from gateway.search.nouns import Searched
from gateway.search.rules import Found, ranked
from shared import logs
from shared.errors import Unauthenticated, Unavailable
from shared.search.words import asked_for, words_of
from shared.web.peer import Answer, Peer

_LOG = logs.logger("search")
# Whoever types waits for the slowest service, and not longer than this.
SECONDS: Final = 2.0
MOST_OF_ONE: Final = 10
"""Where several objects are searched, so many of each are shown at most, so that none crowds out the others."""


@dataclass(frozen=True, slots=True)
class Results:
    """What was found, best first, whether there is more, and the objects that could not be searched."""

    found: list[Found]
    has_more: bool
    unavailable: list[str]


async def search(
    lists: Sequence[Searched],
    text: str,
    *,
    limit: int,
    peers: Mapping[str, Peer],
    authorization: str,
    seconds: float = SECONDS,
) -> Results:
    """Return what the caller finds in these lists; raises Unavailable when none of them answers within the time."""
    most = limit if len(lists) == 1 else min(limit, MOST_OF_ONE)
    pages = await asyncio.gather(
        *(_page(each, text, most, peers[each.service], authorization, seconds=seconds) for each in lists)
    )
    silent = [each.object for each, page in zip(lists, pages, strict=True) if page is None]
    if silent and len(silent) == len(lists):
        raise Unavailable(headers={"Retry-After": "1"})
    answered = [(each, page) for each, page in zip(lists, pages, strict=True) if page is not None]
    found = ranked(
        (_found(each, row) for each, page in answered for row in page["data"]), asked_for(text), words_of=words_of
    )
    has_more = len(found) > limit or any(page["has_more"] for _, page in answered)
    return Results(found[:limit], has_more, silent)


async def _page(
    each: Searched, text: str, most: int, peer: Peer, authorization: str, *, seconds: float
) -> Mapping[str, Any] | None:
    """Return the first page of a list, None where there is no answer."""
    query = urlencode({"q": text, "limit": most, "fields": each.fields})
    try:
        async with asyncio.timeout(seconds):
            return _read(await peer.get_as(authorization, each.path, query=query))
    except (Unavailable, OSError, TimeoutError) as error:
        _LOG.warning("not searched", object=each.object, service=each.service, error=type(error).__name__)
        return None


def _read(answer: Answer) -> Mapping[str, Any]:
    if answer.status == 403:
        return {"data": [], "has_more": False}
    if answer.status == 401:
        raise Unauthenticated()
    if answer.status != 200:
        raise Unavailable()
    document: Mapping[str, Any] = answer.json()
    return document


def _found(each: Searched, row: Mapping[str, Any]) -> Found:
    return Found(
        object=each.object,
        id=row["id"],
        title=each.title_of(row),
        subtitle=each.subtitle_of(row),
        updated_at=row["updated_at"],
        href=f"{each.path}/{row['id']}",
    )
