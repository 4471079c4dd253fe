"""Copies of what the owners of partners and product families publish."""

from services.leads.metadata import METADATA
from shared.db.columns import bigint, day, document, flag, integer, key, record, text
from shared.db.walls import partner_wall, tenant_wall

partner_directory = record(
    "partner_directory",
    METADATA,
    key("partner_id"),
    bigint("version"),
    text("name"),
    text("country"),
    text("status"),
    text("tier", null=True),
    day("tier_since", null=True),
    document("partner_types"),
    document("territories"),
    document("product_families"),
    integer("lead_capacity"),
    flag("accepts_leads"),
    day("terminates_on", null=True),
    wall=partner_wall(),
)

product_families = record(
    "product_families",
    METADATA,
    key("code"),
    bigint("version"),
    text("name"),
    integer("ordinal"),
    text("status"),
    wall=tenant_wall(),
)
