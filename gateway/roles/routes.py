"""`/v1/roles`, and what the partners service asks before somebody is given a role."""

from gateway.roles import commands, queries
from gateway.roles.commands import RoleExists
from gateway.roles.queries import ROLES
from gateway.roles.rules import BeyondOwnRights, RoleTooLarge
from gateway.roles.schemas import RoleIn, RoleOut
from shared.db.pool import Database, Record
from shared.db.tx import transaction
from shared.events.inbox import system_caller
from shared.web.params import Http, Now, Principal, Tx
from shared.web.reply import Reply
from shared.web.router import Router

router = Router("roles")
router.lists(ROLES, RoleOut, summary="Roles of the tenant, shipped ones and its own.")
router.reads(ROLES, RoleOut, summary="One role.")


@router.post(
    permission="roles:write",
    returns=ROLES,
    out=RoleOut,
    status=201,
    problems=[RoleExists, RoleTooLarge, BeyondOwnRights],
)
async def create_role(body: RoleIn, tx: Tx, caller: Principal) -> Record:
    """Make a role of the tenant's own from scopes that the caller has."""
    return await commands.create(tx, code=body.code, name=body.name, side=body.side, scopes=body.scopes, caller=caller)


def internal(database: Database) -> Router:
    """Return the route by which a sister service asks which scopes a partner's roles come to."""
    lookup = Router("roles", prefix="/internal")
    query = [
        {"name": name, "in": "query", "required": True, "schema": {"type": "string"}} for name in ("tenant", "codes")
    ]

    @lookup.get(permission=None, in_spec=False, query=query)
    async def look_up_scopes(request: Http, now: Now) -> Reply:
        """Return the scopes of roles on the partner's side, and which of the codes are known."""
        caller = system_caller(request.query.get("tenant", ""), mode="live")
        codes = [code for code in request.query.get("codes", "").split(",") if code]
        async with transaction(
            database, caller=caller, viewer="*", now=now, action="look_up_scopes", engine=True
        ) as tx:
            known = await queries.known(tx, codes, side="partner")
        return Reply.json({"scopes": [each for scopes in known.values() for each in scopes], "known": sorted(known)})

    return lookup
