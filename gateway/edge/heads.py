"""Heads of forwarded messages: what is said of one connection stays on it, the rest goes through as it came.

Left out both ways are the hop-by-hop fields of RFC 9110, section 7.6.1, and whatever `Connection` names. `Forwarded` and
every `X-Forwarded-*` are taken from nobody and added for nobody: a service believes a token, not an address. `Host` is
the service's own, `Expect` is the edge's to answer, and the framing of a body is written anew, so that no two of its
fields can contradict each other.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

from shared.errors import BadRequest

Fields = list[tuple[bytes, bytes]]

_OF_ONE_CONNECTION: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
_OF_REQUESTS: Final = _OF_ONE_CONNECTION | {b"host", b"expect", b"content-length", b"forwarded", b"http2-settings"}
# The server that sends the answer on writes the date itself.
_OF_ANSWERS: Final = _OF_ONE_CONNECTION | {b"date"}
_WITHOUT_BODY: Final = _OF_ANSWERS | {b"content-length"}
_UNFIT: Final = re.compile(rb"[^\x21-\x7e]")
_DIGITS: Final = re.compile(rb"[0-9]{1,18}")


def request_head(scope: Any, *, host: bytes, prefix: bytes = b"") -> bytes:
    """Return request line and fields without the framing of a body and the last empty line; raises BadRequest."""
    fields: Fields = scope["headers"]
    target = _target(scope, prefix)
    lines = [scope["method"].encode("ascii") + b" " + target + b" HTTP/1.1\r\nhost: " + host]
    named = _named_by_connection(fields)
    for name, value in fields:
        if name not in _OF_REQUESTS and name not in named and not name.startswith(b"x-forwarded-"):
            lines.append(name + b": " + value)
    head = b"\r\n".join(lines)
    # A field with a line's end in it would be two; no server passes one on, but this does not rely on it.
    ends = len(lines)
    if head.count(b"\n") != ends or head.count(b"\r") != ends or b"\0" in head:
        raise BadRequest("A header cannot be read.")
    return head + b"\r\n"


def path_sent(scope: Mapping[str, Any]) -> bytes:
    """Return the path of a request as it was sent."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return raw.partition(b"?")[0]


def _target(scope: Any, prefix: bytes) -> bytes:
    path = path_sent(scope)
    target: bytes = prefix + path
    if scope["query_string"]:
        target += b"?" + scope["query_string"]
    if not path.startswith(b"/") or _UNFIT.search(target) is not None:
        raise BadRequest("The path cannot be read.")
    return target


def declared_length(fields: Fields) -> int | None:
    """Return the length that a body says it has, None when it says none; raises BadRequest for a contradiction."""
    lengths = {value.strip() for name, value in fields if name == b"content-length"}
    if not lengths or any(name == b"transfer-encoding" for name, _ in fields):
        return None
    [length] = lengths if len(lengths) == 1 else [b""]
    if _DIGITS.fullmatch(length) is None:
        raise BadRequest("Content-Length contradicts itself.")
    return int(length)


def answer_fields(fields: Fields, *, status: int) -> Fields:
    """Return the fields of an answer to be sent on; a 204 or 304 has no length."""
    left_out = _WITHOUT_BODY if status in (204, 304) else _OF_ANSWERS
    named = _named_by_connection(fields)
    if named:
        left_out = left_out | named
    return [each for each in fields if each[0] not in left_out]


def _named_by_connection(fields: Iterable[tuple[bytes, bytes]]) -> frozenset[bytes]:
    given = [value for name, value in fields if name == b"connection"]
    if not given:
        return frozenset()
    return frozenset(each.strip().lower() for each in b",".join(given).split(b","))
