"""Making, rotating, revoking and exchanging API keys."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, func, select

from gateway.accounts.queries import standing_of
from gateway.accounts.rules import Standing
from gateway.api_keys.lifecycle import LIFECYCLE
from gateway.api_keys.tables import api_keys
from gateway.credentials import commands as credentials
from gateway.credentials.queries import find_secret
from gateway.credentials.tables import secrets
from gateway.oauth_clients.commands import owner_for
from gateway.revocations.commands import revoke
from gateway.roles import rules
from gateway.roles.permissions import grantable
from gateway.sign_in.rules import scopes as scopes_in
from gateway.tenants.inside import inside
from gateway.tenants.queries import UnknownTenant, tenant_with
from gateway.tokens.issuer import LIFETIME_SECONDS, Grantee, Issuer
from shared import clock
from shared.auth.principal import Caller
from shared.auth.tokens import InvalidToken
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx, require_version
from shared.errors import Conflict, Fault, Invalid, NotFound

_LIVE: Final = Statement(
    select(func.count())
    .select_from(secrets)
    .where(
        secrets.c.tenant_id == TENANT,
        secrets.c.owner_id == bindparam("owner"),
        secrets.c.expires_at.is_(None) | (secrets.c.expires_at > bindparam("at", type_=secrets.c.expires_at.type)),
    )
)


class TwoKeysLive(Conflict):
    """The key was rotated a moment ago and the one before is still good; wait, or revoke."""

    code, title = "two_keys_live", "Two keys are live"


async def create(
    tx: Tx,
    *,
    name: str,
    scopes: Sequence[str],
    partner_id: str | None,
    lives: timedelta | None,
    caller: Caller,
) -> tuple[Record, str]:
    """Store a key and return it with its secret; raises BeyondOwnRights, Forbidden for another partner's, Invalid for none."""
    owner = await owner_for(tx, caller, partner_id=partner_id)
    kept = rules.checked(scopes, grantable=grantable(), pointer="/scopes")
    rules.require_within(kept, own=caller.scopes, vendor=owner is None)
    key_id = tx.new_id("key")
    key = await _issue(tx, key_id, lives=lives)
    row = await tx.insert(
        api_keys,
        id=key_id,
        partner_id=owner,
        name=name,
        scopes=list(kept),
        status="active",
        hint=key[-4:],
        expires_at=clock.now() + lives if lives else None,
        created_by=caller.account_id,
    )
    return row, key


async def rename(tx: Tx, *, key_id: str, version: int | None, name: str | None) -> Record:
    """Change what a key is called."""
    row = await tx.lock(api_keys, key_id)
    if row["status"] == "revoked":
        raise Conflict("A revoked key cannot be changed.")
    require_version(row, version)
    if name is None:
        raise Invalid(errors=[Fault("/name", "required", "A key has a name.")])
    return await tx.update(api_keys, row, name=name)


async def rotate(tx: Tx, *, key_id: str, version: int | None, overlap: timedelta, caller: Caller) -> tuple[Record, str]:
    """Return a new key beside the old one, which stays good for the overlap.

    Raises TwoKeysLive, or BeyondOwnRights for a key that may do more than the caller.
    """
    row = await tx.lock_for(api_keys, key_id, action="rotate", lifecycle=LIFECYCLE, version=version)
    rules.require_within(row["scopes"], own=caller.scopes, vendor=row["partner_id"] is None)
    async with tx.as_engine("no request sees stored secrets"):
        live = await tx.value(_LIVE, owner=key_id, at=clock.now())
    if live >= 2:
        raise TwoKeysLive()
    await credentials.end_all(tx, owner_id=key_id, after=overlap)
    left = row["expires_at"] - clock.now() if row["expires_at"] else None
    key = await _issue(tx, key_id, lives=left)
    return await tx.update(api_keys, row, hint=key[-4:]), key


async def withdraw(tx: Tx, issuer: Issuer, *, key_id: str, version: int | None) -> Record:
    """Revoke a key for good, with every token that it was exchanged for."""
    row = await tx.lock_for(api_keys, key_id, action="revoke", lifecycle=LIFECYCLE, version=version)
    await credentials.end_all(tx, owner_id=key_id)
    await revoke(tx, issuer, [key_id])
    return await tx.update(api_keys, row, status="revoked")


async def exchange(issuer: Issuer, key: str) -> tuple[str, int]:
    """Return an access token for a key and its seconds to live; raises InvalidToken for a key that is not good."""
    found = await find_secret(issuer.database, key, kind="api_key")
    if found is None or not found.alive:
        raise InvalidToken()
    try:
        tenant = await tenant_with(issuer.database, found.tenant_id)
        async with inside(issuer, tenant, action="exchange_api_key", actor_id=found.owner_id) as tx:
            row = await tx.fetch(api_keys, found.owner_id)
            partner_id = row["partner_id"]
            known = await standing_of(tx, partner_id) if partner_id else None
    except (UnknownTenant, NotFound) as error:
        raise InvalidToken() from error
    standing = known or Standing("active")
    if row["status"] != "active" or standing.status == "terminated":
        raise InvalidToken()
    grantee = Grantee(
        tenant_id=tenant.id,
        mode=tenant.mode,
        subject=row["id"],
        client_id=row["id"],
        scopes=scopes_in(row["scopes"], standing=standing.status),
        partner_id=partner_id,
        holder_id=found.holder_id or row["created_by"],
        standing_version=standing.version,
    )
    return issuer.token(grantee), LIFETIME_SECONDS


async def _issue(tx: Tx, key_id: str, *, lives: timedelta | None) -> str:
    prefix = "prm_test_" if tx.caller.mode == "test" else "prm_live_"
    return await credentials.issue(
        tx, kind="api_key", owner_id=key_id, holder_id=tx.caller.answerable_id, lives=lives, prefix=prefix
    )
