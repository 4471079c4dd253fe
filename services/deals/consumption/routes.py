"""The noun `order-matches`: made by deliveries and sell-out, so it is only read; and how much of a deal they use up."""

from services.deals.consumption import queries
from services.deals.consumption.queries import ORDER_MATCHES
from services.deals.consumption.schemas import ConsumptionOut, OrderMatchOut
from services.deals.registrations.queries import DEALS
from shared.web.params import Read
from shared.web.router import Router

router = Router("order-matches")
router.lists(ORDER_MATCHES, OrderMatchOut, summary="What counts for deals the caller may see, newest first.")
router.reads(ORDER_MATCHES, OrderMatchOut, summary="One match.")

deals = Router("deals")


@deals.get("/{id}/consumption", permission="deals:read", out=ConsumptionOut, about=DEALS)
async def get_deal_consumption(id: str, read: Read) -> ConsumptionOut:
    """How much of a deal was delivered or sold out, against what it was registered for."""
    return await queries.consumption_of(read, deal_id=id)
