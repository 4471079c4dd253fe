"""Statements and their frozen lines."""

from sqlalchemy import CheckConstraint, Index

from services.incentives.metadata import METADATA
from shared.db.columns import bigint, day, entity, identifier, instant, integer, text
from shared.db.walls import partner_wall

STATES = ("in_review", "approved", "published", "acknowledged")

statements = entity(
    "statements",
    METADATA,
    identifier("partner_id"),
    # The partner once published; until then only the vendor sees the statement.
    identifier("published_to", null=True),
    day("period_from"),
    day("period_to"),
    text("currency"),
    bigint("total"),
    integer("line_count"),
    text("status", check=STATES),
    identifier("created_by"),
    instant("approved_at", null=True),
    identifier("approved_by", null=True),
    instant("published_at", null=True),
    instant("acknowledged_at", null=True),
    identifier("acknowledged_by", null=True),
    instant("paid_at", null=True),
    CheckConstraint("period_from < period_to"),
    Index("statements_newest", "tenant_id", "created_at", "id"),
    Index("statements_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("statements_status", "tenant_id", "status", "created_at", "id"),
    Index("statements_published_to", "tenant_id", "published_to", "created_at", "id"),
    Index("statements_from", "tenant_id", "period_from"),
    Index("statements_to", "tenant_id", "period_to"),
    wall=partner_wall("published_to"),
)

statement_lines = entity(
    "statement_lines",
    METADATA,
    identifier("statement_id"),
    identifier("partner_id"),
    identifier("earning_id"),
    identifier("deal_id", null=True),
    identifier("licence_id", null=True),
    identifier("licence_invoice_id", null=True),
    text("kind"),
    text("rule"),
    bigint("amount"),
    text("currency"),
    day("earned_on"),
    day("posted_on"),
    Index("statement_lines_of", "tenant_id", "statement_id", "created_at", "id"),
    Index("statement_lines_once", "tenant_id", "earning_id", unique=True),
    wall=partner_wall(),
    audited=False,
)
