"""What accrual remembers: the sales and returns it knows, what each credits where, and where partners stand."""

from sqlalchemy import Index

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

# A won deal; its id is the deal's.
sales = entity(
    "sales",
    METADATA,
    identifier("partner_id"),
    identifier("customer_id"),
    text("product_family"),
    text("country", null=True),
    bigint("amount"),
    text("currency"),
    day("closed_on"),
    instant("won_at"),
    identifier("lead_id", null=True),
    text("outcome", check=("accrued", "nothing", "waiting")),
    text("tier", null=True),
    document("rules"),
    document("reasons"),
    Index("sales_partner", "tenant_id", "partner_id", "closed_on", "id"),
    Index("sales_waiting", "tenant_id", "outcome", "currency", "id"),
    wall=partner_wall(),
    audited=False,
)

# A return is kept when it arrives, even before its sale; the sale takes account of it then.
returns = record(
    "returns",
    METADATA,
    key("return_id"),
    identifier("deal_id"),
    identifier("partner_id"),
    bigint("amount"),
    text("currency"),
    day("returned_on"),
    instant("recorded_at"),
    Index("returns_deal", "tenant_id", "deal_id"),
    wall=partner_wall(),
)

# What one sale or return adds to one component's period. The key makes it count once.
credits = record(
    "credits",
    METADATA,
    key("source"),
    key("source_id"),
    key("plan_id"),
    key("component"),
    identifier("partner_id"),
    identifier("deal_id"),
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
    ),
    Index("credits_deal", "tenant_id", "deal_id"),
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
