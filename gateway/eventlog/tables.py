"""Tables of the public event log."""

from sqlalchemy import BigInteger, Column, Identity, Index, Text

from gateway.metadata import METADATA
from shared.db.columns import document, identifier, instant, integer, key, record, text
from shared.db.walls import participants_wall, plumbing_wall

public_events = record(
    "public_events",
    METADATA,
    key("id"),
    Column("position", BigInteger, Identity(always=True), nullable=False),
    text("type"),
    identifier("subject"),
    integer("subject_version"),
    text("source"),
    instant("time"),
    identifier("actor_id"),
    document("audience"),
    document("facts"),
    Index("public_events_position", "tenant_id", "position"),
    Index("public_events_time", "tenant_id", "time", "position"),
    wall=participants_wall("public_event_audience", "event_id", money=("source", "incentives")),
)

public_event_audience = record(
    "public_event_audience",
    METADATA,
    key("event_id"),
    Column("partner_id", Text(collation="C"), primary_key=True),
    Index("public_event_audience_partner", "tenant_id", "partner_id", "event_id"),
    wall=plumbing_wall("all"),
)
