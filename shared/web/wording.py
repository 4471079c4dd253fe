"""What is kept in English sentences, said in the language of whoever reads it."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from shared.db.resource import Resource, Row
from shared.i18n.languages import DEFAULT, language_of
from shared.web.params import Request
from shared.web.problems import kept_in

Shape = Callable[[Row], dict[str, Any]]


def language_for(resource: Resource, request: Request) -> str:
    """Return the language in which this request is told what the resource keeps in sentences."""
    return language_of(request.headers.get("accept-language")) if resource.worded else DEFAULT


def headers_for(resource: Resource, language: str) -> dict[str, str]:
    """Return the headers that say so; none where the resource keeps no sentences."""
    return {"Content-Language": language, "Vary": "Authorization, Accept-Language"} if resource.worded else {}


def worded(shape: Shape, resource: Resource, language: str) -> Shape:
    """Return what makes representations in this language, from what makes them in English."""
    if language == DEFAULT or not resource.worded:
        return shape

    def told(row: Row) -> dict[str, Any]:
        shown = shape(row)
        for name in resource.worded:
            if shown.get(name) is not None:
                shown[name] = kept_in(language, _read(row, resource, name))
        return shown

    return told


def _read(row: Row, resource: Resource, name: str) -> str | Mapping[str, Any]:
    """Return what a row keeps: a problem, read from the text in which documents are fetched, or a sentence."""
    kept: Any = row[name]
    if resource.worded[name] == "problem" and isinstance(kept, str):
        problem: Mapping[str, Any] = orjson.loads(kept)
        return problem
    found: str | Mapping[str, Any] = kept
    return found
