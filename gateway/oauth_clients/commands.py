"""Making apps and taking their access away. A secret is returned once and kept as a hash with the client's id in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.accounts.standings import require_partner
from gateway.credentials import commands as credentials
from gateway.oauth_clients.lifecycle import LIFECYCLE
from gateway.oauth_clients.rules import PublicApp, checked_redirects
from gateway.oauth_clients.tables import client_homes, oauth_clients
from gateway.revocations.commands import revoke
from gateway.roles import rules
from gateway.roles.permissions import grantable
from gateway.sessions import commands as sessions
from gateway.tokens.issuer import Issuer
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.tx import Tx, require_version
from shared.errors import Conflict, Forbidden


async def create(
    tx: Tx,
    *,
    name: str,
    scopes: Sequence[str],
    partner_id: str | None,
    caller: Caller,
    kind: str = "confidential",
    redirect_uris: Sequence[str] = (),
) -> tuple[Record, str | None]:
    """Store an app and return it with its secret, None for a public one.

    Raises BeyondOwnRights, Invalid for an unsafe redirect URI or an unknown partner, Forbidden for another partner's.
    """
    owner = await owner_for(tx, caller, partner_id=partner_id)
    kept = rules.checked(scopes, grantable=grantable(), pointer="/scopes")
    redirects = checked_redirects(redirect_uris, kind=kind)
    rules.require_within(kept, own=caller.scopes, vendor=owner is None)
    row = await tx.insert(
        oauth_clients,
        id=tx.new_id("oac"),
        partner_id=owner,
        name=name,
        kind=kind,
        redirect_uris=redirects,
        scopes=list(kept),
        status="active",
        created_by=caller.account_id,
    )
    await tx.add(client_homes, client_id=row["id"])
    return row, await _secret(tx, row["id"]) if kind == "confidential" else None


async def change(tx: Tx, *, client_id: str, version: int | None, changes: Mapping[str, Any], caller: Caller) -> Record:
    """Change an app's name, redirect URIs or scopes; raises BeyondOwnRights, Conflict for a revoked one."""
    row = await tx.lock(oauth_clients, client_id)
    if row["status"] == "revoked":
        raise Conflict("A revoked app cannot be changed.")
    require_version(row, version)
    wanted = dict(changes)
    if "scopes" in wanted:
        kept = rules.checked(wanted["scopes"], grantable=grantable(), pointer="/scopes")
        rules.require_within(kept, own=caller.scopes, vendor=row["partner_id"] is None)
        wanted["scopes"] = list(kept)
    if "redirect_uris" in wanted:
        # Whoever says where people are sent back to gets what they agree to.
        rules.require_within(row["scopes"], own=caller.scopes, vendor=row["partner_id"] is None)
        wanted["redirect_uris"] = checked_redirects(wanted["redirect_uris"], kind=row["kind"])
    return await tx.update(oauth_clients, row, **wanted)


async def rotate_secret(tx: Tx, *, client_id: str, version: int | None, caller: Caller) -> tuple[Record, str]:
    """Replace an app's secret at once and return the new one.

    Raises BeyondOwnRights for an app that may do more, PublicApp for one that has no secret.
    """
    row = await tx.lock_for(oauth_clients, client_id, action="rotate-secret", lifecycle=LIFECYCLE, version=version)
    rules.require_within(row["scopes"], own=caller.scopes, vendor=row["partner_id"] is None)
    if row["kind"] == "public":
        raise PublicApp()
    await credentials.end_all(tx, owner_id=client_id)
    return await tx.update(oauth_clients, row), await _secret(tx, client_id)


async def withdraw(tx: Tx, issuer: Issuer, *, client_id: str, version: int | None) -> Record:
    """Revoke an app for good: its secret, every token of it, and what people have let it do."""
    row = await tx.lock_for(oauth_clients, client_id, action="revoke", lifecycle=LIFECYCLE, version=version)
    await credentials.end_all(tx, owner_id=client_id)
    await revoke(tx, issuer, [client_id])
    await sessions.end_of_client(tx, issuer, client_id=client_id, reason="app_revoked")
    return await tx.update(oauth_clients, row, status="revoked")


async def owner_for(tx: Tx, caller: Caller, *, partner_id: str | None) -> str | None:
    """Return the partner that something made by the caller belongs to.

    Raises Forbidden for somebody else's, Invalid for a partner that does not exist, or was terminated.
    """
    if caller.is_vendor:
        if partner_id is not None:
            await require_partner(tx, partner_id)
        return partner_id
    if partner_id not in (None, caller.partner_id) or caller.partner_id is None:
        raise Forbidden("This can be made for one's own partner only.")
    return caller.partner_id


async def _secret(tx: Tx, client_id: str) -> str:
    return await credentials.issue(
        tx,
        kind="client_secret",
        owner_id=client_id,
        holder_id=tx.caller.answerable_id,
        lives=None,
        prefix="prm_secret_",
        public=f"{client_id}:",
    )
