"""Telling deals of a conversion at once, so that the deal is there when the partner is answered.

What deals does not confirm in time goes on as an operation: it tells deals again until the deal is there, whichever of the two
brings it, this or the feed.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from shared import logs
from shared.db.afterwards import Afterwards
from shared.db.pool import Record
from shared.db.tx import Tx, transaction
from shared.errors import Problem
from shared.events.envelope import Envelope
from shared.operations.commands import begin
from shared.operations.job import Job, Later, Result, Work
from shared.web.peer import Peer

PATIENCE_SECONDS: Final = 2.0
KIND: Final = "lead_conversion"
_PAUSE_SECONDS: Final = 1.0
_LOG = logs.logger("conversions")


async def deliver(envelope: Envelope, *, of: Tx) -> Afterwards | None:
    """Push the event through the seam; None when it was taken, else 202 and the operation that ends when it was.

    `of` is the transaction that has converted the lead, and has committed.
    """
    if await _is_taken(envelope.as_json(), to=of.database.peers["deals"]):
        return None
    async with transaction(
        of.database,
        caller=of.caller,
        viewer=of.viewer,
        now=of.now,
        action=of.action,
        request_id=of.request_id,
        own=of.own,
    ) as tx:
        row = await _begun(tx, envelope)
    return Afterwards(202, {"Location": f"/v1/operations/{row['id']}"})


async def _begun(tx: Tx, envelope: Envelope) -> Record:
    arguments = {"deal_id": envelope.data["deal_id"], "envelope": envelope.as_json()}
    return await begin(tx, kind=KIND, arguments=arguments, total=1, unit="deals", cancellable=False)


async def _tell_again(job: Job) -> Result:
    """Tell deals until it confirms; what it knows from the feed by then it confirms as well."""
    if job.checkpoint is None:
        if not await _is_taken(job.arguments["envelope"], to=job.runtime.database.peers["deals"]):
            raise Later(_PAUSE_SECONDS)
        async with job.step():
            job.progress(done=1, checkpoint="told")
    return Result("deal", job.arguments["deal_id"], "deals")


async def _is_taken(envelope: Mapping[str, Any], *, to: Peer) -> bool:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            answer = await to.post("/internal/lead-conversions", envelope)
    except (Problem, TimeoutError, OSError) as error:
        _LOG.warning("conversion not confirmed yet", event_id=envelope["id"], error=repr(error)[:300])
        return False
    if answer.status >= 300:
        _LOG.warning("conversion not confirmed yet", event_id=envelope["id"], status=answer.status)
        return False
    return True


WORK: Final = Work(KIND, _tell_again)
