"""The noun `deal-activities`, and the activities of one deal."""

from services.deals.activities import commands
from services.deals.activities.queries import DEAL_ACTIVITIES
from services.deals.activities.schemas import DealActivityIn, DealActivityOut
from services.deals.registrations.queries import DEALS
from shared.db.read import Page
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.models import list_of
from shared.web.params import Http, Principal, Read, Tx
from shared.web.router import Router

router = Router("deal-activities")
router.lists(DEAL_ACTIVITIES, DealActivityOut, summary="Activities of the deals the caller may see, newest first.")
router.reads(DEAL_ACTIVITIES, DealActivityOut, summary="One activity.")
of_deals = Router("deals")


@of_deals.get("/{id}/activities", permission="deals:view", out=list_of(DealActivityOut), listing=DEAL_ACTIVITIES)
async def list_activities_of_deal(id: str, read: Read, request: Http) -> Page:
    """What was done for one deal, the last logged first."""
    await read.get(DEALS, id)
    return await read.page(DEAL_ACTIVITIES, request.query, deal_id=id)


@of_deals.post(
    "/{id}/activities",
    permission="deals:write",
    returns=DEAL_ACTIVITIES,
    about=DEALS,
    out=DealActivityOut,
    status=201,
    problems=[AlreadyExists],
)
async def log_deal_activity(id: str, body: DealActivityIn, tx: Tx, caller: Principal) -> Row:
    """Log what was done for a deal; shared activities keep its protection from lapsing."""
    return await commands.log(tx, body, deal_id=id, caller=caller)
