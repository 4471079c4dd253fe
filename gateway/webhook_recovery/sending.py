"""Sending an endpoint again what it was to be told since a moment: the action, and the work of its operation.

An event has one delivery an endpoint, whose id of the event a receiver knows. What waits to be sent is left as it is, what
was sent is sent again, and what was never queued, as the endpoint was disabled or not there yet, is queued now.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, DateTime, Integer, Text, bindparam, exists, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

from gateway.eventlog.tables import public_event_audience, public_events
from gateway.metadata import PLUMBING
from gateway.webhooks import rules
from gateway.webhooks.commands import payload_of_event, queue, send_again
from gateway.webhooks.tables import webhook_deliveries, webhook_endpoints
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx, require_version
from shared.errors import Conflict, Fault, Invalid
from shared.operations.commands import begin as begin_operation
from shared.operations.job import Job, Later, Result, Work

KIND: Final = "webhook_recovery"
REACHES_BACK: Final = timedelta(days=90)
_EVENTS_A_STEP: Final = 100
_WAITING_AT_MOST: Final = 200
"""How many deliveries of an endpoint may wait before more are queued: others' are not held up by one that catches up."""
_PAUSE_SECONDS: Final = 1.0

_runs, _log = PLUMBING.operations.runs.c, public_events.c
_UNDER_WAY = Statement(
    select(_runs.operation_id)
    .where(
        _runs.tenant_id == TENANT,
        _runs.kind == KIND,
        _runs.arguments["endpoint_id"].astext == bindparam("endpoint_id", type_=Text),
    )
    .limit(1)
)
_WAITING = Statement(
    select(webhook_deliveries.c.id)
    .where(
        webhook_deliveries.c.tenant_id == TENANT,
        webhook_deliveries.c.endpoint_id == bindparam("endpoint_id"),
        webhook_deliveries.c.status == "pending",
    )
    .limit(bindparam("most", type_=Integer))
)
_SINCE = (
    _log.tenant_id == TENANT,
    tuple_(_log.time, _log.position)
    > tuple_(bindparam("after_time", type_=DateTime(timezone=True)), bindparam("after_position", type_=BigInteger)),
    _log.position <= bindparam("last_position", type_=BigInteger),
)
_KNOWN = (bindparam("owner", type_=Text) == "vendor") | exists().where(
    public_event_audience.c.tenant_id == TENANT,
    public_event_audience.c.event_id == _log.id,
    public_event_audience.c.partner_id == bindparam("owner", type_=Text),
)
_LAST = Statement(select(func.coalesce(func.max(_log.position), 0).label("position")).where(_log.tenant_id == TENANT))
_COUNT = Statement(select(func.count().label("events")).where(*_SINCE, _KNOWN))
_PAGE = Statement(
    select(*(each for each in _log if each.name != "audience"))
    .where(*_SINCE, _KNOWN)
    .order_by(_log.time, _log.position)
    .limit(bindparam("page_limit", type_=Integer))
)
_DELIVERIES = Statement(
    select(webhook_deliveries).where(
        webhook_deliveries.c.tenant_id == TENANT,
        webhook_deliveries.c.endpoint_id == bindparam("endpoint_id"),
        webhook_deliveries.c.event_id == func.any(bindparam("events", type_=ARRAY(Text))),
    )
)


class EndpointDisabled(Conflict):
    """Nothing is sent to a disabled endpoint: enable it first."""

    code, title = "webhook_endpoint_disabled", "The endpoint is disabled"


class RecoveryUnderWay(Conflict):
    """What was to be sent again to this endpoint is still being queued."""

    code, title = "recovery_under_way", "Already under way"


