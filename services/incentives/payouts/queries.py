"""What payouts look like."""

from typing import Final

from services.incentives.payouts.tables import STATES, payouts
from shared.db.resource import Resource, money
from shared.lifecycle import Lifecycle, move

LIFECYCLE: Final = Lifecycle(
    STATES,
    move("approve", "pending_approval", permission="payouts:approve", to="approved", by="vendor"),
    move("submit", "approved", permission="payouts:pay", to="submitted", by="vendor"),
    move("confirm", "submitted", permission="payouts:pay", to="paid", by="vendor"),
    move("fail", "submitted", permission="payouts:pay", to="failed", by="vendor"),
    move("cancel", "pending_approval", "approved", permission="payouts:write", to="cancelled", by="vendor"),
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
    expands={"partner_id": "partners"},
    permission="payouts:read",
    filters=("partner_id", "status", "currency"),
    lifecycle=LIFECYCLE,
    # A second person approves.
    ruled_out=lambda row, caller: ("approve",) if row["created_by"] == caller.answerable_id else (),
)
