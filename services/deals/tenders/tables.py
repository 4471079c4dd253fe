"""Tenders, and who takes part. Joining leaves a tender's row as it is: its version would tell how many have joined."""

from sqlalchemy import Index
from sqlalchemy import text as sql

from services.deals.metadata import METADATA
from services.deals.tenders.rules import LIFECYCLE
from shared.db.columns import day, decimal, document, entity, identifier, instant, key, record, text
from shared.db.walls import participants_wall, partner_wall

UNDECIDED = sql("status IN ('open', 'closed')")

tenders = entity(
    "tenders",
    METADATA,
    text("name"),
    identifier("customer_id"),
    text("product_family"),
    instant("closes_at"),
    # Equal for all who take part.
    decimal("discount", null=True),
    day("valid_until", null=True),
    text("conditions", null=True),
    text("status", check=LIFECYCLE.states),
    identifier("awarded_deal_id", null=True),
    instant("decided_at", null=True),
    identifier("decided_by", null=True),
    text("decision_reason", null=True),
    # The customers it was put out for before each of them was merged into the next, so that it can go back.
    document("came_through", null=True),
    Index("tenders_newest", "tenant_id", "created_at", "id"),
    Index("tenders_closing", "tenant_id", "closes_at", "id"),
    Index("tenders_customer", "tenant_id", "customer_id", "created_at", "id"),
    Index(
        "tenders_undecided",
        "tenant_id",
        "customer_id",
        "product_family",
        unique=True,
        postgresql_where=UNDECIDED,
    ),
    wall=participants_wall("tender_entries", "tender_id"),
)

tender_entries = record(
    "tender_entries",
    METADATA,
    key("tender_id"),
    key("deal_id"),
    identifier("partner_id"),
    instant("entered_at"),
    Index("tender_entries_partner", "tenant_id", "partner_id", "tender_id"),
    wall=partner_wall(),
)
