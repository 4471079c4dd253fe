"""`GET /v1/search`."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from gateway.search.nouns import Searched, searched
from gateway.search.queries import MOST_OF_ONE, search
from gateway.search.rules import Found
from gateway.search.schemas import SearchResultsOut
from shared.auth.principal import Caller
from shared.db.filters import InvalidParameter
from shared.errors import Fault
from shared.search.filters import conditions_in, parameter
from shared.web.params import Http, Principal
from shared.web.peer import Peer
from shared.web.reply import PRIVATE, Reply
from shared.web.router import Router

_USUAL: Final = 20
_LARGEST: Final = 50
_QUERY: Final[list[dict[str, Any]]] = [
    {**parameter(), "required": True},
    {
        "name": "types",
        "in": "query",
        "required": False,
        "schema": {"type": "string", "maxLength": 500},
        "description": "Objects to search, such as `deal,partner`; all that the caller may read where it is left out.",
    },
    {
        "name": "limit",
        "in": "query",
        "required": False,
        "schema": {"type": "integer", "minimum": 1, "maximum": _LARGEST, "default": _USUAL},
        "description": f"The most results; where several objects are searched, at most {MOST_OF_ONE} of each.",
    },
]


def router(peers: Mapping[str, Peer]) -> Router:
    """Return the router of the search over the services that hold the objects."""
    noun = Router("search")

    @noun.get(permission="search:read", out=SearchResultsOut, query=_QUERY, cost=5)
    async def search_objects(request: Http, caller: Principal) -> Reply:
        """Find objects of any kind by the words of their names, in the caller's reach: what its lists would show it.

        First comes what has most of the words whole in its title, then what begins with them, then what changed last.
        """
        text, limit = request.query.get("q", ""), _limit(request.query.get("limit"))
        conditions_in(text)
        found = await search(
            _chosen(request.query.get("types"), caller),
            text,
            limit=limit,
            peers=peers,
            authorization=request.headers["authorization"],
        )
        document = {
            "object": "list",
            "data": [_shown(each) for each in found.found],
            "has_more": found.has_more,
            "unavailable": found.unavailable,
        }
        return Reply.json(document, headers=dict(PRIVATE))

    return noun


def _chosen(types: str | None, caller: Caller) -> Sequence[Searched]:
    every = searched()
    chosen = every.keys() if types is None else {part.strip() for part in types.split(",") if part.strip()}
    if chosen - every.keys():
        raise InvalidParameter(errors=[Fault("types", "unknown_object", "An object named here does not exist.")])
    return [each for name, each in every.items() if name in chosen and caller.may(each.permission)]


def _limit(text: str | None) -> int:
    if text is None:
        return _USUAL
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= _LARGEST):
        raise InvalidParameter(errors=[Fault("limit", "out_of_range", f"A whole number from 1 to {_LARGEST}.")])
    return int(text)


def _shown(each: Found) -> dict[str, Any]:
    return {
        "object": "search_result",
        "type": each.object,
        "id": each.id,
        "title": each.title,
        "subtitle": each.subtitle,
        "updated_at": each.updated_at,
        "href": each.href,
    }
