"""What of a request is kept. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import orjson

from shared.values.ids import is_id

KEPT: Final = timedelta(days=30)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"})
_PRODUCT: Final = re.compile(r"[A-Za-z0-9._+-]{1,40}(/[0-9][0-9A-Za-z.+-]{0,20})?")
_MOST_POINTERS: Final = 20
_LONGEST_POINTER: Final = 200


@dataclass(frozen=True, slots=True)
class Named:
    """What a request was for: the path as the specification has it, its operation and noun, and the object it named."""

    path: str | None = None
    operation: str | None = None
    noun: str | None = None
    subject: str | None = None


class Operations:
    """Finds the operation of a request in the specifications."""

    def __init__(self, specifications: Mapping[str, Mapping[str, Any]]) -> None:
        self._known: dict[tuple[str, int], list[tuple[tuple[str, ...], str, str]]] = {}
        for method, path, name in _operations(specifications):
            segments = tuple(path.split("/")[1:])
            self._known.setdefault((method, len(segments)), []).append((segments, path, name))
        for each in self._known.values():
            # A path that is spelled out comes before one with a value in its place.
            each.sort(key=lambda known: [segment.startswith("{") for segment in known[0]])

    def named(self, method: str, path: str) -> Named:
        """Return what is known of a request; nothing that was sent in a path but the id of an object."""
        segments = tuple(path.split("/")[1:])
        for known, template, name in self._known.get(("GET" if method == "HEAD" else method, len(segments)), ()):
            pairs = list(zip(known, segments, strict=True))
            if all(wanted == given or wanted.startswith("{") for wanted, given in pairs):
                ids = (given for wanted, given in pairs if wanted == "{id}" and is_id(given))
                return Named(template, name, known[1] if len(known) > 1 else known[0], next(ids, None))
        return Named()


def _operations(specifications: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    for specification in specifications.values():
        for path, operations in specification["paths"].items():
            for method, operation in operations.items():
                yield method.upper(), path, operation["operationId"]


def method_of(method: str) -> str:
    """Return a method of the API, or what stands for any that is none."""
    return method if method in _METHODS else "OTHER"


def refusal(body: bytes) -> tuple[str | None, list[str]]:
    """Return the code of the problem in an answer and the places it names; nothing of an answer that is no problem."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None, []
    if not isinstance(document, dict) or "code" not in document:
        return None, []
    places = [each["pointer"][:_LONGEST_POINTER].replace("\0", "") for each in document.get("errors", ())]
    return document["code"], places[:_MOST_POINTERS]


def agent(header: str | None) -> str | None:
    """Return the first product that a client names itself as (RFC 9110, section 10.1.5), if it is a plain one."""
    found = _PRODUCT.match(header or "")
    return found[0] if found else None
