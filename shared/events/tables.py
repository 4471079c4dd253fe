"""The tables of the event machinery, the same in every service's schema."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, MetaData, Table, Text

from shared.db.columns import bigint, document, flag, identifier, instant, integer, key, record, text
from shared.db.walls import plumbing_wall


@dataclass(frozen=True, slots=True)
class EventTables:
    """The log of a service, and what it remembers of the logs it reads."""

    events: Table
    inbox: Table
    offsets: Table
    parked: Table
    log_state: Table


def event_tables(metadata: MetaData) -> EventTables:
    """Declare the log, the inbox, the offsets and the parked events of a service."""
    events = record(
        "events",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        integer("epoch"),
        bigint("xid"),
        identifier("event_id"),
        text("type"),
        text("mode"),
        identifier("subject"),
        integer("subject_version"),
        instant("time"),
        identifier("actor_id"),
        text("request_id", null=True),
        document("audience"),
        flag("public"),
        document("data"),
        Index("events_position", "epoch", "xid", "id"),
        Index("events_subject", "tenant_id", "subject", "id"),
        wall=plumbing_wall("insert"),
    )
    inbox = record("inbox", metadata, key("event_id"), text("source"), instant("handled_at"), wall=plumbing_wall())
    parked = record(
        "parked_events",
        metadata,
        key("event_id"),
        text("source"),
        identifier("subject"),
        text("position"),
        document("envelope"),
        integer("attempts"),
        text("error"),
        instant("next_attempt_at", null=True),
        instant("parked_at"),
        Index("parked_events_subject", "source", "tenant_id", "subject"),
        wall=plumbing_wall(),
    )
    plumbing = {"wall": plumbing_wall(), "audited": False}
    offsets = Table(
        "offsets",
        metadata,
        Column("source", Text, primary_key=True),
        Column("epoch", Integer, nullable=False),
        Column("xid", BigInteger, nullable=False),
        Column("event_no", BigInteger, nullable=False),
        info=plumbing,
    )
    log_state = Table(
        "log_state",
        metadata,
        Column("one", Integer, primary_key=True),
        Column("epoch", Integer, nullable=False),
        info=plumbing,
    )
    return EventTables(events, inbox, offsets, parked, log_state)
