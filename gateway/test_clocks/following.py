"""A clock that was advanced has arrived when every service goes by it: the work of that operation."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from shared.db.provision import SERVICES
from shared.errors import Unavailable
from shared.operations.job import Job, Later, Result, Work
from shared.web.peer import Peer

KIND: Final = "clock_advance"
_SECONDS: Final = 2.0
_PAUSE_SECONDS: Final = 0.25


async def follow(job: Job) -> Result:
    """Ask each service until it has stored the new offset and run the timers that have fallen due by it."""
    there = set(job.checkpoint or ())
    waiting = [each for each in SERVICES if each not in there]
    peers, query = job.runtime.database.peers, _query(job)
    followed = await asyncio.gather(*(_has_followed(peers[each], query) for each in waiting))
    arrived = {each for each, yes in zip(waiting, followed, strict=True) if yes}
    if arrived:
        async with job.step():
            job.progress(done=len(there | arrived), checkpoint=sorted(there | arrived))
    if len(there | arrived) < len(SERVICES):
        raise Later(_PAUSE_SECONDS)
    return Result("test_clock", job.arguments["clock_id"], "test-clocks")


def arguments(clock: Mapping[str, Any], *, until: datetime) -> dict[str, Any]:
    """Return what the work needs to know: which clock, as of which version, and the instant it was moved to."""
    return {"clock_id": clock["id"], "version": clock["version"], "until": until.isoformat()}


def _query(job: Job) -> str:
    known = {name: job.arguments[name] for name in ("version", "until")}
    return urlencode({"tenant": job.tenant_id, **known})


async def _has_followed(peer: Peer, query: str) -> bool:
    """A service that cannot be reached has not followed yet."""
    try:
        async with asyncio.timeout(_SECONDS):
            answer = await peer.get("/internal/clock", query=query)
    except (Unavailable, OSError, TimeoutError):
        return False
    return answer.status == 200 and bool(answer.json()["followed"])


WORK: Final = Work(KIND, follow)
