"""Products and bundles of them: what has a SKU. A product's dates decide what can be sold on a day; its status follows."""

from sqlalchemy import Index
from sqlalchemy import text as sql

from services.deals.catalogue.rules import STAGES
from services.deals.metadata import METADATA
from shared.db.columns import day, document, entity, text
from shared.db.walls import tenant_wall
from shared.search.declaration import searchable

products = entity(
    "products",
    METADATA,
    text("sku"),
    text("product_family"),
    text("name"),
    # What it is called in other languages, by their tags.
    document("names"),
    text("description", null=True),
    text("unit"),
    # Where it is sold, as ISO 3166-1 codes; empty for everywhere.
    document("countries"),
    text("required_credential", null=True),
    text("charge", check=("one_off", "recurring")),
    text("charge_period", null=True, check=("month", "quarter", "year")),
    day("available_on"),
    day("end_of_sale_on", null=True),
    day("end_of_life_on", null=True),
    text("status", check=STAGES),
    Index("products_sku", "tenant_id", "sku", unique=True),
    Index("products_newest", "tenant_id", "created_at", "id"),
    Index("products_family", "tenant_id", "product_family", "created_at", "id"),
    Index("products_end_of_sale", "tenant_id", "end_of_sale_on", postgresql_where=sql("end_of_sale_on IS NOT NULL")),
    wall=tenant_wall(),
)
products_words = searchable(products, "name", "sku")

bundles = entity(
    "bundles",
    METADATA,
    text("sku"),
    text("name"),
    document("names"),
    # `{"sku", "quantity"}` of products and of other bundles.
    document("components"),
    text("status", check=("active", "retired")),
    Index("bundles_sku", "tenant_id", "sku", unique=True),
    Index("bundles_newest", "tenant_id", "created_at", "id"),
    wall=tenant_wall(),
)
bundles_words = searchable(bundles, "name", "sku")
