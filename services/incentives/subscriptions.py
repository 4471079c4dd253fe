"""Which events of other services are handled, and by whom."""

from typing import Final

from services.incentives.accrual import handlers
from shared.events.catalog.attributions import AttributionSplit
from shared.events.catalog.deals import DealReturned, DealWon
from shared.events.catalog.licences import LicenceInvoiced, LicenceUnserved
from shared.events.catalog.orders import OrderCredited, OrderMatched, OrderReturned
from shared.events.catalog.partners import PartnerDirectory
from shared.events.inbox import on

SUBSCRIPTIONS: Final = [
    on("partners", PartnerDirectory, handlers.partner_changed),
    on("deals", DealWon, handlers.deal_won),
    on("deals", DealReturned, handlers.deal_returned),
    on("deals", AttributionSplit, handlers.deal_shared),
    on("deals", OrderMatched, handlers.order_matched),
    on("deals", OrderReturned, handlers.order_returned),
    on("deals", OrderCredited, handlers.order_credited),
    on("deals", LicenceInvoiced, handlers.licence_invoiced),
    on("deals", LicenceUnserved, handlers.licence_unserved),
]
