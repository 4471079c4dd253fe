"""Retention policies, each kept; one is in force at a time."""

from sqlalchemy import Index
from sqlalchemy import text as sql

from services.deals.metadata import METADATA
from shared.db.columns import entity, identifier, integer, text
from shared.db.walls import vendor_wall

retention_policies = entity(
    "retention_policies",
    METADATA,
    text("status", check=("in_force", "superseded")),
    # None keeps it until somebody has it erased.
    integer("contact_days", null=True),
    identifier("created_by"),
    Index("retention_policies_newest", "tenant_id", "created_at", "id"),
    Index("retention_policies_in_force", "tenant_id", postgresql_where=sql("status = 'in_force'")),
    wall=vendor_wall(),
)
