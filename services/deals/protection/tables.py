"""Protection claims. The exclusion constraint is what protects: no two exclusive active claims of one customer meet."""

from sqlalchemy import Column, Index
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE, TSTZRANGE, ExcludeConstraint

from services.deals.metadata import METADATA
from shared.db.columns import bigint, entity, flag, identifier, instant, text
from shared.db.walls import partner_wall

STATUSES = ("pending", "active", "released", "expired")

protection_claims = entity(
    "protection_claims",
    METADATA,
    identifier("deal_id"),
    identifier("partner_id"),
    identifier("customer_id"),
    text("product_family"),
    Column("family", INT4MULTIRANGE, nullable=False),
    Column("territory", INT4MULTIRANGE, nullable=False),
    # While pending it begins at the submission and is open-ended; it is what the claim protects once active.
    Column("period", TSTZRANGE, nullable=False),
    # Where the period would end without pauses; null while pending.
    instant("granted_until", null=True),
    flag("exclusive"),
    text("status", check=STATUSES),
    bigint("priority_no"),
    ExcludeConstraint(
        ("tenant_id", "="),
        ("customer_id", "="),
        ("family", "&&"),
        ("territory", "&&"),
        ("period", "&&"),
        where=sql("status = 'active' AND exclusive"),
        using="gist",
        name="protection_claims_exclusive",
    ),
    Index("protection_claims_deal", "tenant_id", "deal_id", unique=True),
    Index("protection_claims_customer", "tenant_id", "customer_id", "status"),
    Index("protection_claims_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("protection_claims_newest", "tenant_id", "created_at", "id"),
    wall=partner_wall(),
)
