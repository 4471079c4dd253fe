"""`expand=`: an answer of a service, with the objects that its members name put beside them.

Each object is asked of the service that owns it: by the list of its noun, as the same caller. So permission and walls are
the owner's own, and what the caller may not see is null, as is what does not exist. A service that does not answer makes
the whole a 503: a null would say what nobody knows. Objects of one noun are asked for together, up to 200 at a time.
"""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

import orjson

from gateway.edge.heads import path_sent
from gateway.edge.table import RoutingTable
from shared.errors import Unauthenticated, Unavailable
from shared.web.conditional import matches
from shared.web.peer import ASGI, Answer, call
from shared.web.reply import Reply

_MOST_IDS: Final = 200
# What the caller says of itself and of how it wants to be answered, which goes for the objects as well.
_CALLERS: Final = frozenset({"authorization", "request-id", "accept-language", "traceparent"})
# What belongs to the one answer as the service has sent it.
_OF_THE_PLAIN: Final = frozenset({"content-type", "content-length", "request-id", "etag", "x-content-type-options"})

Row = dict[str, Any]


class Expansion:
    """Asks services for answers and for the objects beside them."""

    def __init__(self, table: RoutingTable, upstreams: Mapping[str, ASGI]) -> None:
        self._table, self._upstreams = table, upstreams

    def wanted(self, path: str, query: bytes) -> dict[str, str]:
        """Return the members that a request wants expanded, with the nouns of their objects; empty for most requests."""
        if b"expand=" not in query:
            return {}
        allowed = self._table.expansions(path)
        named = parse_qs(query.decode("latin-1")).get("expand", [""])[0]
        return {member: allowed[member] for part in named.split(",") if (member := part.strip()) in allowed}

    async def reply(self, scope: Mapping[str, Any], *, owner: str, members: Mapping[str, str]) -> Reply:
        """Return the answer to a read with its members expanded, or the service's refusal; raises Unavailable."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        known = headers.pop("if-none-match", None)
        headers.pop("content-length", None)
        query = scope["query_string"].decode("latin-1")
        answer = await call(
            self._upstreams[owner], "GET", path_sent(scope).decode("latin-1"), query=query, headers=headers
        )
        kept = {name: value for name, value in answer.headers.items() if name not in _OF_THE_PLAIN}
        if answer.status != 200:
            return Reply(answer.status, answer.body, kept, answer.headers.get("content-type", "application/json"))
        document = answer.json()
        rows = document["data"] if document.get("object") == "list" else [document]
        await self._expand(rows, members, {name: value for name, value in headers.items() if name in _CALLERS})
        body = orjson.dumps(document)
        if "etag" in answer.headers:
            kept["ETag"] = _etag(answer.headers["etag"], body)
            if matches(known, kept["ETag"]):
                return Reply(304, headers=kept)
        return Reply(200, body, kept)

    async def _expand(self, rows: Iterable[Row], members: Mapping[str, str], headers: dict[str, str]) -> None:
        named: dict[str, set[str]] = {noun: set() for noun in members.values()}
        for row in rows:
            for member, noun in members.items():
                if row[member] is not None:
                    named[noun].add(row[member])
        lists = await asyncio.gather(*(self._objects(noun, sorted(ids), headers) for noun, ids in named.items()))
        found = dict(zip(named, lists, strict=True))
        for row in rows:
            row["expanded"] = {member: found[noun].get(row[member]) for member, noun in members.items()}

    async def _objects(self, noun: str, ids: list[str], headers: dict[str, str]) -> dict[str, Row]:
        """Return the objects with these ids that the caller sees, by id."""
        parts = [ids[start : start + _MOST_IDS] for start in range(0, len(ids), _MOST_IDS)]
        answers = await asyncio.gather(*(self._list(noun, part, headers) for part in parts))
        return {row["id"]: row for answer in answers for row in answer}

    async def _list(self, noun: str, ids: list[str], headers: dict[str, str]) -> list[Row]:
        path = f"/v1/{noun}"
        owner = self._table.owner(path)
        assert owner is not None, f"nobody serves {noun}"
        query = urlencode({"id": ",".join(ids), "limit": _MOST_IDS})
        return _rows(await call(self._upstreams[owner], "GET", path, query=query, headers=headers))


def _rows(answer: Answer) -> list[Row]:
    if answer.status == 200:
        rows: list[Row] = answer.json()["data"]
        return rows
    if answer.status == 403:
        # Who may not read a noun at all sees none of its objects.
        return []
    if answer.status == 401:
        raise Unauthenticated()
    raise Unavailable(headers={"Retry-After": "1"})


def _etag(plain: str, body: bytes) -> str:
    """Return an ETag with the version of the plain one, good for If-Match, that changes with all that is shown."""
    version = plain.strip('"').partition(".")[0]
    return f'"{version}.{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
