"""Conflict policies, one row a version."""

from sqlalchemy import Index

from services.deals.metadata import METADATA
from shared.db.columns import document, entity, instant, integer, text
from shared.db.walls import vendor_wall

conflict_policies = entity(
    "conflict_policies",
    METADATA,
    text("name"),
    # The tiers whose partners it is for; none: everybody.
    document("tiers"),
    text("status", check=("draft", "published")),
    integer("policy_version", null=True),
    # Per cent.
    document("thresholds"),
    document("weights"),
    integer("look_back_days"),
    integer("checks_a_day"),
    integer("appeal_days"),
    instant("published_at", null=True),
    Index("conflict_policies_newest", "tenant_id", "created_at", "id"),
    Index("conflict_policies_version", "tenant_id", "policy_version", unique=True),
    wall=vendor_wall(),
)