async def begin(tx: Tx, *, endpoint_id: str, version: int | None, since: datetime, only_unreceived: bool) -> Record:
    """Return the operation that queues what happened since then; raises EndpointDisabled, RecoveryUnderWay, Invalid."""
    endpoint = await tx.lock(webhook_endpoints, endpoint_id)
    _require_enabled(endpoint)
    if await tx.all(_UNDER_WAY, endpoint_id=endpoint_id):
        raise RecoveryUnderWay()
    require_version(endpoint, version)
    if not tx.now - REACHES_BACK <= since <= tx.now:
        raise Invalid(errors=[Fault("/since", "out_of_range", "A moment of the last 90 days.")])
    arguments = {
        "endpoint_id": endpoint_id,
        "since": since.astimezone(UTC).isoformat(),
        "only_unreceived": only_unreceived,
    }
    return await begin_operation(tx, kind=KIND, arguments=arguments, unit="events")


async def recover(job: Job) -> Result:
    """Queue page after page of the log, as fast as the receiver takes what is sent; raises EndpointDisabled."""
    endpoint_id = job.arguments["endpoint_id"]
    while not (job.checkpoint or {}).get("ended"):
        async with job.step() as tx:
            endpoint = await tx.lock(webhook_endpoints, endpoint_id)
            _require_enabled(endpoint)
            full = len(await tx.all(_WAITING, endpoint_id=endpoint_id, most=_WAITING_AT_MOST)) >= _WAITING_AT_MOST
            if not full:
                await _queue_page(tx, job, endpoint)
        if full:
            raise Later(_PAUSE_SECONDS)
    return Result("webhook_endpoint", endpoint_id, "webhook-endpoints")


async def _queue_page(tx: Tx, job: Job, endpoint: Record) -> None:
    async with tx.as_engine("what an endpoint is told goes by its owner, not by who asks for it again"):
        place = job.checkpoint or await _beginning(tx, job, endpoint)
        events = await tx.all(_PAGE, page_limit=_EVENTS_A_STEP, owner=endpoint["owner"], **_read(place))
        sent = await tx.all(_DELIVERIES, endpoint_id=endpoint["id"], events=[each["id"] for each in events])
        deliveries = {each["event_id"]: each for each in sent}
        counts = {"queued": 0, "left": 0, **job.counts}
        for event in events:
            queued = rules.wants(event["type"], endpoint["types"]) and await _queued(
                tx, endpoint, event, deliveries.get(event["id"]), only_unreceived=job.arguments["only_unreceived"]
            )
            counts["queued" if queued else "left"] += 1
    after = {"time": events[-1]["time"].isoformat(), "position": events[-1]["position"]} if events else {}
    job.progress(
        done=job.done + len(events),
        total=place["total"],
        counts=counts,
        checkpoint={**place, **after, "ended": len(events) < _EVENTS_A_STEP},
    )


async def _queued(tx: Tx, endpoint: Record, event: Record, delivery: Record | None, *, only_unreceived: bool) -> bool:
    """Queue one event for an endpoint that wants it, and tell whether that was needed."""
    if delivery is None:
        payload = payload_of_event(
            event_id=event["id"],
            kind=event["type"],
            time=event["time"],
            subject=event["subject"],
            version=event["subject_version"],
            facts=event["facts"],
        )
        await queue(tx, endpoint, payload)
        return True
    again = rules.sent_again(delivery["status"], only_unreceived=only_unreceived)
    if again:
        await send_again(tx, delivery)
    return again


async def _beginning(tx: Tx, job: Job, endpoint: Record) -> dict[str, Any]:
    """Return where the first page begins: what is logged from now on is queued as it comes."""
    [last] = await tx.all(_LAST)
    place = {"time": job.arguments["since"], "position": -1, "last": last["position"], "total": 0}
    [found] = await tx.all(_COUNT, owner=endpoint["owner"], **_read(place))
    return {**place, "total": found["events"]}


def _read(place: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "after_time": datetime.fromisoformat(place["time"]),
        "after_position": place["position"],
        "last_position": place["last"],
    }


def _require_enabled(endpoint: Record) -> None:
    if endpoint["status"] == "disabled":
        raise EndpointDisabled()


WORK: Final = Work(KIND, recover)
