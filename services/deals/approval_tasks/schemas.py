"""Bodies of tasks."""

from datetime import datetime

from services.deals.ids import AccountId
from shared.web.models import Body, LifecycleOut, Long


class ApprovalTaskOut(LifecycleOut):
    """What one account is asked to answer. Whoever answers first for an approver of a step supersedes the others."""

    deal_id: str
    partner_id: str
    round: int
    step: str
    role: str | None
    team_role: str | None
    account_id: str
    delegated_from: str | None
    escalated: bool
    due_at: datetime
    reason: str | None
    decided_at: datetime | None


class DelegationIn(Body):
    """Who answers instead."""

    account_id: AccountId
    reason: Long | None = None
