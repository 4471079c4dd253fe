"""Events that the deals service publishes of what goes with registrations: owners, evidence, notes, tasks, tenders and quotas."""

from shared.events.envelope import Event


class DealAssigned(Event):
    """A deal was given to somebody else of its partner, whose own it is now."""

    type = "deal.assigned.v1"
    deal_id: str
    partner_id: str
    owner_account_id: str
    previous_owner_account_id: str


class EvidenceAdded(Event):
    """Evidence was given for a deal; subject: the evidence."""

    type = "deal.evidence.added.v1"
    deal_id: str
    partner_id: str
    evidence_type: str


class EvidenceWithdrawn(Event):
    """Evidence was taken back by the side that had given it; subject: the evidence."""

    type = "deal.evidence.withdrawn.v1"
    deal_id: str
    partner_id: str


class DealNoteAdded(Event):
    """Somebody noted something on a deal; subject: the note. Only of shared notes do partners hear."""

    type = "deal.note.added.v1"
    deal_id: str
    partner_id: str
    visibility: str


class DealTaskAssigned(Event):
    """A member of the vendor's staff has something to do about a deal; subject: the task. No partner hears of it."""

    type = "deal.task.assigned.v1"
    deal_id: str
    assignee_id: str


class DealTaskOverdue(Event):
    """A task was not done in time; subject: the task. No partner hears of it."""

    type = "deal.task.overdue.v1"
    deal_id: str
    assignee_id: str


class DealTaskEnded(Event):
    """A task was done, or is not needed any more; subject: the task. No partner hears of it."""

    type = "deal.task.ended.v1"
    deal_id: str
    assignee_id: str


class TenderOpened(Event):
    """A customer was put out to tender; subject: the tender, of which those hear who take part."""

    type = "tender.opened.v1"
    tender_id: str
    product_family: str


class TenderChanged(Event):
    """The terms of a tender, or its time to close, are others now, for everybody; subject: the tender."""

    type = "tender.changed.v1"
    tender_id: str


class TenderClosed(Event):
    """Nobody registers in a tender any more; subject: the tender."""

    type = "tender.closed.v1"
    tender_id: str


class TenderAwarded(Event):
    """A tender is decided; subject: the tender. Who won is told to nobody else."""

    type = "tender.awarded.v1"
    tender_id: str


class TenderCancelled(Event):
    """A tender ended without an award; subject: the tender."""

    type = "tender.cancelled.v1"
    tender_id: str


class RegistrationQuotaReached(Event):
    """A partner has as many registrations open as it may have; subject: its registration quality."""

    type = "deal.registration.quota_reached.v1"
    partner_id: str
    open_registrations: int
    quota: int
