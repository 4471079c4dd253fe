"""Which events of sister services change something here."""

from services.deals.calendars.handlers import on_calendar
from services.deals.directory.handlers import on_tier
from services.deals.held_leads.handlers import on_lead_held
from services.deals.registrations.handlers import on_lead_converted, on_partner
from shared.events.catalog.gateway import CalendarState
from shared.events.catalog.leads import LeadConverted, LeadHeld
from shared.events.catalog.partners import PartnerDirectory, TierState
from shared.events.inbox import on

SUBSCRIPTIONS = [
    on("gateway", CalendarState, on_calendar),
    on("partners", PartnerDirectory, on_partner),
    on("partners", TierState, on_tier),
    on("leads", LeadConverted, on_lead_converted),
    on("leads", LeadHeld, on_lead_held),
]
