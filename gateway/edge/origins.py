"""Cross-origin requests of portals in browsers (the Fetch standard's CORS protocol).

Callers are known by their tokens alone and no browser attaches one by itself, so any origin may be allowed; an operator
names the portals' own to keep others out.
"""

from collections.abc import Sequence
from typing import Final

from gateway.edge.answers import Fields

_METHODS: Final = b"GET, HEAD, POST, PUT, PATCH, DELETE"
_ACCEPTED: Final = (
    b"Authorization, Content-Type, Accept-Language, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, PRM-Tenant,"
    b" Request-Id, traceparent"
)
_EXPOSED: Final = (
    b"ETag, Link, Location, Content-Language, Deprecation, Idempotent-Replayed, RateLimit, RateLimit-Policy, Request-Id,"
    b" Retry-After, Sunset, WWW-Authenticate"
)
_REMEMBERED_SECONDS: Final = b"600"


class Origins:
    """The origins whose pages may read answers; `*` is every one."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._all = "*" in allowed
        self._allowed = frozenset(each.rstrip("/").lower().encode() for each in allowed)

    def headers(self, origin: bytes | None) -> Fields:
        """Return what lets a page of this origin read the answer; nothing for a request that comes from no page."""
        if origin is None:
            return []
        if self._all:
            return [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", _EXPOSED)]
        if origin.lower() not in self._allowed:
            return [(b"vary", b"Origin")]
        return [
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", _EXPOSED),
            (b"vary", b"Origin"),
        ]

    def preflight(self, origin: bytes | None) -> Fields:
        """Return the answer's headers to the question whether a request may be sent from a page."""
        allowed = self.headers(origin)
        if not any(name == b"access-control-allow-origin" for name, _ in allowed):
            return allowed
        return [
            *allowed,
            (b"access-control-allow-methods", _METHODS),
            (b"access-control-allow-headers", _ACCEPTED),
            (b"access-control-max-age", _REMEMBERED_SECONDS),
        ]
