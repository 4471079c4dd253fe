"""Asks every service for its operations, as the caller and all at once."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from shared import logs
from shared.errors import Unauthenticated, Unavailable
from shared.web.peer import Answer, Peer

_LOG = logs.logger("operations")
SECONDS: Final = 2.0


async def answers(
    peers: Mapping[str, Peer], path: str, *, query: Mapping[str, str], authorization: str, seconds: float = SECONDS
) -> dict[str, Mapping[str, Any] | None]:
    """Return what each service answers the caller, by its name, None where there is no answer within the time."""
    asked = urlencode(query)
    found = await asyncio.gather(
        *(_answer(name, peer, path, asked, authorization, seconds=seconds) for name, peer in peers.items())
    )
    return dict(zip(peers, found, strict=True))


async def _answer(
    name: str, peer: Peer, path: str, query: str, authorization: str, *, seconds: float
) -> Mapping[str, Any] | None:
    try:
        async with asyncio.timeout(seconds):
            return _read(await peer.get_as(authorization, path, query=query))
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
