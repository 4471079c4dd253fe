"""Every move of a deal through its stages, and every change of what was planned for it."""

from sqlalchemy import Index

from services.deals.metadata import METADATA
from shared.db.columns import bigint, day, entity, identifier, instant, text
from shared.db.walls import partner_wall

DIRECTIONS = ("forward", "back", "ended", "reopened", "migrated")

stage_moves = entity(
    "stage_moves",
    METADATA,
    identifier("deal_id"),
    identifier("partner_id"),
    identifier("pipeline_id", null=True),
    text("from_stage"),
    text("to_stage"),
    text("direction", check=DIRECTIONS),
    instant("entered_at"),
    bigint("seconds_in_stage"),
    text("reason", null=True),
    identifier("moved_by"),
    Index("stage_moves_of_deal", "tenant_id", "deal_id", "created_at", "id"),
    wall=partner_wall(),
    # The change of the deal is on record already.
    audited=False,
)

plan_changes = entity(
    "plan_changes",
    METADATA,
    identifier("deal_id"),
    identifier("partner_id"),
    day("old_expected_close_on", null=True),
    day("new_expected_close_on", null=True),
    text("old_next_step", null=True),
    text("new_next_step", null=True),
    bigint("old_amount", null=True),
    bigint("new_amount", null=True),
    text("currency", null=True),
    identifier("changed_by"),
    Index("plan_changes_of_deal", "tenant_id", "deal_id", "created_at", "id"),
    wall=partner_wall(),
    audited=False,
)
