"""Events that the deals service publishes of decisions that its deal desk owes."""

from datetime import datetime

from shared.events.envelope import Event


class DecisionReminded(Event):
    """The deal desk has not decided about a registration yet; for the vendor alone."""

    type = "deal.decision.reminded.v1"
    deal_id: str
    partner_id: str
    due_at: datetime


class DecisionOverdue(Event):
    """The vendor should have decided about a registration by now."""

    type = "deal.decision.overdue.v1"
    deal_id: str
    partner_id: str
    due_at: datetime


class DecisionEscalated(Event):
    """Accounts with another role hear of a decision that is overdue; for the vendor alone."""

    type = "deal.decision.escalated.v1"
    deal_id: str
    partner_id: str
    role: str | None
    account_ids: list[str]


class RegistrationHandedBack(Event):
    """Nobody could approve a registration in the steps of its policy: the deal desk decides."""

    type = "deal.registration.handed_back.v1"
    deal_id: str
    partner_id: str
