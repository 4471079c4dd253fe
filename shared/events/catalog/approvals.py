"""Events that the deals service publishes of approval: of the deal to its partner, of those who approve it to the vendor alone."""

from datetime import datetime

from shared.events.envelope import Event


class RegistrationRouted(Event):
    """A registration is with those who approve it."""

    type = "deal.registration.routed.v1"
    deal_id: str
    partner_id: str


class RegistrationAppealed(Event):
    """A partner asks to look at a rejected registration again."""

    type = "deal.registration.appealed.v1"
    deal_id: str
    partner_id: str
    reason: str


class RegistrationReopened(Event):
    """A deal that was approved asks for a new decision; `reopens` says whether it is screened again as well.

    It has changed, or it is to be reinstated and meets a rival now.
    """

    type = "deal.registration.reopened.v1"
    deal_id: str
    partner_id: str
    reopens: str


class ApprovalRequested(Event):
    """Accounts of the vendor's staff are asked to approve a deal; for the vendor alone."""

    type = "deal.approval.requested.v1"
    deal_id: str
    partner_id: str
    step: str
    account_ids: list[str]
    due_at: datetime


class ApprovalReminded(Event):
    """Accounts that were asked to approve a deal have not answered yet; for the vendor alone."""

    type = "deal.approval.reminded.v1"
    deal_id: str
    partner_id: str
    step: str
    account_ids: list[str]
    due_at: datetime


class ApprovalEscalated(Event):
    """Nobody has approved a deal in time, and those with another role are asked as well; for the vendor alone."""

    type = "deal.approval.escalated.v1"
    deal_id: str
    partner_id: str
    step: str
    role: str | None
    account_ids: list[str]


class ApprovalDecided(Event):
    """Somebody has answered: approved, rejected or returned; for the vendor alone."""

    type = "deal.approval.decided.v1"
    approval_task_id: str
    deal_id: str
    partner_id: str
    step: str
    account_id: str
    decision: str


class ApprovalDelegationStarted(Event):
    """What an account is asked to approve goes to another one for a time; for the vendor alone."""

    type = "approval_delegation.started.v1"
    delegation_id: str
    from_account_id: str
    to_account_id: str
    starts_at: datetime
    ends_at: datetime


class ApprovalDelegationEnded(Event):
    """An account is asked itself again; for the vendor alone."""

    type = "approval_delegation.ended.v1"
    delegation_id: str
    from_account_id: str
    to_account_id: str


class ApprovalDelegated(Event):
    """Somebody else is to answer instead; for the vendor alone."""

    type = "deal.approval.delegated.v1"
    approval_task_id: str
    deal_id: str
    partner_id: str
    step: str
    from_account_id: str
    to_account_id: str
