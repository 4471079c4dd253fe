"""The noun `engagements`."""

from services.deals.directory.rules import PartnerNotActive
from services.deals.engagements import commands
from services.deals.engagements.queries import ENGAGEMENTS
from services.deals.engagements.rules import AlreadyEngaged, DealNotOpen
from services.deals.engagements.schemas import EngagementIn, EngagementOut, EngagementPatch
from shared.db.resource import Row
from shared.errors import AlreadyExists, NotFound
from shared.extensions.references import ExternalReferenceTaken
from shared.web.models import ReasonIn
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("engagements")
router.lists(ENGAGEMENTS, EngagementOut, summary="Partners' parts in deals of others, newest first.")
router.reads(ENGAGEMENTS, EngagementOut, summary="One engagement, with what is shown of its deal.")
_WRITE, _APPROVE = "engagements:write", "engagements:approve"


@router.post(
    permission=_WRITE,
    returns=ENGAGEMENTS,
    out=EngagementOut,
    status=201,
    problems=[NotFound, AlreadyExists, AlreadyEngaged, PartnerNotActive, DealNotOpen],
)
async def create_engagement(body: EngagementIn, tx: Tx) -> Row:
    """Prepare to bring a partner into a deal. Nobody is told before it is invited."""
    return await commands.draft(tx, body)


@router.patch(permission=_WRITE, returns=ENGAGEMENTS, out=EngagementOut, problems=[ExternalReferenceTaken])
async def change_engagement(id: str, body: EngagementPatch, tx: Tx, version: Version) -> Row:
    """Change the note of a draft, or what one's own side calls the engagement in other systems."""
    return await commands.change(tx, body, engagement_id=id, version=version)


@router.post(
    "/{id}/invite",
    permission=_WRITE,
    returns=ENGAGEMENTS,
    out=EngagementOut,
    problems=[PartnerNotActive, DealNotOpen],
)
async def invite_engagement(id: str, tx: Tx, version: Version) -> Row:
    """Invite the partner; where the template says so, the vendor approves it first."""
    return await commands.invite(tx, engagement_id=id, version=version)


@router.post(
    "/{id}/approve",
    permission=_APPROVE,
    returns=ENGAGEMENTS,
    out=EngagementOut,
    problems=[PartnerNotActive, DealNotOpen],
)
async def approve_engagement(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Let the partner be invited."""
    return await commands.approve(tx, engagement_id=id, version=version, caller=caller)


@router.post("/{id}/reject", permission=_APPROVE, returns=ENGAGEMENTS, out=EngagementOut)
async def reject_engagement(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Keep the partner from being invited."""
    return await commands.reject(tx, engagement_id=id, version=version, reason=body.reason, caller=caller)


@router.post(
    "/{id}/accept",
    permission=_WRITE,
    returns=ENGAGEMENTS,
    out=EngagementOut,
    problems=[PartnerNotActive, DealNotOpen],
)
async def accept_engagement(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Accept an invitation: take part, and be shown what the template shares."""
    return await commands.accept(tx, engagement_id=id, version=version, caller=caller)


@router.post("/{id}/decline", permission=_WRITE, returns=ENGAGEMENTS, out=EngagementOut)
async def decline_engagement(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Decline an invitation; it is not found any more after that."""
    return await commands.decline(tx, engagement_id=id, version=version, reason=body.reason, caller=caller)


@router.post("/{id}/withdraw", permission=_WRITE, returns=ENGAGEMENTS, out=EngagementOut)
async def withdraw_engagement(id: str, tx: Tx, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Take an invitation back before it is answered."""
    return await commands.withdraw(tx, engagement_id=id, version=version, reason=body.reason)


@router.post("/{id}/leave", permission=_WRITE, returns=ENGAGEMENTS, out=EngagementOut)
async def leave_engagement(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Leave a deal that one takes part in; it is not found any more after that."""
    return await commands.leave(tx, engagement_id=id, version=version, reason=body.reason, caller=caller)


@router.post("/{id}/end", permission=_WRITE, returns=ENGAGEMENTS, out=EngagementOut)
async def end_engagement(id: str, tx: Tx, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """End a partner's part in a deal; it sees nothing of it any more, from this moment."""
    return await commands.end(tx, engagement_id=id, version=version, reason=body.reason)
