"""Registration policies: a version once published, and never changed again."""

from sqlalchemy import Index

from services.deals.metadata import METADATA
from services.deals.registration_policies.rules import OVER_QUOTA
from shared.db.columns import document, entity, instant, integer, text
from shared.db.walls import vendor_wall

registration_policies = entity(
    "registration_policies",
    METADATA,
    text("name"),
    text("status", check=("draft", "published")),
    integer("policy_version", null=True),
    document("quotas"),
    text("over_quota", check=OVER_QUOTA),
    document("duplicates"),
    document("evidence_types"),
    document("evidence_rules"),
    integer("cool_off_days"),
    integer("window_days"),
    integer("stale_after_days"),
    instant("published_at", null=True),
    Index("registration_policies_newest", "tenant_id", "created_at", "id"),
    Index("registration_policies_version", "tenant_id", "policy_version", unique=True),
    wall=vendor_wall(),
)
