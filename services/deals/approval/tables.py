"""Approval policies, and every decision one made, so that the next can be tried on history."""

from sqlalchemy import Index

from services.deals.metadata import METADATA
from shared.db.columns import document, entity, identifier, instant, integer, key, record, text
from shared.db.walls import vendor_wall

approval_policies = entity(
    "approval_policies",
    METADATA,
    text("name"),
    text("status", check=("draft", "published")),
    integer("policy_version", null=True),
    document("rules"),
    document("amount_limits"),
    document("protection_days"),
    document("protection_terms"),
    document("steps"),
    document("approver_limits"),
    document("review"),
    # Approvers of its steps that nobody was when it was looked at last.
    document("warnings"),
    instant("published_at", null=True),
    Index("approval_policies_newest", "tenant_id", "created_at", "id"),
    Index("approval_policies_version", "tenant_id", "policy_version", unique=True),
    wall=vendor_wall(),
)

policy_decisions = record(
    "policy_decisions",
    METADATA,
    key("id"),
    identifier("deal_id"),
    instant("at"),
    integer("policy_version"),
    document("facts"),
    text("outcome"),
    Index("policy_decisions_newest", "tenant_id", "at", "id"),
    Index("policy_decisions_deal", "tenant_id", "deal_id", "at"),
    wall=vendor_wall(),
)
