"""Telling deals of a conversion at once, so that the deal is there when the partner is answered."""

import asyncio
from typing import Final

from shared import logs
from shared.errors import Problem
from shared.events.envelope import Envelope
from shared.web.peer import Peer

PATIENCE_SECONDS: Final = 2.0
_LOG = logs.logger("conversions")


async def deliver(envelope: Envelope, *, to: Peer) -> int | None:
    """Push the event through the seam; None when it was taken, 202 when it was not, since the feed will bring it."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            answer = await to.post("/internal/lead-conversions", envelope.as_json())
    except (Problem, TimeoutError, OSError) as error:
        _LOG.warning("conversion will arrive by the feed", event_id=envelope.id, error=repr(error)[:300])
        return 202
    if answer.status >= 300:
        _LOG.warning("conversion will arrive by the feed", event_id=envelope.id, status=answer.status)
        return 202
    return None
