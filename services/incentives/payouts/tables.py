"""Payouts, and which statements they pay."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql

from services.incentives.metadata import METADATA
from shared.db.columns import bigint, document, entity, flag, identifier, instant, key, record, text
from shared.db.walls import partner_wall

STATES = ("pending_approval", "approved", "submitted", "paid", "failed", "cancelled")

payouts = entity(
    "payouts",
    METADATA,
    identifier("partner_id"),
    text("currency"),
    bigint("amount"),
    text("status", check=STATES),
    document("statement_ids"),
    identifier("created_by"),
    identifier("approved_by", null=True),
    instant("approved_at", null=True),
    instant("submitted_at", null=True),
    instant("paid_at", null=True),
    text("failure_reason", null=True),
    CheckConstraint("amount > 0"),
    CheckConstraint("approved_by <> created_by"),
    Index("payouts_newest", "tenant_id", "created_at", "id"),
    Index("payouts_status", "tenant_id", "status", "created_at", "id"),
    Index("payouts_partner", "tenant_id", "partner_id", "created_at", "id"),
    wall=partner_wall(),
)

# A statement is in one live payout at most: a paid one stays live for ever, so nothing is ever paid twice.
payout_statements = record(
    "payout_statements",
    METADATA,
    key("payout_id"),
    key("statement_id"),
    identifier("partner_id"),
    flag("live"),
    Index("payout_statements_once", "tenant_id", "statement_id", unique=True, postgresql_where=sql("live")),
    wall=partner_wall(),
)
