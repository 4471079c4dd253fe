"""Keeping a tenant's roles."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.roles import rules
from gateway.roles.defaults import DEFAULT_ROLES
from gateway.roles.permissions import grantable
from gateway.roles.tables import roles
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.tx import Tx, require_version
from shared.errors import AlreadyExists, Fault, Forbidden, Invalid


class RoleExists(AlreadyExists):
    """The tenant has a role with this code."""

    code, title = "role_exists", "Role exists"


async def seed(tx: Tx) -> None:
    """Give a new tenant the roles as shipped."""
    for role in DEFAULT_ROLES.values():
        await tx.insert(roles, id=tx.new_id("role"), code=role.code, name=role.name, side=role.side, scopes=None)


async def create(tx: Tx, *, code: str, name: str, side: str, scopes: Sequence[str], caller: Caller) -> Record:
    """Store a role of the tenant's own; raises RoleExists, RoleTooLarge, BeyondOwnRights."""
    kept = _allowed(scopes, caller=caller)
    await _in_turn(tx)
    if code in DEFAULT_ROLES:
        raise RoleExists()
    try:
        return await tx.insert(roles, id=tx.new_id("role"), code=code, name=name, side=side, scopes=list(kept))
    except AlreadyExists as error:
        raise RoleExists() from error


async def change(tx: Tx, *, role_id: str, version: int | None, changes: Mapping[str, Any], caller: Caller) -> Record:
    """Change a role's name or scopes; tokens given out from now on carry the new ones."""
    row = await tx.lock(roles, role_id)
    await _in_turn(tx)
    _require_vendor(caller)
    require_version(row, version)
    wanted = dict(changes)
    if wanted.get("name", "") is None:
        raise Invalid(errors=[Fault("/name", "required", "A role has a name.")])
    if wanted.get("scopes") is not None:
        wanted["scopes"] = list(_allowed(wanted["scopes"], caller=caller))
    elif "scopes" in wanted and row["code"] not in DEFAULT_ROLES:
        raise Invalid(errors=[Fault("/scopes", "required", "Only a role that the product ships can be put back.")])
    return await tx.update(roles, row, **wanted)


async def _in_turn(tx: Tx) -> None:
    """Let a tenant's roles change one after the other: a token that names their version has seen all changes up to it."""
    await tx.connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"roles {tx.tenant_id}")


def _require_vendor(caller: Caller) -> None:
    if not caller.is_vendor:
        raise Forbidden("Roles are kept by the vendor.")


def _allowed(scopes: Sequence[str], *, caller: Caller) -> tuple[str, ...]:
    _require_vendor(caller)
    kept = rules.checked(scopes, grantable=grantable(), pointer="/scopes")
    rules.require_within(kept, own=caller.scopes, vendor=True)
    return kept
