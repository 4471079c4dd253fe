"""Applications of companies that want to become partners."""

from sqlalchemy import Index

from services.partners.metadata import METADATA
from shared.db.columns import document, entity, identifier, instant, integer, text
from shared.db.walls import vendor_wall
from shared.lifecycle import Lifecycle, move
from shared.search.declaration import searchable

_OPEN = ("submitted", "screening", "in_review")

LIFECYCLE = Lifecycle(
    ("draft", "submitted", "screening", "in_review", "approved", "rejected", "withdrawn"),
    move(
        "submit",
        "draft",
        permission="applications:write",
        to=("submitted", "in_review", "approved", "rejected"),
        by="vendor",
    ),
    move("approve", "in_review", permission="applications:approve", to="approved", by="vendor"),
    move("reject", *_OPEN, permission="applications:approve", to="rejected", by="vendor"),
    move("withdraw", "draft", *_OPEN, permission="applications:write", to="withdrawn", by="vendor"),
    move("reapply", "rejected", "withdrawn", permission="applications:write", to="draft", by="vendor"),
    editable={"draft": ("company", "contact", "answers", "partner_types")},
    by_itself={"submitted": ("screening",), "screening": ("in_review", "approved", "rejected")},
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
    Index("applications_updated", "tenant_id", "updated_at", "id"),
    Index("applications_partner", "tenant_id", "partner_id"),
    wall=vendor_wall(),
)
applications_words = searchable(applications, "legal_name", "website", "given_name", "family_name", "email")
