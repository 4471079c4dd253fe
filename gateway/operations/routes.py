"""`/v1/operations`: the list over all services. Single ones say by their id whose they are; the edge sends them there."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import orjson

from gateway.metadata import PLUMBING
from gateway.operations.queries import answers
from gateway.operations.rules import Shown, first_of, place
from shared.db.read import MOST_COUNTED
from shared.errors import Unavailable
from shared.operations.routes import router as single_router
from shared.operations.schemas import OperationListOut
from shared.web.json import dumps
from shared.web.models import CountOut
from shared.web.params import Http, Read, Request
from shared.web.peer import Peer
from shared.web.reply import PRIVATE, Reply
from shared.web.representation import link_to_next, wanted_of
from shared.web.router import Router

OPERATIONS: Final = PLUMBING.operations.resource
_PATH: Final = "/v1/operations"


def router(peers: Mapping[str, Peer]) -> Router:
    """Return every operation of the noun, over the gateway's own and those of the services named."""
    noun = single_router(PLUMBING.operations)

    @noun.get(permission=OPERATIONS.permission, listing=OPERATIONS, out=OperationListOut)
    async def list_operations(read: Read, request: Http) -> Reply:
        """Operations of all services that the caller may see, newest first.

        A service that gives no answer in time is named in `unavailable`: ask again from the same cursor for what it has.
        """
        wanted = wanted_of(OPERATIONS, request.query)
        own = await read.page(OPERATIONS, request.query)
        asked = await answers(peers, _PATH, query=_with_place(request.query), authorization=_authorization(request))
        pages = [each for each in asked.values() if each is not None]
        mine = [_as_sent(OPERATIONS.shape(row, caller=read.caller)) for row in own.rows]
        limit, sort = int(request.query.get("limit", "50")), request.query.get("sort", "-created_at")
        shown = first_of([mine, *(each["data"] for each in pages)], limit=limit, descending=sort.startswith("-"))
        total = len(mine) + sum(len(each["data"]) for each in pages)
        more = total > len(shown) or own.next_cursor is not None or any(each["has_more"] for each in pages)
        cursor = read.cursor_after(OPERATIONS, request.query, *place(shown[-1])) if more and shown else None
        document = {
            "object": "list",
            "data": [row if wanted is None else _sparse(row, {*wanted, "object", "id"}) for row in shown],
            "has_more": cursor is not None,
            "next_cursor": cursor,
            "unavailable": [name for name, each in asked.items() if each is None],
        }
        links = {"Link": link_to_next(request, cursor)} if cursor else {}
        return Reply.json(document, headers={**PRIVATE, **links})

    @noun.get("/count", permission=OPERATIONS.permission, out=CountOut, query=OPERATIONS.filter_parameters())
    async def count_operations(read: Read, request: Http) -> Reply:
        """How many the list has, with the same filters; a 503 when a service gives no answer in time."""
        own = await read.count(OPERATIONS, request.query)
        asked = await answers(peers, f"{_PATH}/count", query=request.query, authorization=_authorization(request))
        counted = [each for each in asked.values() if each is not None]
        if len(counted) < len(asked):
            raise Unavailable(headers={"Retry-After": "1"})
        count = own + sum(each["count"] for each in counted)
        capped = count > MOST_COUNTED or any(each["capped"] for each in counted)
        document = {"object": "count", "count": min(count, MOST_COUNTED), "capped": capped}
        return Reply.json(document, headers=dict(PRIVATE))

    return noun


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
