"""`/v1/api-keys`."""

from datetime import timedelta

from gateway.api_keys import commands
from gateway.api_keys.commands import TwoKeysLive
from gateway.api_keys.queries import KEYS
from gateway.api_keys.schemas import ApiKeyIn, ApiKeyOut, ApiKeyPatch, ApiKeySecretOut, RotateIn
from gateway.roles.rules import BeyondOwnRights, RoleTooLarge
from gateway.tokens.issuer import Issuer
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.web.conditional import etag
from shared.web.params import Principal, Tx, Version
from shared.web.reply import Reply
from shared.web.router import Router


def router(issuer: Issuer) -> Router:
    """Return the operations on API keys."""
    keys = Router("api-keys")
    keys.lists(KEYS, ApiKeyOut, summary="API keys of the vendor or of the caller's partner, newest first.")
    keys.reads(KEYS, ApiKeyOut, summary="One API key, without the key itself.")

    @keys.post(
        permission="api-keys:write",
        out=ApiKeySecretOut,
        status=201,
        secret=True,
        problems=[BeyondOwnRights, RoleTooLarge],
    )
    async def create_api_key(body: ApiKeyIn, tx: Tx, caller: Principal) -> Reply:
        """Make a key with scopes among the caller's own; the key is shown this once."""
        lives = timedelta(days=body.expires_in_days) if body.expires_in_days else None
        row, key = await commands.create(
            tx, name=body.name, scopes=body.scopes, partner_id=body.partner_id, lives=lives, caller=caller
        )
        return _shown(row, key, caller=caller, status=201)

    @keys.patch(permission="api-keys:write", returns=KEYS, out=ApiKeyOut)
    async def rename_api_key(id: str, body: ApiKeyPatch, tx: Tx, version: Version) -> Record:
        """Change what a key is called."""
        return await commands.rename(tx, key_id=id, version=version, name=body.name)

    @keys.post(
        "/{id}/rotate",
        permission="api-keys:write",
        returns=KEYS,
        out=ApiKeySecretOut,
        secret=True,
        problems=[TwoKeysLive, BeyondOwnRights],
    )
    async def rotate_api_key(
        id: str, tx: Tx, caller: Principal, version: Version, body: RotateIn = RotateIn()
    ) -> Reply:
        """Get a new key; the old one stays good for the overlap, so that nothing stands still."""
        row, key = await commands.rotate(
            tx, key_id=id, version=version, overlap=timedelta(hours=body.overlap_hours), caller=caller
        )
        return _shown(row, key, caller=caller, status=200)

    @keys.post("/{id}/revoke", permission="api-keys:write", returns=KEYS, out=ApiKeyOut)
    async def revoke_api_key(id: str, tx: Tx, version: Version) -> Record:
        """Take a key's access away for good; its tokens are refused everywhere within five seconds."""
        return await commands.withdraw(tx, issuer, key_id=id, version=version)

    return keys


def _shown(row: Record, key: str, *, caller: Caller, status: int) -> Reply:
    document = {**KEYS.shape(row, caller=caller), "key": key}
    headers = {"Cache-Control": "no-store", "ETag": etag(row["version"], caller, None)}
    if status == 201:
        headers["Location"] = f"/v1/api-keys/{row['id']}"
    return Reply.json(document, status=status, headers=headers)
