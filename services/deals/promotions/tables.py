"""Price promotions. Partners see them once they are published."""

from sqlalchemy import CheckConstraint, Index

from services.deals.metadata import METADATA
from shared.db.columns import bigint, day, decimal, document, entity, flag, integer, text
from shared.db.walls import tenant_wall

price_promotions = entity(
    "price_promotions",
    METADATA,
    text("code"),
    text("name"),
    decimal("percent", null=True),
    bigint("amount", null=True),
    text("currency", null=True),
    day("effective_from"),
    day("effective_to"),
    # Whom and what it is for; empty for all.
    document("product_families"),
    document("skus"),
    document("tiers"),
    document("countries"),
    integer("minimum_quantity"),
    flag("stackable"),
    text("status", check=("draft", "published", "ended", "withdrawn")),
    # Whether partners see it.
    flag("is_public"),
    CheckConstraint("(percent IS NULL) <> (amount IS NULL)"),
    Index("price_promotions_code", "tenant_id", "code", unique=True),
    Index("price_promotions_newest", "tenant_id", "created_at", "id"),
    Index("price_promotions_effective", "tenant_id", "effective_from"),
    Index("price_promotions_in_force", "tenant_id", "status", "effective_to"),
    wall=tenant_wall(open_to_partners="is_public"),
)
