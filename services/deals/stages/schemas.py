"""Bodies of moves and of what has been planned."""

from datetime import date, datetime
from typing import Literal

from services.deals.ids import PipelineId
from shared.web.models import Body, Code, Long, MoneyOut, ResourceOut


class StageIn(Body):
    """The stage to move to; moving back takes a reason. `pipeline_id` moves the deal to another version as well."""

    stage: Code
    reason: Long | None = None
    pipeline_id: PipelineId | None = None


class StageMoveOut(ResourceOut):
    """One move of a deal, and for how long it had been where it came from."""

    deal_id: str
    partner_id: str
    pipeline_id: str | None
    from_stage: str
    to_stage: str
    direction: Literal["forward", "back", "ended", "reopened", "migrated"]
    entered_at: datetime
    moved_at: datetime
    seconds_in_stage: int
    reason: str | None
    moved_by: str


class PlanChangeOut(ResourceOut):
    """What was planned for a deal before, and since: its close date, its next step, its amount."""

    deal_id: str
    partner_id: str
    old_expected_close_on: date | None
    new_expected_close_on: date | None
    old_next_step: str | None
    new_next_step: str | None
    old_amount: MoneyOut | None
    new_amount: MoneyOut | None
    changed_at: datetime
    changed_by: str
