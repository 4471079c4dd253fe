"""Which events change something here: those of sister services, and what this one has said that can wait."""

from services.deals.calendars.handlers import on_calendar
from services.deals.directory.handlers import on_territory, on_tier
from services.deals.engagements.handlers import on_partner_ended
from services.deals.held_leads.handlers import on_lead_held
from services.deals.licences.handlers import on_renewal_won
from services.deals.quality.measuring import on_other_tier, on_outcome
from services.deals.registrations.handlers import on_lead_converted, on_partner
from shared.events.catalog.deals import (
    DealLost,
    DealReopened,
    DealWon,
    RegistrationRejected,
    RegistrationRevoked,
    RegistrationWithdrawn,
)
from shared.events.catalog.gateway import CalendarState
from shared.events.catalog.leads import LeadConverted, LeadHeld, TerritoryState
from shared.events.catalog.partners import PartnerDirectory, TierState
from shared.events.catalog.protection import ProtectionExpired
from shared.events.catalog.registrations import EvidenceAdded, EvidenceWithdrawn
from shared.events.catalog.transfers import RegistrationTransferred
from shared.events.inbox import on

_OUTCOMES = (
    *(DealWon, DealLost, DealReopened, ProtectionExpired, EvidenceAdded, EvidenceWithdrawn),
    *(RegistrationRejected, RegistrationRevoked, RegistrationTransferred, RegistrationWithdrawn),
)
SUBSCRIPTIONS = [
    on("gateway", CalendarState, on_calendar),
    on("partners", PartnerDirectory, on_partner),
    on("partners", PartnerDirectory, on_partner_ended),
    on("partners", PartnerDirectory, on_other_tier),
    on("partners", TierState, on_tier),
    on("leads", LeadConverted, on_lead_converted),
    on("leads", LeadHeld, on_lead_held),
    *(on("deals", each, on_outcome) for each in _OUTCOMES),
    on("deals", DealWon, on_renewal_won),
    on("leads", TerritoryState, on_territory),
]
