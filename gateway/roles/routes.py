"""`/v1/roles`."""

from gateway.roles import commands
from gateway.roles.commands import RoleExists
from gateway.roles.queries import ROLES
from gateway.roles.rules import BeyondOwnRights, RoleTooLarge
from gateway.roles.schemas import RoleIn, RoleOut, RolePatch
from shared.db.pool import Record
from shared.web.params import Principal, Tx, Version
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


@router.patch(permission="roles:write", returns=ROLES, out=RoleOut, problems=[RoleTooLarge, BeyondOwnRights])
async def change_role(id: str, body: RolePatch, tx: Tx, caller: Principal, version: Version) -> Record:
    """Change the name or the scopes of a role; `scopes: null` puts a shipped one back."""
    return await commands.change(tx, role_id=id, version=version, changes=body.changes(), caller=caller)
