"""Lists of a noun that every service has its part of: each is asked, as the caller and all at once."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from gateway.operations.rules import Shown, first_of, place
from shared import logs
from shared.db.read import MOST_COUNTED, Read
from shared.db.resource import Resource
from shared.errors import Unauthenticated, Unavailable
from shared.web.json import dumps
from shared.web.params import Request
from shared.web.peer import Answer, Peer
from shared.web.reply import PRIVATE, Reply
from shared.web.representation import link_to_next, wanted_of
from shared.web.wording import headers_for, language_for, worded

_LOG = logs.logger("operations")
SECONDS: Final = 2.0


async def listed(read: Read, request: Request, resource: Resource, *, peers: Mapping[str, Peer]) -> Reply:
    """Return a page of the gateway's own rows and those of the services; those that give no answer in time are named."""
    wanted = wanted_of(resource, request.query)
    own = await read.page(resource, request.query)
    asked = await answers(
        peers,
        request.path,
        query=_with_place(request.query),
        authorization=_authorization(request),
        languages=request.headers.get("accept-language", ""),
    )
    pages = [each for each in asked.values() if each is not None]
    language = language_for(resource, request)
    shape = worded(resource.shaper(read.caller), resource, language)
    mine = [_as_sent(shape(row)) for row in own.rows]
    limit, sort = int(request.query.get("limit", "50")), request.query.get("sort", "-created_at")
    shown = first_of([mine, *(each["data"] for each in pages)], limit=limit, descending=sort.startswith("-"))
    total = len(mine) + sum(len(each["data"]) for each in pages)
    more = total > len(shown) or own.next_cursor is not None or any(each["has_more"] for each in pages)
    cursor = read.cursor_after(resource, request.query, *place(shown[-1])) if more and shown else None
    document = {
        "object": "list",
        "data": [row if wanted is None else _sparse(row, {*wanted, "object", "id"}) for row in shown],
        "has_more": cursor is not None,
        "next_cursor": cursor,
        "unavailable": [name for name, each in asked.items() if each is None],
    }
    links = {"Link": link_to_next(request, cursor)} if cursor else {}
    return Reply.json(document, headers={**PRIVATE, **headers_for(resource, language), **links})


async def counted(read: Read, request: Request, resource: Resource, *, peers: Mapping[str, Peer]) -> Reply:
    """Return how many rows there are in all; raises Unavailable when a service gives no answer in time."""
    own = await read.count(resource, request.query)
    asked = await answers(peers, request.path, query=request.query, authorization=_authorization(request))
    found = [each for each in asked.values() if each is not None]
    if len(found) < len(asked):
        raise Unavailable(headers={"Retry-After": "1"})
    count = own + sum(each["count"] for each in found)
    capped = count > MOST_COUNTED or any(each["capped"] for each in found)
    document = {"object": "count", "count": min(count, MOST_COUNTED), "capped": capped}
    return Reply.json(document, headers=dict(PRIVATE))


async def answers(
    peers: Mapping[str, Peer],
    path: str,
    *,
    query: Mapping[str, str],
    authorization: str,
    languages: str = "",
    seconds: float = SECONDS,
) -> dict[str, Mapping[str, Any] | None]:
    """Return what each service answers the caller, by its name, None where there is no answer within the time."""
    asked = urlencode(query)
    found = await asyncio.gather(
        *(
            _answer(name, peer, path, asked, authorization, languages=languages, seconds=seconds)
            for name, peer in peers.items()
        )
    )
    return dict(zip(peers, found, strict=True))


async def _answer(
    name: str, peer: Peer, path: str, query: str, authorization: str, *, languages: str, seconds: float
) -> Mapping[str, Any] | None:
    try:
        async with asyncio.timeout(seconds):
            return _read(await peer.get_as(authorization, path, query=query, languages=languages))
    except (Unavailable, OSError, TimeoutError) as error:
        _LOG.warning("operations not listed", service=name, error=type(error).__name__)
        return None


def _read(answer: Answer) -> Mapping[str, Any]:
    if answer.status == 401:
        raise Unauthenticated()
    if answer.status != 200:
        raise Unavailable()
    document: Mapping[str, Any] = answer.json()
    return document


def _authorization(request: Request) -> str:
    return request.headers.get("authorization", "")


def _with_place(query: Mapping[str, str]) -> dict[str, str]:
    """Return the query as services are asked it: rows are put in order by a member that it may leave out."""
    return {**query, "fields": f"{query['fields']},created_at"} if "fields" in query else dict(query)


def _as_sent(row: Mapping[str, Any]) -> Shown:
    """Return a row of our own as those of the services arrive."""
    sent: Shown = orjson.loads(dumps(row))
    return sent


def _sparse(row: Shown, wanted: Collection[str]) -> Shown:
    return {name: value for name, value in row.items() if name in wanted}
