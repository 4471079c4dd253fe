"""What payouts look like."""

from typing import Final

from services.incentives.payouts.tables import STATES, payouts
from shared.db.resource import Resource, money
from shared.lifecycle import Lifecycle, move

LIFECYCLE: Final = Lifecycle(
    STATES,
    move("approve", "pending_approval", permission="payouts:approve"),
    move("submit", "approved", permission="payouts:pay"),
    move("confirm", "submitted", permission="payouts:pay"),
    move("fail", "submitted", permission="payouts:pay"),
    move("cancel", "pending_approval", "approved", permission="payouts:write"),
)
PAYOUTS: Final = Resource(
    "payout",
    payouts,
    (
        "partner_id",
        money("amount"),
        "status",
        "statement_ids",
        "created_by",
        "approved_by",
        "approved_at",
        "submitted_at",
        "paid_at",
        "failure_reason",
    ),
    permission="payouts:read",
    filters=("partner_id", "status", "currency"),
    lifecycle=LIFECYCLE,
)
