"""What statements look like."""

from typing import Final

from services.incentives.statements.tables import STATES, statement_lines, statements
from shared.db.resource import Resource, group, money
from shared.lifecycle import Lifecycle, move

LIFECYCLE: Final = Lifecycle(
    STATES,
    move("approve", "in_review", permission="statements:approve", to="approved", by="vendor"),
    move("publish", "approved", permission="statements:approve", to="published", by="vendor"),
    move("acknowledge", "published", permission="statements:write", to="acknowledged", by="partner"),
)
STATEMENTS: Final = Resource(
    "statement",
    statements,
    (
        "partner_id",
        group("period", **{"from": "period_from", "to": "period_to"}),
        money("total"),
        "line_count",
        "status",
        "created_by",
        "approved_at",
        "approved_by",
        "published_at",
        "acknowledged_at",
        "acknowledged_by",
        "paid_at",
    ),
    expands={"partner_id": "partners"},
    permission="statements:read",
    filters=("partner_id", "status", "currency", "period_from", "period_to"),
    lifecycle=LIFECYCLE,
)
LINES: Final = Resource(
    "statement_line",
    statement_lines,
    (
        "statement_id",
        "earning_id",
        "deal_id",
        "licence_id",
        "licence_invoice_id",
        "kind",
        "rule",
        money("amount"),
        "earned_on",
        "posted_on",
    ),
    expands={
        "statement_id": "statements",
        "earning_id": "earnings",
        "deal_id": "deals",
        "licence_id": "licences",
    },
    permission="statements:read",
    filters=("kind",),
)
