"""Matches: a delivered line of an order, or a line of a sell-out report, that counts for a deal. Each counts once."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql

from services.deals.metadata import METADATA
from shared.db.columns import bigint, day, entity, identifier, instant, text
from shared.db.walls import partner_wall

SOURCES = ("fulfilment", "pos_line")

order_matches = entity(
    "order_matches",
    METADATA,
    # The partner of the deal, which is credited whoever delivered.
    identifier("partner_id"),
    identifier("deal_id"),
    text("source", check=SOURCES),
    identifier("order_id", null=True),
    identifier("fulfilment_id", null=True),
    identifier("order_line_id", null=True),
    identifier("pos_line_id", null=True),
    text("sku"),
    text("product_family", null=True),
    bigint("quantity"),
    bigint("unit_price"),
    bigint("amount"),
    text("currency"),
    day("happened_on"),
    bigint("returned_quantity"),
    bigint("returned_amount"),
    # When the decision that it counts was taken back; the line it is of may count anew.
    instant("undone_at", null=True),
    CheckConstraint("quantity > 0 AND returned_quantity BETWEEN 0 AND quantity"),
    CheckConstraint("returned_amount BETWEEN 0 AND amount"),
    Index("order_matches_newest", "tenant_id", "created_at", "id"),
    Index("order_matches_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("order_matches_deal", "tenant_id", "deal_id", "created_at", "id"),
    Index(
        "order_matches_order",
        *("tenant_id", "order_id", "created_at", "id"),
        postgresql_where=sql("order_id IS NOT NULL"),
    ),
    Index("order_matches_happened", "tenant_id", "happened_on"),
    Index(
        "order_matches_line",
        *("tenant_id", "order_line_id", "fulfilment_id"),
        unique=True,
        postgresql_where=sql("order_line_id IS NOT NULL"),
    ),
    Index(
        "order_matches_pos_line",
        *("tenant_id", "pos_line_id", "deal_id"),
        unique=True,
        postgresql_where=sql("pos_line_id IS NOT NULL AND undone_at IS NULL"),
    ),
    wall=partner_wall(),
)
