"""Changing a role while people have it."""

from collections.abc import Mapping
from typing import Any

from gateway.revocations.commands import revoke
from gateway.role_changes.queries import holders_of
from gateway.roles import commands
from gateway.roles.queries import stored_scopes, version_of_roles
from gateway.roles.rules import loses
from gateway.roles.tables import roles
from gateway.tokens.issuer import Issuer
from shared.auth.principal import Caller
from shared.auth.revocations import given_before
from shared.db.pool import Record
from shared.db.tx import Tx


async def change(
    tx: Tx, issuer: Issuer, *, role_id: str, version: int | None, changes: Mapping[str, Any], caller: Caller
) -> Record:
    """Change a role's name or scopes; where it allows less, access tokens that were given for it are refused.

    Sessions go on: whoever refreshes gets a token that says what is left. API keys and apps of their own have scopes of
    their own, which no role changes.
    """
    before = stored_scopes(await tx.lock(roles, role_id))
    row = await commands.change(tx, role_id=role_id, version=version, changes=changes, caller=caller)
    if loses(before, stored_scopes(row), vendor=row["side"] == "vendor"):
        now = await version_of_roles(tx)
        await revoke(
            tx, issuer, [given_before(each, now) for each in await holders_of(tx, row["code"], side=row["side"])]
        )
    return row
