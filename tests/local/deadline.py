"""Waiting for something that happens by itself, for no longer than it may take."""

import asyncio
from collections.abc import Callable

from shared import clock


async def eventually(holds: Callable[[], bool], *, within: float = 10.0) -> None:
    """Return as soon as the condition holds; AssertionError when it does not within so many seconds."""
    until = clock.monotonic() + within
    while not holds():
        assert clock.monotonic() < until, f"did not happen within {within} s"
        await asyncio.sleep(0.005)
