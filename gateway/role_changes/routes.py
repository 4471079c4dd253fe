"""`PATCH /v1/roles/{id}`."""

from gateway.role_changes import commands
from gateway.roles.queries import ROLES
from gateway.roles.rules import BeyondOwnRights, RoleTooLarge
from gateway.roles.schemas import RoleOut, RolePatch
from gateway.tokens.issuer import Issuer
from shared.db.pool import Record
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router


def router(issuer: Issuer) -> Router:
    """Return the operation that changes a role."""
    roles = Router("roles")

    @roles.patch(permission="roles:write", returns=ROLES, out=RoleOut, problems=[RoleTooLarge, BeyondOwnRights])
    async def change_role(id: str, body: RolePatch, tx: Tx, caller: Principal, version: Version) -> Record:
        """Change the name or the scopes of a role; `scopes: null` puts a shipped one back.

        Where it allows less than before, access tokens of those who have it are refused within five seconds; a refresh
        gets a token with what is left.
        """
        return await commands.change(tx, issuer, role_id=id, version=version, changes=body.changes(), caller=caller)

    return roles
