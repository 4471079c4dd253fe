"""Durable timers: rows with a due time, taken with SKIP LOCKED, each handled in one transaction of its own.

A timer only reminds. Whether something is still valid is always decided by comparing dates in the query, so a late
worker changes nothing. Due times of a test tenant are on its own clock.
"""

from sqlalchemy import Index, MetaData, Table

from shared.db.columns import bigint, document, instant, integer, key, record, text
from shared.db.walls import plumbing_wall


def timers(metadata: MetaData) -> Table:
    """Declare the timers of a service; one timer a tenant, kind and subject."""
    return record(
        "timers",
        metadata,
        key("kind"),
        key("subject"),
        instant("due_at"),
        text("mode", check=("live", "test")),
        document("arguments"),
        integer("attempts"),
        text("error", null=True),
        Index("timers_due", "mode", "due_at"),
        wall=plumbing_wall("all"),
    )


def tenant_clocks(metadata: MetaData) -> Table:
    """Declare the offsets of test tenants' clocks to wall time, in seconds; read only in test mode."""
    return record("tenant_clocks", metadata, bigint("offset_seconds"), bigint("version"), wall=plumbing_wall("all"))
