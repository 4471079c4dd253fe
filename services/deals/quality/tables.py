"""The figures of each partner as they were last worked out."""

from sqlalchemy import Index

from services.deals.metadata import METADATA
from shared.db.columns import document, entity, identifier, integer, text
from shared.db.walls import partner_wall

# They follow from deals, whose changes are audited.
registration_quality = entity(
    "registration_quality",
    METADATA,
    identifier("partner_id"),
    text("tier", null=True),
    integer("score"),
    document("parts"),
    integer("open_registrations"),
    integer("quota"),
    integer("submitted"),
    integer("won"),
    integer("expired"),
    integer("stale"),
    integer("median_age_days", null=True),
    integer("policy_version"),
    text("over_quota"),
    integer("cool_off_days"),
    integer("window_days"),
    Index("registration_quality_partner", "tenant_id", "partner_id", unique=True),
    Index("registration_quality_score", "tenant_id", "score", "id"),
    Index("registration_quality_open", "tenant_id", "open_registrations", "id"),
    wall=partner_wall(),
    audited=False,
)
