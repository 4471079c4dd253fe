"""Partners: companies the vendor works with."""

from sqlalchemy import Index, UniqueConstraint

from services.partners.metadata import METADATA
from shared.db.columns import day, document, entity, flag, identifier, instant, integer, text
from shared.db.walls import partner_wall
from shared.extensions.declaration import extensible
from shared.lifecycle import Lifecycle, move
from shared.search.declaration import searchable

PARTNER_FIELDS = ("website", "accepts_leads", "custom_fields")
VENDOR_FIELDS = (
    "name",
    "legal_name",
    "country",
    "tax_id",
    "territories",
    "product_families",
    "partner_types",
    "lead_capacity",
    "external_reference",
    "external_references",
    "metadata",
    "tier",
    "tier_effective_on",
)
_FIELDS = (*PARTNER_FIELDS, *VENDOR_FIELDS)

LIFECYCLE = Lifecycle(
    ("onboarding", "active", "probation", "suspended", "terminated"),
    move("activate", "onboarding", permission="partners:approve", to="active", by="vendor"),
    move("put-on-probation", "active", permission="partners:approve", to="probation", by="vendor"),
    move("suspend", "active", "probation", permission="partners:approve", to="suspended", by="vendor"),
    move("reinstate", "probation", "suspended", permission="partners:approve", to="active", by="vendor"),
    move(
        "terminate",
        *("onboarding", "active", "probation", "suspended"),
        permission="partners:approve",
        to="terminated",
        by="vendor",
    ),
    editable=dict.fromkeys(("onboarding", "active", "probation", "suspended"), _FIELDS),
    vendor_fields=VENDOR_FIELDS,
)

partners = entity(
    "partners",
    METADATA,
    text("name"),
    text("legal_name", null=True),
    text("country"),
    text("website", null=True),
    text("tax_id", null=True),
    document("territories"),
    document("product_families"),
    document("partner_types"),
    integer("lead_capacity"),
    flag("accepts_leads"),
    text("tier", null=True),
    day("tier_since", null=True),
    text("status", check=LIFECYCLE.states),
    text("status_reason", null=True),
    instant("status_since"),
    day("terminates_on", null=True),
    identifier("application_id", null=True),
    text("external_system", null=True),
    text("external_type", null=True),
    text("external_id", null=True),
    # All partners belong to the vendor, so its references are unique in the tenant; rows without one never meet.
    UniqueConstraint("tenant_id", "external_system", "external_type", "external_id"),
    Index("partners_newest", "tenant_id", "created_at", "id"),
    Index("partners_by_name", "tenant_id", "name", "id"),
    Index("partners_by_status", "tenant_id", "status", "created_at", "id"),
    Index("partners_updated", "tenant_id", "updated_at", "id"),
    Index("partners_by_external_id", "tenant_id", "external_id"),
    wall=partner_wall("id"),
)
partners_attributes = extensible(partners, object="partner", metadata_of=("vendor",), references_of=("vendor",))
partners_words = searchable(partners, "name", "legal_name", "website")
