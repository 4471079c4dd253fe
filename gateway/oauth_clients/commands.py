"""Making apps and taking their access away. A secret is returned once and kept as a hash with the client's id in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.credentials import commands as credentials
from gateway.oauth_clients.lifecycle import LIFECYCLE
from gateway.oauth_clients.tables import oauth_clients
from gateway.revocations.commands import revoke
from gateway.roles import rules
from gateway.tokens.issuer import Issuer
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.tx import Tx, require_version
from shared.errors import Conflict, Fault, Forbidden, Invalid


async def create(
    tx: Tx, *, name: str, scopes: Sequence[str], partner_id: str | None, caller: Caller
) -> tuple[Record, str]:
    """Store an app and return it with its secret; raises BeyondOwnRights, or Forbidden for another partner's."""
    owner = owner_for(caller, partner_id=partner_id)
    kept = rules.checked(scopes, pointer="/scopes")
    rules.require_within(kept, own=caller.scopes, vendor=owner is None)
    row = await tx.insert(
        oauth_clients,
        id=tx.new_id("oac"),
        partner_id=owner,
        name=name,
        scopes=list(kept),
        status="active",
        created_by=caller.account_id,
    )
    return row, await _secret(tx, row["id"])


async def change(tx: Tx, *, client_id: str, version: int | None, changes: Mapping[str, Any], caller: Caller) -> Record:
    """Change an app's name or scopes; raises BeyondOwnRights, Conflict for a revoked one."""
    row = await tx.lock(oauth_clients, client_id)
    if row["status"] == "revoked":
        raise Conflict("A revoked app cannot be changed.")
    require_version(row, version)
    wanted = dict(changes)
    cleared = [
        Fault(f"/{name}", "required", "This cannot be cleared.") for name, value in wanted.items() if value is None
    ]
    if cleared:
        raise Invalid(errors=cleared)
    if "scopes" in wanted:
        kept = rules.checked(wanted["scopes"], pointer="/scopes")
        rules.require_within(kept, own=caller.scopes, vendor=row["partner_id"] is None)
        wanted["scopes"] = list(kept)
    return await tx.update(oauth_clients, row, **wanted)


async def rotate_secret(tx: Tx, *, client_id: str, version: int | None, caller: Caller) -> tuple[Record, str]:
    """Replace an app's secret at once and return the new one; raises BeyondOwnRights for an app that may do more."""
    row = await tx.lock_for(oauth_clients, client_id, action="rotate-secret", lifecycle=LIFECYCLE, version=version)
    rules.require_within(row["scopes"], own=caller.scopes, vendor=row["partner_id"] is None)
    await credentials.end_all(tx, owner_id=client_id)
    return await tx.update(oauth_clients, row), await _secret(tx, client_id)


async def withdraw(tx: Tx, issuer: Issuer, *, client_id: str, version: int | None) -> Record:
    """Revoke an app for good: its secret and every token of it."""
    row = await tx.lock_for(oauth_clients, client_id, action="revoke", lifecycle=LIFECYCLE, version=version)
    await credentials.end_all(tx, owner_id=client_id)
    await revoke(tx, issuer, [client_id])
    return await tx.update(oauth_clients, row, status="revoked")


def owner_for(caller: Caller, *, partner_id: str | None) -> str | None:
    """Return the partner that something made by the caller belongs to; raises Forbidden for somebody else's."""
    if caller.is_vendor:
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
