"""Account teams over HTTP."""

from datetime import date
from typing import Any

from services.partners.account_teams import commands, handing_over, queries
from services.partners.account_teams.queries import ACCOUNT_TEAMS
from services.partners.account_teams.rules import AlreadyOnTeam, OwnerTaken
from services.partners.account_teams.schemas import (
    AccountTeamIn,
    AccountTeamOut,
    AccountTeamPatch,
    EndIn,
    ReassignedOut,
    ReassignIn,
)
from services.partners.internal import given, looking_up, parameters
from shared.db.pool import Database
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.params import Http, Now, Tx, Version
from shared.web.router import Router

router = Router("account-teams")
router.lists(ACCOUNT_TEAMS, AccountTeamOut, summary="Who looks after the partners the caller may see, newest first.")
router.reads(ACCOUNT_TEAMS, AccountTeamOut, summary="One place in a partner's team.")


@router.post(
    permission="account-teams:write",
    returns=ACCOUNT_TEAMS,
    out=AccountTeamOut,
    status=201,
    problems=[AlreadyExists, AlreadyOnTeam, OwnerTaken],
)
async def create_account_team(body: AccountTeamIn, tx: Tx) -> Row:
    """Give a member of the vendor's staff a place in a partner's team; `assigned` permissions reach the partner from then on."""
    return await commands.assign(tx, **body.model_dump())


@router.patch(
    permission="account-teams:write", returns=ACCOUNT_TEAMS, out=AccountTeamOut, problems=[AlreadyOnTeam, OwnerTaken]
)
async def patch_account_team(id: str, body: AccountTeamPatch, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Change a place's role, backup or days."""
    return await commands.change(tx, team_id=id, version=version, **body.changes())


@router.post("/{id}/end", permission="account-teams:write", returns=ACCOUNT_TEAMS, out=AccountTeamOut)
async def end_account_team(id: str, tx: Tx, version: Version, body: EndIn = EndIn()) -> Row:  # noqa: A002
    """End a place, today or on a later day."""
    return await commands.end(tx, team_id=id, version=version, effective_to=body.effective_to)


@router.post("/reassign", permission="account-teams:write", out=ReassignedOut, problems=[AlreadyOnTeam, OwnerTaken])
async def reassign_account_teams(body: ReassignIn, tx: Tx) -> ReassignedOut:
    """Give the places of one member of the staff to another, at most 200 at a time."""
    moved, has_more = await handing_over.reassign(tx, **body.model_dump(exclude={"reason"}))
    return ReassignedOut(object="reassignment", moved=moved, has_more=has_more)


def internal(database: Database) -> Router:
    """Return the route by which sister services ask who looks after a partner."""
    lookup = Router("account-teams", prefix="/internal")

    @lookup.get(permission=None, in_spec=False, query=parameters("tenant", "partner", "day"))
    async def look_up_account_team(request: Http, now: Now) -> dict[str, Any]:
        """Return `{"places": [{"account_id", "role"}]}` of a partner's team on a day."""
        day = date.fromisoformat(given(request, "day"))
        async with looking_up(database, request, now=now, action="look_up_account_team") as tx:
            places = await queries.on_day(tx, given(request, "partner"), day=day)
        return {"places": [{"account_id": each.account_id, "role": each.role} for each in places]}

    return lookup
