"""Copies the public events of the services into the log, in an order that a reader can rely on."""

from typing import ClassVar

from gateway.eventlog.tables import public_event_audience, public_events
from gateway.webhooks import commands as webhooks
from shared.db.tx import Tx
from shared.events.envelope import Envelope, Event


class AnyEvent(Event):
    """Every event, whatever its type."""

    type: ClassVar[str] = "*"


async def log_event(tx: Tx, event: AnyEvent, envelope: Envelope) -> None:
    """Append a public event once, and make a delivery for each webhook endpoint that wants it."""
    if not envelope.public:
        return
    # One writer a tenant at a time: positions become visible in their order, so a reader that has passed one misses none.
    await tx.connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 14))", f"public log {envelope.tenant_id}"
    )
    row = await tx.add(
        public_events,
        id=envelope.id,
        type=envelope.type,
        subject=envelope.subject,
        subject_version=envelope.subject_version,
        source=envelope.source,
        time=envelope.time,
        actor_id=envelope.actor_id,
        audience=list(envelope.audience),
        facts=dict(envelope.data),
    )
    if row is None:
        return
    for partner_id in envelope.audience:
        await tx.add(public_event_audience, event_id=envelope.id, partner_id=partner_id)
    await webhooks.enqueue(tx, envelope)
