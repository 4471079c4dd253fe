"""Product families. A family's ordinal stands for it in the ranges of protection claims."""

from sqlalchemy import Index

from services.deals.metadata import METADATA
from shared.db.columns import entity, integer, text
from shared.db.walls import tenant_wall
from shared.search.declaration import searchable

product_families = entity(
    "product_families",
    METADATA,
    text("code"),
    text("name"),
    integer("ordinal"),
    text("status", check=("active", "retired")),
    Index("product_families_code", "tenant_id", "code", unique=True),
    Index("product_families_ordinal", "tenant_id", "ordinal", unique=True),
    Index("product_families_newest", "tenant_id", "created_at", "id"),
    wall=tenant_wall(),
)
product_families_words = searchable(product_families, "name", "code")
