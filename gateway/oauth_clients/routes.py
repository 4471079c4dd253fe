"""`/v1/oauth-clients`."""

from gateway.oauth_clients import commands
from gateway.oauth_clients.queries import CLIENTS
from gateway.oauth_clients.rules import PublicApp
from gateway.oauth_clients.schemas import OAuthClientIn, OAuthClientOut, OAuthClientPatch, OAuthClientSecretOut
from gateway.roles.rules import BeyondOwnRights, RoleTooLarge
from gateway.tokens.issuer import Issuer
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.web.conditional import etag
from shared.web.params import Principal, Tx, Version
from shared.web.reply import Reply
from shared.web.router import Router


def router(issuer: Issuer) -> Router:
    """Return the operations on apps."""
    clients = Router("oauth-clients")
    clients.lists(CLIENTS, OAuthClientOut, summary="Apps of the vendor or of the caller's partner, newest first.")
    clients.reads(CLIENTS, OAuthClientOut, summary="One app.")

    @clients.post(
        permission="oauth-clients:write",
        out=OAuthClientSecretOut,
        status=201,
        secret=True,
        problems=[BeyondOwnRights, RoleTooLarge],
    )
    async def create_oauth_client(body: OAuthClientIn, tx: Tx, caller: Principal) -> Reply:
        """Make an app with scopes among the caller's own; the secret of a confidential one is shown this once."""
        row, secret = await commands.create(
            tx,
            name=body.name,
            kind=body.kind,
            redirect_uris=body.redirect_uris,
            scopes=body.scopes,
            partner_id=body.partner_id,
            caller=caller,
        )
        return _shown(row, secret, caller=caller, status=201)

    @clients.patch(
        permission="oauth-clients:write", returns=CLIENTS, out=OAuthClientOut, problems=[BeyondOwnRights, RoleTooLarge]
    )
    async def change_oauth_client(
        id: str, body: OAuthClientPatch, tx: Tx, caller: Principal, version: Version
    ) -> Record:
        """Change an app's name, redirect URIs or scopes."""
        return await commands.change(tx, client_id=id, version=version, changes=body.changes(), caller=caller)

    @clients.post(
        "/{id}/rotate-secret",
        permission="oauth-clients:write",
        returns=CLIENTS,
        out=OAuthClientSecretOut,
        secret=True,
        problems=[BeyondOwnRights, PublicApp],
    )
    async def rotate_oauth_client_secret(id: str, tx: Tx, caller: Principal, version: Version) -> Reply:
        """Replace the secret; the old one is refused from now on."""
        row, secret = await commands.rotate_secret(tx, client_id=id, version=version, caller=caller)
        return _shown(row, secret, caller=caller, status=200)

    @clients.post("/{id}/revoke", permission="oauth-clients:write", returns=CLIENTS, out=OAuthClientOut)
    async def revoke_oauth_client(id: str, tx: Tx, version: Version) -> Record:
        """Take an app's access away for good; its tokens are refused everywhere within five seconds."""
        return await commands.withdraw(tx, issuer, client_id=id, version=version)

    return clients


def _shown(row: Record, secret: str | None, *, caller: Caller, status: int) -> Reply:
    document = {**CLIENTS.shape(row, caller=caller), "client_secret": secret}
    headers = {"Cache-Control": "no-store", "ETag": etag(row["version"], caller, None)}
    if status == 201:
        headers["Location"] = f"/v1/oauth-clients/{row['id']}"
    return Reply.json(document, status=status, headers=headers)
