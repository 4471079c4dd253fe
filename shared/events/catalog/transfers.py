"""Events about registrations that move to another partner."""

from datetime import datetime
from typing import Literal

from shared.events.envelope import Event


class TransferConsentAsked(Event):
    """A partner is asked to give a registration away, or to take one over; subject: the consent."""

    type = "deal.transfer.consent_asked.v1"
    consent_id: str
    partner_id: str
    side: str


class TransferAnswered(Event):
    """A partner has given or refused its consent; subject: the consent."""

    type = "deal.transfer.answered.v1"
    consent_id: str
    partner_id: str
    side: str
    given: bool


class TransferCancelled(Event):
    """A consent is not needed any more: the transfer has ended; subject: the consent."""

    type = "deal.transfer.cancelled.v1"
    consent_id: str
    partner_id: str
    side: str


class RegistrationTransferred(Event):
    """A registration has moved: `old` for who has given it away, `new` for who has it now. Neither is told of the other."""

    type = "deal.registration.transferred.v1"
    deal_id: str
    partner_id: str
    side: Literal["old", "new"]


class PartnerOfRecord(Event):
    """Who is a customer's partner of record from a moment on, and who was until then; subject: the new registration."""

    type = "deal.partner_of_record.v1"
    public = False

    deal_id: str
    partner_id: str
    since: datetime
    previous_deal_id: str
    previous_partner_id: str
    customer_id: str
    product_family: str
