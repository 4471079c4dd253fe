"""Events that the leads service publishes."""

from datetime import datetime

from pydantic import BaseModel

from shared.events.catalog.deals import Amount
from shared.events.envelope import Event


class LeadCompany(BaseModel):
    """The company a lead is about; no person is named."""

    name: str
    domain: str | None
    country: str | None
    tax_id: str | None


class TerritoryState(Event):
    """Full state of a territory, for the projections of sister services; subject: the territory."""

    type = "territory.state.v1"
    public = False

    code: str
    countries: list[str]


class LeadCreated(Event):
    """A lead came in."""

    type = "lead.created.v1"
    lead_id: str
    source: str


class LeadRemoved(Event):
    """A lead is there no more: the import that brought it in was taken back."""

    type = "lead.removed.v1"
    lead_id: str


class LeadOffered(Event):
    """A lead is offered to a partner until `expires_at`."""

    type = "lead.offered.v1"
    lead_id: str
    partner_id: str
    expires_at: datetime


class LeadHeld(Event):
    """Whose lead a company is now, offered or accepted; `partner_id` is null when nobody's any more. Subject: the lead."""

    type = "lead.held.v1"
    public = False
    lead_id: str
    partner_id: str | None
    company: LeadCompany
    product_family: str


class LeadAccepted(Event):
    """A partner accepted a lead."""

    type = "lead.accepted.v1"
    lead_id: str
    partner_id: str
    accepted_at: datetime


class LeadDeclined(Event):
    """A partner declined a lead."""

    type = "lead.declined.v1"
    lead_id: str
    partner_id: str
    reason: str


class LeadOfferExpired(Event):
    """A partner let an offer lapse."""

    type = "lead.offer_expired.v1"
    lead_id: str
    partner_id: str


class LeadRecalled(Event):
    """A lead was taken back from a partner."""

    type = "lead.recalled.v1"
    lead_id: str
    partner_id: str
    reason: str


class LeadContacted(Event):
    """A partner reached the person behind a lead for the first time."""

    type = "lead.contacted.v1"
    lead_id: str
    partner_id: str
    contacted_at: datetime


class LeadUnroutable(Event):
    """No partner could be found for a lead; it waits in a visible queue."""

    type = "lead.unroutable.v1"
    lead_id: str


class LeadDisqualified(Event):
    """A lead came to nothing."""

    type = "lead.disqualified.v1"
    lead_id: str
    partner_id: str | None
    reason: str


class LeadConverted(Event):
    """A lead became a deal, whose id leads has made; priority counts from `accepted_at`."""

    type = "lead.converted.v1"
    lead_id: str
    deal_id: str
    partner_id: str
    company: LeadCompany
    product_family: str
    title: str
    amount: Amount | None
    accepted_at: datetime
    converted_by: str
