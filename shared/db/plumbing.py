"""The machinery tables that every service's schema carries, declared in one line by its `tables.py`."""

from dataclasses import dataclass

from sqlalchemy import MetaData, Table

from shared.audit import audit_records
from shared.db.columns import document, instant, integer, key, record, text
from shared.db.visibility import visible_partners
from shared.db.walls import plumbing_wall
from shared.events.tables import EventTables, event_tables
from shared.timers import tenant_clocks, timers


@dataclass(frozen=True, slots=True)
class Plumbing:
    """The machinery tables of one service."""

    log: EventTables
    audit: Table
    timers: Table
    clocks: Table
    idempotency: Table
    visible: Table


def plumbing_tables(metadata: MetaData) -> Plumbing:
    """Declare every machinery table in the service's metadata."""
    return Plumbing(
        log=event_tables(metadata),
        audit=audit_records(metadata),
        timers=timers(metadata),
        clocks=tenant_clocks(metadata),
        idempotency=_idempotency_keys(metadata),
        visible=visible_partners(metadata),
    )


def _idempotency_keys(metadata: MetaData) -> Table:
    return record(
        "idempotency_keys",
        metadata,
        key("caller"),
        key("key"),
        text("fingerprint"),
        integer("status"),
        document("headers"),
        text("body", null=True),
        instant("created_at"),
        wall=plumbing_wall("all"),
    )
