"""`leads`: the actions between the vendor and the partners."""

from services.leads.directory.commands import UnknownPartner
from services.leads.handover import commands
from services.leads.handover.rules import OfferExpired, PartnerNotActive
from services.leads.handover.schemas import OfferIn
from services.leads.leads.queries import LEADS, one
from services.leads.leads.schemas import LeadOut, LeadReasonIn
from services.leads.offers.schemas import OfferOut
from services.leads.offers.tables import OFFERS
from services.leads.routing.rules import PartnerNotEligible
from shared.db.resource import Row
from shared.errors import InvalidTransition
from shared.web.conditional import etag
from shared.web.params import Principal, Tx, Version
from shared.web.reply import Reply
from shared.web.router import Router

router = Router("leads")


@router.post("/{id}/route", permission="leads:approve", returns=LEADS, out=LeadOut, problems=[InvalidTransition])
async def route_lead(id: str, tx: Tx, version: Version) -> Row:
    """Offer a lead to the eligible partner whose turn it is; without one it waits as `unroutable`."""
    return await one(tx, await commands.route(tx, id, version=version))


@router.post(
    "/{id}/offer",
    permission="leads:approve",
    returns=LEADS,
    out=LeadOut,
    problems=[InvalidTransition, PartnerNotEligible, UnknownPartner],
)
async def offer_lead(id: str, body: OfferIn, tx: Tx, version: Version) -> Row:
    """Offer a lead to a partner chosen by hand."""
    return await one(tx, await commands.offer(tx, id, body, version=version))


@router.post(
    "/{id}/accept",
    permission="leads:write",
    returns=LEADS,
    out=LeadOut,
    problems=[InvalidTransition, OfferExpired, PartnerNotActive],
)
async def accept_lead(id: str, tx: Tx, version: Version) -> Row:
    """Take a lead that is offered; from now on the person behind it is visible to the partner."""
    return await one(tx, await commands.accept(tx, id, version=version))


@router.post(
    "/{id}/decline",
    permission="leads:write",
    returns=LEADS,
    out=OfferOut,
    problems=[InvalidTransition, OfferExpired],
)
async def decline_lead(id: str, body: LeadReasonIn, tx: Tx, caller: Principal, version: Version) -> Reply:
    """Refuse a lead that is offered; answers with the offer, since the lead goes to another partner."""
    offer = await commands.decline(tx, id, reason=body.reason, version=version)
    headers = {
        "Content-Location": f"/v1/offers/{offer['id']}",
        "ETag": etag(offer["version"], caller, None),
        "Cache-Control": "private, no-cache",
    }
    return Reply.json(OFFERS.shape(offer, caller=caller), headers=headers)


@router.post("/{id}/recall", permission="leads:approve", returns=LEADS, out=LeadOut, problems=[InvalidTransition])
async def recall_lead(id: str, body: LeadReasonIn, tx: Tx, version: Version) -> Row:
    """Take a lead back from the partner that has it, for good."""
    return await one(tx, await commands.recall(tx, id, reason=body.reason, version=version))
