"""Moving a deal, and the lists of what it has gone through."""

from services.deals.directory.rules import PartnerNotActive
from services.deals.registrations import moving
from services.deals.registrations.queries import DEALS
from services.deals.registrations.schemas import DealOut
from services.deals.stages.queries import PLAN_CHANGES, STAGE_MOVES
from services.deals.stages.schemas import PlanChangeOut, StageIn, StageMoveOut
from shared.db.read import Page
from shared.db.resource import Row
from shared.web.models import list_of
from shared.web.params import Http, Read, Tx, Version
from shared.web.router import Router

router = Router("deals")


@router.post("/{id}/stage", permission="deals:write", returns=DEALS, out=DealOut, problems=[PartnerNotActive])
async def move_deal_to_stage(id: str, body: StageIn, tx: Tx, version: Version) -> Row:
    """Move an approved deal to another stage; `won` and `lost` are actions of their own."""
    return await moving.move_to_stage(tx, body, deal_id=id, version=version)


@router.get("/{id}/stage-history", permission="deals:view", out=list_of(StageMoveOut), listing=STAGE_MOVES)
async def list_stage_moves(id: str, read: Read, request: Http) -> Page:
    """Every move of a deal, from where to where, by whom and after how long; the latest first."""
    await read.get(DEALS, id)
    return await read.page(STAGE_MOVES, request.query, deal_id=id)


@router.get("/{id}/plan-history", permission="deals:read", out=list_of(PlanChangeOut), listing=PLAN_CHANGES)
async def list_plan_changes(id: str, read: Read, request: Http) -> Page:
    """How the close date, the next step and the amount of an approved deal have changed; the latest first."""
    await read.get(DEALS, id)
    return await read.page(PLAN_CHANGES, request.query, deal_id=id)
