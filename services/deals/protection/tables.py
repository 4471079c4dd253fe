"""Protection claims. The exclusion constraint is what protects: no two exclusive active claims of one customer meet."""

from sqlalchemy import Column, Index
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE, TSTZRANGE, ExcludeConstraint

from services.deals.metadata import METADATA
from services.deals.protection.lifecycle import CLAIM_LIFECYCLE, EXTENSION_LIFECYCLE
from shared.db.columns import bigint, day, document, entity, flag, identifier, instant, integer, text
from shared.db.walls import partner_wall

protection_claims = entity(
    "protection_claims",
    METADATA,
    identifier("deal_id"),
    identifier("partner_id"),
    identifier("customer_id"),
    text("product_family"),
    Column("family", INT4MULTIRANGE, nullable=False),
    Column("territory", INT4MULTIRANGE, nullable=False),
    # Countries that the deal named when it asked, none for all of them; a decision may have given it less, or taken some away.
    document("asked_territories"),
    # With whom a decision has it share the customer, and which countries are told apart: see ground.py; null where with nobody.
    document("shares", null=True),
    # While pending it begins at the submission and is open-ended; it is what the claim protects once active.
    Column("period", TSTZRANGE, nullable=False),
    # Where the granted time would end without pauses; null while pending.
    instant("granted_until", null=True),
    # While pending: what is left of the time that was granted for something else; null where none was.
    bigint("seconds_left", null=True),
    # Where it does end with them, and where it ends for want of activity; null while the clock stands still.
    # The period ends at the earlier of the two, so that the constraint knows the truth before anybody looks.
    instant("protected_until", null=True),
    instant("lapses_at", null=True),
    # The last activity that counts; null where none is asked for any more.
    instant("active_at", null=True),
    # Times in which the vendor owed something. Suspensions of the partner are in `partner_statuses`.
    document("pauses"),
    document("terms", null=True),
    integer("extensions_used"),
    integer("told_days", null=True),
    instant("stale_told_at", null=True),
    instant("tail_until", null=True),
    instant("incumbent_until", null=True),
    instant("offered_at", null=True),
    flag("exclusive"),
    text("status", check=CLAIM_LIFECYCLE.states),
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
    Index(
        "protection_claims_until",
        "tenant_id",
        "protected_until",
        postgresql_where=sql("protected_until IS NOT NULL"),
    ),
    Index("protection_claims_newest", "tenant_id", "created_at", "id"),
    wall=partner_wall(),
)

protection_extensions = entity(
    "protection_extensions",
    METADATA,
    identifier("deal_id"),
    identifier("partner_id"),
    text("status", check=EXTENSION_LIFECYCLE.states),
    integer("days"),
    day("expected_close_on"),
    text("reason", null=True),
    identifier("asked_by"),
    # Those who had a hand in its deal, or asked: they do not give the time.
    document("authors", null=True, told=False),
    identifier("decided_by", null=True),
    text("decision_reason", null=True),
    instant("decided_at", null=True),
    Index("protection_extensions_newest", "tenant_id", "created_at", "id"),
    Index("protection_extensions_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("protection_extensions_deal", "tenant_id", "deal_id", "created_at", "id"),
    wall=partner_wall(),
)
