"""Special prices. The check on the quantity is what decides over the last ones."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql

from services.deals.metadata import METADATA
from shared.db.columns import bigint, day, decimal, document, entity, flag, identifier, instant, text
from shared.db.walls import partner_wall

special_prices = entity(
    "special_prices",
    METADATA,
    identifier("partner_id"),
    identifier("deal_id", null=True),
    text("customer_name", null=True),
    text("sku"),
    text("currency"),
    decimal("percent", null=True),
    bigint("unit_price", null=True),
    bigint("quantity_cap"),
    bigint("used_quantity"),
    day("expires_on"),
    text("reason", null=True),
    text("status", check=("requested", "approved", "consumed", "expired", "rejected", "withdrawn")),
    identifier("requested_by"),
    instant("decided_at", null=True),
    identifier("decided_by", null=True),
    text("decision_reason", null=True),
    # The vendor's alone: whether it is below the floor, and who approved that first, on which terms.
    flag("below_floor"),
    # The lowest price of one, in minor units, that was approved below it; lower than that, it has to be approved anew.
    decimal("lowest_unit", null=True),
    identifier("first_approved_by", null=True),
    document("first_terms", null=True),
    CheckConstraint("(percent IS NULL) <> (unit_price IS NULL)"),
    CheckConstraint("used_quantity BETWEEN 0 AND quantity_cap", name="special_prices_quantity"),
    Index("special_prices_newest", "tenant_id", "created_at", "id"),
    Index("special_prices_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("special_prices_deal", "tenant_id", "deal_id", postgresql_where=sql("deal_id IS NOT NULL")),
    Index("special_prices_sku", "tenant_id", "sku", "created_at", "id"),
    Index("special_prices_expires", "tenant_id", "expires_on"),
    wall=partner_wall(),
    owned_by="requested_by",
)
