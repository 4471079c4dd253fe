"""Delegations of approval. Who approves what is the vendor's own affair: partners see none of it."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql

from services.deals.approval_delegations.lifecycle import LIFECYCLE
from services.deals.metadata import METADATA
from shared.db.columns import entity, identifier, instant, text
from shared.db.walls import vendor_wall

approval_delegations = entity(
    "approval_delegations",
    METADATA,
    identifier("from_account_id"),
    identifier("to_account_id"),
    instant("starts_at"),
    instant("ends_at"),
    text("reason", null=True),
    text("status", check=LIFECYCLE.states),
    instant("revoked_at", null=True),
    CheckConstraint("starts_at < ends_at"),
    Index("approval_delegations_newest", "tenant_id", "created_at", "id"),
    Index("approval_delegations_from", "tenant_id", "from_account_id", "created_at", "id"),
    Index("approval_delegations_to", "tenant_id", "to_account_id", "created_at", "id"),
    Index(
        "approval_delegations_standing",
        "tenant_id",
        "ends_at",
        postgresql_where=sql("status IN ('scheduled', 'active')"),
    ),
    wall=vendor_wall(),
)
