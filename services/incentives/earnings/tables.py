"""Earnings: one row for each line of money. Its amount never changes; a correction is a line of its own."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql

from services.incentives.ledger.rules import ACCOUNTS
from services.incentives.metadata import METADATA
from shared.db.columns import bigint, day, document, entity, identifier, integer, text
from shared.db.walls import partner_wall
from shared.lifecycle import Lifecycle

# What is held was suspended with its partner; statements and payouts take it on from there, and nobody asks a line for it.
LIFECYCLE = Lifecycle(
    ("accrued", "held", "statemented", "payable", "paid"),
    initial=("accrued", "held"),
    by_itself={
        "accrued": ("held", "statemented"),
        "held": ("accrued",),
        "statemented": ("payable",),
        "payable": ("paid",),
    },
)
KINDS = ("commission", "true_up", "adjustment", "clawback")

earnings = entity(
    "earnings",
    METADATA,
    identifier("partner_id"),
    # What it was sold on, where known; `licence_invoice_id` is the sale itself where that is an invoice of a licence.
    identifier("deal_id", null=True),
    identifier("licence_id", null=True),
    identifier("licence_invoice_id", null=True),
    text("kind", check=KINDS),
    text("status", check=LIFECYCLE.states),
    bigint("amount"),
    text("currency"),
    identifier("plan_id"),
    identifier("plan_version_id"),
    text("component"),
    # The sale or return it comes from, and which line of it: the key that makes money exactly once.
    text("source", check=("sale", "return")),
    identifier("source_id"),
    # The won deal, the match of an order, or the invoice of a licence that it is about.
    identifier("sale_id"),
    integer("line"),
    day("earned_on"),
    day("posted_on"),
    text("period"),
    identifier("reverses", null=True),
    text("account", check=tuple(ACCOUNTS)),
    identifier("statement_id", null=True),
    document("trace"),
    CheckConstraint("amount <> 0"),
    CheckConstraint("(licence_id IS NULL) = (licence_invoice_id IS NULL)"),
    CheckConstraint("deal_id IS NOT NULL OR licence_invoice_id IS NOT NULL"),
    UniqueConstraint(
        *("tenant_id", "source", "source_id", "sale_id", "partner_id", "plan_id", "component", "line"),
        name="earnings_once",
    ),
    Index("earnings_newest", "tenant_id", "created_at", "id"),
    Index("earnings_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("earnings_earned", "tenant_id", "earned_on", "id"),
    Index("earnings_partner_earned", "tenant_id", "partner_id", "earned_on", "id"),
    Index("earnings_status", "tenant_id", "status", "created_at", "id"),
    Index("earnings_period", "tenant_id", "period", "created_at", "id"),
    Index("earnings_deal", "tenant_id", "deal_id"),
    Index("earnings_licence", "tenant_id", "licence_id", postgresql_where=sql("licence_id IS NOT NULL")),
    Index(
        "earnings_invoice", "tenant_id", "licence_invoice_id", postgresql_where=sql("licence_invoice_id IS NOT NULL")
    ),
    Index("earnings_collected", "tenant_id", "partner_id", "status", "posted_on"),
    Index("earnings_statement", "tenant_id", "statement_id"),
    wall=partner_wall(),
)
