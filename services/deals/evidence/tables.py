"""Evidence given for deals."""

from sqlalchemy import Index

from services.deals.evidence.rules import LIFECYCLE, SIDES
from services.deals.metadata import METADATA
from shared.db.columns import day, entity, identifier, instant, text
from shared.db.walls import partner_wall

evidence = entity(
    "evidence",
    METADATA,
    identifier("deal_id"),
    identifier("partner_id"),
    text("type"),
    day("happened_on"),
    identifier("file_id", null=True),
    text("file_name", null=True),
    text("sha256", null=True),
    text("url", null=True),
    text("text", null=True),
    text("side", check=SIDES),
    text("status", check=LIFECYCLE.states),
    identifier("created_by"),
    identifier("withdrawn_by", null=True),
    instant("withdrawn_at", null=True),
    text("withdrawal_reason", null=True),
    Index("evidence_newest", "tenant_id", "created_at", "id"),
    Index("evidence_deal", "tenant_id", "deal_id", "created_at", "id"),
    Index("evidence_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("evidence_own", "tenant_id", "created_by", "created_at", "id"),
    wall=partner_wall(),
    owned_by="created_by",
)
