"""What was checked and what was found. Findings name rivals, so cases are behind the vendor's wall."""

from sqlalchemy import Column, Date, Index

from services.deals.metadata import METADATA
from shared.db.columns import document, entity, identifier, instant, integer, key, record, text
from shared.db.walls import partner_wall, vendor_wall

CLASSES = ("none", "possible", "probable", "related", "blocking")

conflict_checks = entity(
    "conflict_checks",
    METADATA,
    identifier("partner_id", null=True),
    text("customer_name"),
    text("customer_domain", null=True),
    text("customer_country", null=True),
    text("customer_tax_id", null=True),
    text("product_family"),
    text("class", check=CLASSES),
    document("reasons"),
    text("engine_version"),
    Index("conflict_checks_newest", "tenant_id", "created_at", "id"),
    Index("conflict_checks_partner", "tenant_id", "partner_id", "created_at", "id"),
    wall=partner_wall(),
)

conflict_check_budgets = record(
    "conflict_check_budgets",
    METADATA,
    key("partner_id"),
    Column("day", Date, primary_key=True),
    integer("used"),
    wall=partner_wall(),
)

conflict_cases = entity(
    "conflict_cases",
    METADATA,
    identifier("deal_id"),
    identifier("partner_id"),
    identifier("customer_id"),
    text("product_family"),
    text("class", check=CLASSES),
    document("reasons"),
    document("findings"),
    text("engine_version"),
    text("status", check=("open", "resolved")),
    text("resolution", null=True, check=("upheld", "rejected_match", "superseded")),
    # What the reviewer said of the customers in it: the label by which matching is measured.
    text("identity", null=True, check=("same", "different")),
    text("note", null=True),
    identifier("resolved_by", null=True),
    instant("resolved_at", null=True),
    Index("conflict_cases_newest", "tenant_id", "created_at", "id"),
    Index("conflict_cases_deal", "tenant_id", "deal_id", "created_at"),
    Index("conflict_cases_partner", "tenant_id", "partner_id", "created_at", "id"),
    wall=vendor_wall(),
)
