"""Quotes, the products in them, and the last number that was given."""

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql

from services.deals.metadata import METADATA
from shared.db.columns import bigint, day, document, entity, identifier, instant, integer, key, record, text
from shared.db.walls import partner_wall, vendor_wall

quotes = entity(
    "quotes",
    METADATA,
    identifier("partner_id"),
    identifier("deal_id", null=True),
    # Given when it is issued, one after the other; versions of a quote share it.
    bigint("number_no", null=True),
    # What it is called, by the rule `number_of`.
    text("number", null=True),
    integer("revision"),
    identifier("supersedes_id", null=True),
    text("customer_name"),
    text("customer_country", null=True),
    text("currency"),
    # As they were priced when it was issued; each with its steps.
    document("lines"),
    bigint("net_amount"),
    # `{"label", "amount"}`; null says that no tax is named.
    document("tax", null=True),
    identifier("price_list_id"),
    integer("valid_days"),
    instant("valid_until", null=True),
    text("terms", null=True),
    text("locale", check=("en", "de", "hu")),
    # The first day on which something in it is not sold any more.
    day("end_of_sale_on", null=True),
    text("status", check=("draft", "issued", "accepted", "declined", "expired", "superseded")),
    # The names it was issued in.
    text("partner_name", null=True),
    text("vendor_name", null=True),
    instant("issued_at", null=True),
    instant("accepted_at", null=True),
    instant("declined_at", null=True),
    text("decline_reason", null=True),
    identifier("created_by"),
    # The order that was made of it, unless that was called off.
    identifier("order_id", null=True),
    UniqueConstraint("tenant_id", "number_no", "revision", name="quotes_number"),
    Index("quotes_newest", "tenant_id", "created_at", "id"),
    Index("quotes_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("quotes_called", "tenant_id", "number", postgresql_where=sql("number IS NOT NULL")),
    Index("quotes_deal", "tenant_id", "deal_id", postgresql_where=sql("deal_id IS NOT NULL")),
    Index("quotes_valid", "tenant_id", "valid_until", postgresql_where=sql("valid_until IS NOT NULL")),
    Index("quotes_created_by", "tenant_id", "created_by"),
    wall=partner_wall(),
    owned_by="created_by",
)

# Which quotes a product is in, itself or within a bundle, so that the end of its sale finds them.
quote_products = record(
    "quote_products",
    METADATA,
    key("quote_id"),
    key("sku"),
    identifier("partner_id"),
    Index("quote_products_sku", "tenant_id", "sku", "quote_id"),
    wall=partner_wall(),
)

quote_numbers = record("quote_numbers", METADATA, bigint("last_no"), wall=vendor_wall())
