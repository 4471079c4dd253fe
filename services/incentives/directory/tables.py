"""The projection of partners, fed by their full-state events."""

from sqlalchemy import Column, Date

from services.incentives.metadata import METADATA
from shared.db.columns import day, document, integer, key, record, text
from shared.db.walls import vendor_wall

partner_directory = record(
    "partner_directory",
    METADATA,
    key("partner_id"),
    text("name"),
    text("country"),
    text("status"),
    text("tier", null=True),
    day("tier_since", null=True),
    document("partner_types"),
    integer("version"),
    wall=vendor_wall(),
)

# One row for each day on which a partner came into a tier (null: into none); what held on a day is the last row before.
partner_tiers = record(
    "partner_tiers",
    METADATA,
    key("partner_id"),
    Column("effective_on", Date, primary_key=True),
    text("tier", null=True),
    integer("version"),
    wall=vendor_wall(),
)
