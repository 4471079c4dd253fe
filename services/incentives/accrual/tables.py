"""What accrual remembers: the sales and returns it knows, what each credits where, and where partners stand."""

from typing import Final

from sqlalchemy import CheckConstraint, Index

from services.incentives.metadata import METADATA
from shared.db.columns import (
    bigint,
    day,
    decimal,
    document,
    entity,
    flag,
    identifier,
    instant,
    integer,
    key,
    record,
    text,
)
from shared.db.walls import partner_wall, vendor_wall

# What a sale is known from: a deal that was won, an order that was matched with one, or an invoice of a licence.
SOURCES: Final = ("deals", "orders", "licences")

# What was sold, once: a won deal, a match of an order, or a recurring invoice of a licence. Its id is theirs.
sales = entity(
    "sales",
    METADATA,
    text("source", check=SOURCES),
    # What it was sold on: an invoice has a licence, which may be of no deal; everything else has a deal alone.
    identifier("deal_id", null=True),
    identifier("licence_id", null=True),
    # Whose the sale is where no split is in force: the partner of record of its day.
    identifier("partner_id"),
    identifier("customer_id", null=True),
    text("product_family"),
    text("sku", null=True),
    text("licence_kind", null=True),
    integer("licence_term_no", null=True),
    text("country", null=True),
    bigint("amount"),
    text("currency"),
    day("closed_on"),
    instant("won_at"),
    identifier("lead_id", null=True),
    CheckConstraint("source = 'licences' OR deal_id IS NOT NULL"),
    CheckConstraint("(source = 'licences') = (licence_id IS NOT NULL)"),
    Index("sales_deal", "tenant_id", "deal_id", "id"),
    wall=partner_wall(),
    audited=False,
)

# Each partner's part of a sale, and what became of it. A partner that has lost its share keeps a part of nothing.
parts = record(
    "parts",
    METADATA,
    key("sale_id"),
    key("partner_id"),
    identifier("deal_id", null=True),
    identifier("licence_id", null=True),
    text("source", check=SOURCES),
    text("role"),
    integer("basis_points"),
    bigint("amount"),
    bigint("whole"),
    text("currency"),
    day("closed_on"),
    text("outcome", check=("accrued", "nothing", "waiting")),
    text("tier", null=True),
    document("rules"),
    document("reasons"),
    Index("parts_partner", "tenant_id", "partner_id", "closed_on", "sale_id"),
    Index("parts_closed", "tenant_id", "closed_on", "sale_id"),
    Index("parts_waiting", "tenant_id", "outcome", "currency", "sale_id"),
    wall=partner_wall(),
)

# How what is earned on a deal is shared, as its owner has last told of it; partners are shown their own parts alone.
splits = record(
    "splits",
    METADATA,
    key("deal_id"),
    document("shares"),
    integer("version"),
    wall=vendor_wall(),
)

# A return is kept when it arrives, even before its sale; the sale takes account of it then.
returns = record(
    "returns",
    METADATA,
    key("return_id"),
    key("sale_id"),
    text("kind", check=("return", "credit")),
    # What a credit note takes back may change; its highest version stands.
    integer("version"),
    identifier("partner_id"),
    bigint("amount"),
    text("currency"),
    day("returned_on"),
    instant("recorded_at"),
    Index("returns_sale", "tenant_id", "sale_id"),
    wall=partner_wall(),
)

# What a partner's part of one sale or return adds to one component's period. The key makes it count once.
credits = record(
    "credits",
    METADATA,
    key("source"),
    key("source_id"),
    # The sale itself, or the one that a return is of: one return can be of several.
    key("sale_id"),
    key("partner_id"),
    key("plan_id"),
    key("component"),
    identifier("period"),
    day("happened_on"),
    instant("happened_at"),
    bigint("amount"),
    decimal("basis"),
    text("currency"),
    # The component with its plan as it was in force; kept for returns, which go back on the original terms.
    document("terms"),
    document("fx", null=True),
    flag("withdrawn"),
    decimal("attained_before"),
    decimal("attained"),
    bigint("credited"),
    bigint("running"),
    integer("lines"),
    Index(
        "credits_in_order",
        "tenant_id",
        "partner_id",
        "plan_id",
        "component",
        "period",
        "happened_on",
        "happened_at",
        "source_id",
        "sale_id",
    ),
    Index("credits_sale", "tenant_id", "sale_id"),
    wall=partner_wall(),
)

# One row a partner, component and period: locked by whoever adds to it.
attainments = record(
    "attainments",
    METADATA,
    key("partner_id"),
    key("plan_id"),
    key("component"),
    key("period"),
    text("currency"),
    decimal("attained"),
    bigint("credited"),
    wall=partner_wall(),
)

recalculations = entity(
    "recalculations",
    METADATA,
    identifier("partner_id", null=True),
    day("period_from"),
    day("period_to"),
    integer("sales"),
    integer("lines"),
    document("differences"),
    identifier("requested_by"),
    Index("recalculations_newest", "tenant_id", "created_at", "id"),
    Index("recalculations_partner", "tenant_id", "partner_id"),
    wall=vendor_wall(),
)
