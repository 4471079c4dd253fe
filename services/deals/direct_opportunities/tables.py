"""What the vendor sells itself. No partner sees it, and none learns more than that the vendor is there already."""

from sqlalchemy import Column, Index
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE

from services.deals.direct_opportunities.lifecycle import LIFECYCLE
from services.deals.metadata import METADATA
from shared.db.columns import day, document, entity, identifier, instant, text
from shared.db.walls import vendor_wall

direct_opportunities = entity(
    "direct_opportunities",
    METADATA,
    text("title"),
    identifier("customer_id"),
    text("product_family"),
    # Countries, and the same as numbers; none are named where it is about all of them.
    document("territories"),
    Column("territory", INT4MULTIRANGE, nullable=False),
    text("status", check=LIFECYCLE.states),
    day("opened_on"),
    instant("ended_at", null=True),
    # The customers it was with before each of them was merged into the next, so that it can go back.
    document("came_through", null=True),
    text("external_system", null=True),
    text("external_type", null=True),
    text("external_id", null=True),
    Index("direct_opportunities_newest", "tenant_id", "created_at", "id"),
    Index("direct_opportunities_customer", "tenant_id", "customer_id", "status"),
    Index(
        "direct_opportunities_reference",
        *("tenant_id", "external_system", "external_type", "external_id"),
        unique=True,
        postgresql_where=sql("external_id IS NOT NULL"),
    ),
    wall=vendor_wall(),
)
