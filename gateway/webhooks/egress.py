"""Calls to addresses that customers name: the SSRF guard.

All addresses of a host are resolved once and every one must be public; the connection goes to an address that was
checked. No redirects are followed, no proxy settings of the environment are used, time and size are capped.
"""

import ipaddress
import socket
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

_TIMEOUT: Final = aiohttp.ClientTimeout(total=15.0, connect=5.0)
_LARGEST_ANSWER: Final = 64 * 1024
# RFC 4291 mapped, RFC 6052 NAT64, RFC 3056 6to4.
_CARRIERS: Final = tuple(ipaddress.IPv6Network(each) for each in ("::ffff:0:0/96", "64:ff9b::/96", "2002::/16"))


class ForbiddenTarget(Exception):
    """The address is not one that may be called from here."""


def is_public(address: str) -> bool:
    """Tell whether an IP address is on the public internet.

    Private, loopback, link-local, CGNAT, multicast and reserved ones are not, nor is any IPv6 form that carries an IPv4
    address inside (mapped, 6to4, NAT64), since it may lead back to one of those.
    """
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address) and any(parsed in carrier for carrier in _CARRIERS):
        return False
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved and not parsed.is_unspecified


class _Guard(AbstractResolver):
    """Resolves names and refuses the forbidden ones; aiohttp connects to what this returns."""

    def __init__(self, *, only_public: bool) -> None:
        self._inner = aiohttp.ThreadedResolver()
        self._only_public = only_public

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if self._only_public and not all(is_public(each["host"]) for each in found):
            raise ForbiddenTarget("the host name leads to an address that is not public")
        return found

    async def close(self) -> None:
        await self._inner.close()


class Egress:
    """Sends to customers' addresses. `only_public` is off on a developer's machine, where receivers are local."""

    def __init__(self, *, only_public: bool, timeout: aiohttp.ClientTimeout = _TIMEOUT) -> None:
        self._only_public, self._timeout = only_public, timeout
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, *, body: bytes, headers: dict[str, str]) -> int:
        """POST and return the status; raises ForbiddenTarget, aiohttp.ClientError or TimeoutError."""
        host = (urlsplit(url).hostname or "").strip("[]")
        # A literal address is not resolved, so the guard would not see it.
        literal = _literal(host)
        if self._only_public and literal is not None and not is_public(literal):
            raise ForbiddenTarget("the address is not public")
        async with self._client().post(url, data=body, headers=headers, allow_redirects=False) as answer:
            await answer.content.read(_LARGEST_ANSWER)
            return answer.status

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            settings: dict[str, Any] = {
                "resolver": _Guard(only_public=self._only_public),
                "limit": 50,
                "force_close": True,
            }
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(**settings), timeout=self._timeout, trust_env=False
            )
        return self._session


def _literal(host: str) -> str | None:
    """Return the address of a host written as one, in any notation that connects: 127.1, 0x7f000001, ::1; else None."""
    if ":" in host:
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return None
