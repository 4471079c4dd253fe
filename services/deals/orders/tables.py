"""Orders, their lines, and what happened to them. The counters of a line are bounded by the database itself."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index
from sqlalchemy import text as sql

from services.deals.metadata import METADATA
from services.deals.orders.lifecycle import STATES
from shared.db.columns import bigint, day, document, entity, identifier, instant, integer, text
from shared.db.walls import partner_wall

KINDS = ("direct", "sell_in", "sell_through")

orders = entity(
    "orders",
    METADATA,
    identifier("partner_id"),
    text("kind", check=KINDS),
    text("status", check=STATES),
    # The buyer's own number.
    text("number", null=True),
    identifier("bill_to_partner_id"),
    identifier("sell_to_partner_id", null=True),
    identifier("deal_id", null=True),
    # The accepted quote that it was made of.
    identifier("quote_id", null=True),
    text("customer_name", null=True),
    text("customer_domain", null=True),
    text("customer_country", null=True),
    text("customer_tax_id", null=True),
    text("currency"),
    bigint("amount"),
    bigint("quantity"),
    day("ordered_on"),
    day("due_on", null=True),
    Column("credit_hold", Boolean, nullable=True),
    identifier("created_by"),
    instant("submitted_at", null=True),
    document("decision_trace"),
    integer("policy_version", null=True),
    instant("decided_at", null=True),
    identifier("decided_by", null=True),
    text("decision_reason", null=True),
    bigint("fulfilled_amount"),
    bigint("returned_amount"),
    # Invoices less credit notes.
    bigint("invoiced_amount"),
    CheckConstraint("returned_amount <= fulfilled_amount AND fulfilled_amount <= amount"),
    CheckConstraint("invoiced_amount BETWEEN 0 AND amount"),
    Index("orders_newest", "tenant_id", "created_at", "id"),
    Index("orders_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("orders_status", "tenant_id", "status", "created_at", "id"),
    Index(
        "orders_hold",
        *("tenant_id", "credit_hold", "created_at", "id"),
        postgresql_where=sql("credit_hold IS NOT NULL"),
    ),
    Index("orders_deal", "tenant_id", "deal_id", postgresql_where=sql("deal_id IS NOT NULL")),
    Index(
        "orders_quote",
        *("tenant_id", "quote_id"),
        unique=True,
        postgresql_where=sql("quote_id IS NOT NULL AND status NOT IN ('cancelled', 'rejected')"),
    ),
    Index("orders_by_quote", "tenant_id", "quote_id", postgresql_where=sql("quote_id IS NOT NULL")),
    Index("orders_due", "tenant_id", "due_on", postgresql_where=sql("due_on IS NOT NULL")),
    Index("orders_ordered", "tenant_id", "ordered_on"),
    Index(
        "orders_number", "tenant_id", "partner_id", "number", unique=True, postgresql_where=sql("number IS NOT NULL")
    ),
    Index("orders_by_number", "tenant_id", "number", postgresql_where=sql("number IS NOT NULL")),
    wall=partner_wall(),
)

order_lines = entity(
    "order_lines",
    METADATA,
    identifier("order_id"),
    identifier("partner_id"),
    integer("position"),
    text("sku"),
    text("product_family", null=True),
    text("description", null=True),
    bigint("quantity"),
    bigint("unit_price"),
    bigint("amount"),
    text("currency"),
    day("due_on", null=True),
    bigint("fulfilled_quantity"),
    bigint("returned_quantity"),
    # The day the last of it was delivered.
    day("completed_on", null=True),
    CheckConstraint("quantity > 0 AND unit_price >= 0 AND amount = quantity * unit_price"),
    CheckConstraint("fulfilled_quantity BETWEEN 0 AND quantity"),
    CheckConstraint("returned_quantity BETWEEN 0 AND fulfilled_quantity"),
    Index("order_lines_newest", "tenant_id", "created_at", "id"),
    Index("order_lines_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("order_lines_order", "tenant_id", "order_id", "position"),
    Index("order_lines_sku", "tenant_id", "sku", "created_at", "id"),
    Index("order_lines_due", "tenant_id", "due_on", "partner_id", postgresql_where=sql("due_on IS NOT NULL")),
    wall=partner_wall(),
)

order_fulfilments = entity(
    "order_fulfilments",
    METADATA,
    identifier("order_id"),
    identifier("partner_id"),
    day("fulfilled_on"),
    document("lines"),
    bigint("quantity"),
    bigint("amount"),
    text("currency"),
    # What the sending system calls it; the same one is recorded once.
    text("source_reference", null=True),
    Index("order_fulfilments_order", "tenant_id", "order_id", "created_at", "id"),
    Index("order_fulfilments_day", "tenant_id", "fulfilled_on"),
    Index(
        "order_fulfilments_once",
        *("tenant_id", "order_id", "source_reference"),
        unique=True,
        postgresql_where=sql("source_reference IS NOT NULL"),
    ),
    wall=partner_wall(),
)

order_returns = entity(
    "order_returns",
    METADATA,
    identifier("order_id"),
    identifier("partner_id"),
    day("returned_on"),
    document("lines"),
    bigint("quantity"),
    bigint("amount"),
    text("currency"),
    text("reason", null=True),
    text("source_reference", null=True),
    Index("order_returns_order", "tenant_id", "order_id", "created_at", "id"),
    Index("order_returns_day", "tenant_id", "returned_on"),
    Index(
        "order_returns_once",
        *("tenant_id", "order_id", "source_reference"),
        unique=True,
        postgresql_where=sql("source_reference IS NOT NULL"),
    ),
    wall=partner_wall(),
)

order_invoices = entity(
    "order_invoices",
    METADATA,
    identifier("order_id"),
    identifier("partner_id"),
    text("kind", check=("invoice", "credit_note")),
    text("number"),
    bigint("amount"),
    text("currency"),
    day("issued_on"),
    text("source_reference", null=True),
    # What a credit note takes back of what was delivered, by match; null until something is.
    document("taken_back", null=True, told=False),
    CheckConstraint("amount > 0"),
    Index("order_invoices_order", "tenant_id", "order_id", "created_at", "id"),
    Index("order_invoices_number", "tenant_id", "kind", "number", unique=True),
    Index(
        "order_invoices_once",
        *("tenant_id", "order_id", "source_reference"),
        unique=True,
        postgresql_where=sql("source_reference IS NOT NULL"),
    ),
    wall=partner_wall(),
)
