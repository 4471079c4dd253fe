"""What the service listens to."""

from services.leads.directory.handlers import keep_family
from services.leads.handover.handlers import keep_partner
from shared.events.catalog.deals import ProductFamilyState
from shared.events.catalog.partners import PartnerDirectory
from shared.events.inbox import on

SUBSCRIPTIONS = [
    on("partners", PartnerDirectory, keep_partner),
    on("deals", ProductFamilyState, keep_family),
]
