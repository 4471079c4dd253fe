"""Which scopes a set of role codes comes to."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import ARRAY, Text, any_, bindparam, func, select

from gateway.roles.defaults import DEFAULT_ROLES
from gateway.roles.tables import roles
from shared.db.resource import Resource, computed
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Fault, Invalid

_VERSION: Final = Statement(select(func.coalesce(func.sum(roles.c.version), 0)).where(roles.c.tenant_id == TENANT))
_BY_CODE: Final = Statement(
    select(roles.c.code, roles.c.side, roles.c.scopes).where(
        roles.c.tenant_id == TENANT, roles.c.code == any_(bindparam("codes", type_=ARRAY(Text)))
    )
)


def stored_scopes(row: Mapping[str, Any]) -> list[str]:
    """Return the scopes of a role, which are those of the product where nobody has edited it."""
    stored = row["scopes"]
    if stored is None:
        return list(DEFAULT_ROLES[row["code"]].scopes)
    return list(orjson.loads(stored)) if isinstance(stored, str) else list(stored)


def _is_customised(row: Mapping[str, Any]) -> bool:
    return row["scopes"] is not None


ROLES: Final = Resource(
    "role",
    roles,
    (
        "code",
        "name",
        "side",
        computed("scopes", stored_scopes, "scopes", "code"),
        computed("customised", _is_customised, "scopes"),
    ),
    permission="roles:read",
    filters=("code", "side"),
)


class UnknownRole(Invalid):
    """There is no such role, or it is for the other side."""

    code, title = "unknown_role", "Unknown role"


async def version_of_roles(tx: Tx) -> int:
    """Return the version of the tenant's roles together, which each change of one makes higher.

    What a token says of roles that are looked up after this is no older than the version.
    """
    return int(await tx.value(_VERSION))


async def scopes_of(tx: Tx, codes: Sequence[str], *, side: str) -> list[str]:
    """Return the scopes of a side's roles, not merged; a code that is unknown or of the other side adds none."""
    found = await known(tx, codes, side=side)
    return [scope for scopes in found.values() for scope in scopes]


async def require_known(tx: Tx, codes: Sequence[str], *, side: str) -> None:
    """Raise UnknownRole for codes that are not roles of this side."""
    found = await known(tx, codes, side=side)
    faults = [
        Fault(f"/roles/{place}", "unknown_role", f"Not a role of the {side} side.")
        for place, code in enumerate(codes)
        if code not in found
    ]
    if faults:
        raise UnknownRole(errors=faults)


async def known(tx: Tx, codes: Sequence[str], *, side: str) -> dict[str, list[str]]:
    """Return the scopes of each of these codes that is a role of the side, shipped or the tenant's own."""
    shipped = {code: DEFAULT_ROLES[code] for code in codes if code in DEFAULT_ROLES}
    found = {code: list(role.scopes) for code, role in shipped.items() if role.side == side}
    for row in await tx.all(_BY_CODE, codes=list(codes)):
        if row["side"] == side:
            found[row["code"]] = stored_scopes(row)
    return found
