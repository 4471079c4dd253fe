"""What the service listens to."""

from services.leads.directory.handlers import keep_family, keep_visibility
from services.leads.handover.handlers import keep_partner
from shared.events.catalog.deals import ProductFamilyState
from shared.events.catalog.partners import PartnerDirectory, VisibilityChanged
from shared.events.inbox import on

SUBSCRIPTIONS = [
    on("partners", PartnerDirectory, keep_partner),
    on("partners", VisibilityChanged, keep_visibility),
    on("deals", ProductFamilyState, keep_family),
]
