"""Tiers, and the effective-dated history of who was in which."""

from sqlalchemy import Index, UniqueConstraint

from services.partners.metadata import METADATA
from shared.db.columns import bigint, day, document, entity, identifier, integer, text
from shared.db.walls import partner_wall, tenant_wall
from shared.lifecycle import Lifecycle, move

FIELDS = ("name", "rank", "protection_days", "deal_limit", "benefits")
LIFECYCLE = Lifecycle(
    ("active", "retired"),
    move("retire", "active", permission="tiers:approve", to="retired", by="vendor"),
    editable={"active": FIELDS},
    vendor_fields=FIELDS,
)

tiers = entity(
    "tiers",
    METADATA,
    text("program"),
    text("code"),
    text("name"),
    integer("rank"),
    integer("protection_days", null=True),
    bigint("deal_limit", null=True),
    text("deal_limit_currency", null=True),
    document("benefits"),
    text("status", check=LIFECYCLE.states),
    UniqueConstraint("tenant_id", "code"),
    Index("tiers_newest", "tenant_id", "created_at", "id"),
    Index("tiers_by_rank", "tenant_id", "rank", "id"),
    wall=tenant_wall(),
)
Index(
    "tiers_rank_of_program",
    tiers.c.tenant_id,
    tiers.c.program,
    tiers.c.rank,
    unique=True,
    postgresql_where=tiers.c.status == "active",
)

tier_assignments = entity(
    "tier_assignments",
    METADATA,
    identifier("partner_id"),
    text("tier"),
    day("effective_on"),
    text("reason", null=True),
    identifier("assigned_by"),
    Index("tier_assignments_of_partner", "tenant_id", "partner_id", "effective_on", "id"),
    Index("tier_assignments_of_tier", "tenant_id", "tier"),
    wall=partner_wall(),
)
