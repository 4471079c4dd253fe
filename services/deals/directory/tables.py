"""What deals knows of partners. Filled by events of the partners service; nobody else writes here."""

from sqlalchemy import BigInteger, Column

from services.deals.metadata import METADATA
from shared.db.columns import bigint, document, instant, key, record, text
from shared.db.walls import partner_wall, tenant_wall

partner_directory = record(
    "partner_directory",
    METADATA,
    key("partner_id"),
    bigint("version"),
    text("name"),
    text("country", null=True),
    text("status"),
    text("tier", null=True),
    # Null where nothing has been heard of them yet; an empty list is everything.
    document("territories", null=True),
    document("product_families", null=True),
    wall=partner_wall(),
)

# Every status a partner has had, so that how long it was suspended can be computed from any order of arrival.
partner_statuses = record(
    "partner_statuses",
    METADATA,
    key("partner_id"),
    Column("version", BigInteger, primary_key=True),
    text("status"),
    instant("since"),
    wall=partner_wall(),
)

# Which program a tier belongs to, by the tier's code.
tier_programs = record(
    "tier_programs",
    METADATA,
    key("tier"),
    bigint("version"),
    text("program"),
    wall=tenant_wall(),
)

# Which countries a territory has, as the leads service says.
territories = record(
    "territories",
    METADATA,
    key("code"),
    bigint("version"),
    document("countries"),
    wall=tenant_wall(),
)
