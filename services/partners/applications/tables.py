"""Applications of companies that want to become partners."""

from sqlalchemy import Index

from services.partners.metadata import METADATA
from shared.db.columns import document, entity, identifier, instant, integer, text
from shared.db.walls import vendor_wall
from shared.lifecycle import Lifecycle, move

LIFECYCLE = Lifecycle(
    ("draft", "submitted", "screening", "in_review", "approved", "rejected", "withdrawn"),
    move("submit", "draft", permission="applications:write", by="vendor"),
    move("approve", "in_review", permission="applications:approve", by="vendor"),
    move("reject", "submitted", "screening", "in_review", permission="applications:approve", by="vendor"),
    move("withdraw", "draft", "submitted", "screening", "in_review", permission="applications:write", by="vendor"),
    move("reapply", "rejected", "withdrawn", permission="applications:write", by="vendor"),
    editable={"draft": ("company", "contact", "answers", "partner_types")},
)

applications = entity(
    "applications",
    METADATA,
    text("legal_name"),
    text("country"),
    text("website", null=True),
    text("tax_id", null=True),
    text("given_name", personal=True),
    text("family_name", personal=True),
    text("email", personal=True),
    text("locale"),
    document("answers", personal=True),
    document("partner_types"),
    text("source", check=("public", "vendor")),
    text("status", check=LIFECYCLE.states),
    document("reasons"),
    document("decision_trace", null=True),
    integer("policy_version", null=True),
    identifier("duplicate_of", null=True),
    text("decision_reason", null=True),
    instant("submitted_at", null=True),
    instant("decided_at", null=True),
    identifier("decided_by", null=True),
    identifier("partner_id", null=True),
    Index("applications_newest", "tenant_id", "created_at", "id"),
    Index("applications_by_status", "tenant_id", "status", "created_at", "id"),
    wall=vendor_wall(),
)
