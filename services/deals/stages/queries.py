"""Reading the moves of a deal, and what was planned for it."""

from services.deals.stages.tables import plan_changes, stage_moves
from shared.db.resource import Resource, money, renamed

STAGE_MOVES = Resource(
    "stage_move",
    stage_moves,
    (
        "deal_id",
        "partner_id",
        "pipeline_id",
        "from_stage",
        "to_stage",
        "direction",
        "entered_at",
        renamed("moved_at", "created_at"),
        "seconds_in_stage",
        "reason",
        "moved_by",
    ),
    permission="deals:view",
)
PLAN_CHANGES = Resource(
    "plan_change",
    plan_changes,
    (
        "deal_id",
        "partner_id",
        "old_expected_close_on",
        "new_expected_close_on",
        "old_next_step",
        "new_next_step",
        money("old_amount"),
        money("new_amount"),
        renamed("changed_at", "created_at"),
        "changed_by",
    ),
    permission="deals:read",
)
