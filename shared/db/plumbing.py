"""The machinery tables that every service's schema carries, declared in one line by its `tables.py`."""

from dataclasses import dataclass

from sqlalchemy import Index, MetaData, Table

from shared.audit import audit_records
from shared.db.columns import document, instant, integer, key, record, text
from shared.db.visibility import RECORDS, visibility_versions, visible_partners
from shared.db.walls import plumbing_wall
from shared.events.tables import EventTables, event_tables
from shared.imports.tables import ImportTables, import_tables
from shared.operations.tables import OperationTables, operation_tables
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
    operations: OperationTables
    visible_versions: Table
    opened_by: frozenset[str]
    """The levels of an edge at which what is kept here is seen from above."""
    imports: ImportTables


def plumbing_tables(metadata: MetaData, *, opened_by: frozenset[str] = RECORDS) -> Plumbing:
    """Declare every machinery table in the service's metadata; `opened_by` are the levels at which its rows are seen."""
    return Plumbing(
        log=event_tables(metadata),
        audit=audit_records(metadata),
        timers=timers(metadata),
        clocks=tenant_clocks(metadata),
        idempotency=_idempotency_keys(metadata),
        visible=visible_partners(metadata),
        operations=operation_tables(metadata),
        visible_versions=visibility_versions(metadata),
        opened_by=opened_by,
        imports=import_tables(metadata),
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
        # They arrive in the order of time, and are deleted in it.
        Index("idempotency_keys_created", "created_at", postgresql_using="brin"),
        wall=plumbing_wall("all"),
    )
