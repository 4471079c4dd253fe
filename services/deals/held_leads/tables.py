"""Which company is whose lead now, and the keys it is found by. Filled by events of leads; nobody else writes here."""

from sqlalchemy import Column, Index, Text

from services.deals.metadata import METADATA
from shared.db.columns import bigint, identifier, key, record, text
from shared.db.walls import vendor_wall

held_leads = record(
    "held_leads",
    METADATA,
    key("lead_id"),
    bigint("version"),
    # Null once it is nobody's: the version is kept, so that what is told late changes nothing.
    identifier("partner_id", null=True),
    text("name"),
    text("domain", null=True),
    text("country", null=True),
    text("tax_id", null=True),
    text("product_family"),
    wall=vendor_wall(),
)

held_lead_keys = record(
    "held_lead_keys",
    METADATA,
    key("key"),
    Column("lead_id", Text(collation="C"), primary_key=True),
    Index("held_lead_keys_lead", "tenant_id", "lead_id"),
    wall=vendor_wall(),
)
