"""What becomes of an endpoint's result: a row, a page, a model or nothing, as an answer with its headers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel

from shared.auth.principal import Caller
from shared.db.filters import InvalidParameter
from shared.db.read import Page
from shared.db.resource import Resource, Row
from shared.errors import Fault
from shared.i18n.languages import DEFAULT
from shared.web.conditional import etag, matches
from shared.web.params import Request
from shared.web.reply import PRIVATE, Reply
from shared.web.wording import headers_for, language_for, worded


@dataclass(frozen=True, slots=True)
class Representation:
    """How the results of one operation are shown."""

    resource: Resource | None
    status: int
    noun: str

    def reply(self, result: Any, request: Request, caller: Caller) -> Reply:
        """Return the answer; raises InvalidParameter when `fields` or `expand` names a member that does not exist."""
        if isinstance(result, Reply):
            return result
        if result is None:
            return Reply(204)
        if isinstance(result, BaseModel):
            return Reply(self.status, result.model_dump_json(by_alias=True).encode(), dict(PRIVATE))
        if self.resource is None:
            return Reply.json(result, status=self.status, headers=dict(PRIVATE))
        wanted = wanted_of(self.resource, request.query) if request.query else None
        if isinstance(result, Page):
            return _page(self.resource, result, request, caller, wanted)
        return self._one(self.resource, result, request, caller, wanted)

    def _one(
        self, resource: Resource, row: Row, request: Request, caller: Caller, wanted: frozenset[str] | None
    ) -> Reply:
        language = language_for(resource, request)
        shape = _shape(request.query) + (language if language != DEFAULT else "") + _kept_for_now(resource, row, caller)
        tag = etag(row["version"], caller, shape, request.headers.get("accept-encoding"))
        headers = {"ETag": tag, **PRIVATE, **headers_for(resource, language)}
        if self.status == 201 or (self.status == 202 and resource.noun):
            headers["Location"] = f"/v1/{resource.noun or self.noun}/{row['id']}"
        if request.method in ("GET", "HEAD") and matches(request.headers.get("if-none-match"), headers["ETag"]):
            return Reply(304, headers=headers)
        shown = worded(resource.shaper(caller, wanted), resource, language)
        return Reply.json(shown(row), status=self.status, headers=headers)


def _page(resource: Resource, page: Page, request: Request, caller: Caller, wanted: frozenset[str] | None) -> Reply:
    language = language_for(resource, request)
    shape = worded(resource.shaper(caller, wanted), resource, language)
    document = {
        "object": "list",
        "data": [shape(row) for row in page.rows],
        "has_more": page.next_cursor is not None,
        "next_cursor": page.next_cursor,
    }
    headers = {**PRIVATE, **headers_for(resource, language)}
    if page.next_cursor is not None:
        headers["Link"] = link_to_next(request, page.next_cursor)
    return Reply.json(document, headers=headers)


def link_to_next(request: Request, cursor: str) -> str:
    """Return the `Link` (RFC 8288) of the page that begins at a cursor."""
    same = _encoded(tuple((name, value) for name, value in request.query.items() if name != "cursor"))
    return f'<{request.path}?{same}cursor={cursor}>; rel="next"'


@lru_cache(maxsize=1024)
def _encoded(pairs: tuple[tuple[str, str], ...]) -> str:
    return f"{urlencode(pairs)}&" if pairs else ""


def wanted_of(resource: Resource, query: Mapping[str, str]) -> frozenset[str] | None:
    """Return the members to show, None for all; raises InvalidParameter for one that does not exist.

    What is expanded is always shown: the gateway goes by the ids.
    """
    expanded = _named(query, "expand", known=resource.expands) if "expand" in query else frozenset[str]()
    if "fields" not in query:
        return None
    return expanded | _named(query, "fields", known={*resource.names, "object"})


def _named(query: Mapping[str, str], parameter: str, *, known: Collection[str]) -> frozenset[str]:
    names = frozenset(query[parameter].split(","))
    if names - set(known):
        raise InvalidParameter(errors=[Fault(parameter, "unknown_field", "A member named here does not exist.")])
    return names


def _kept_for_now(resource: Resource, row: Row, caller: Caller) -> str:
    """Return what is kept from the caller now, where time or what happens elsewhere decides that: the version does not tell it."""
    return ",".join(resource.ruled_out(row, caller)) if resource.beside and resource.ruled_out is not None else ""


def _shape(query: Mapping[str, str]) -> str:
    """Return what the query says of the shape."""
    return "&".join(f"{name}={query[name]}" for name in ("fields", "expand") if name in query) if query else ""
