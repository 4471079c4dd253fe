"""Which app is asking: a confidential one proves it with its secret, a public one only says so."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.accounts.queries import standing_of
from gateway.accounts.rules import Standing
from gateway.credentials.queries import find_secret
from gateway.oauth.rules import ClientCredentials, OAuthError, credentials
from gateway.oauth_clients.tables import oauth_clients
from gateway.roles.defaults import EVERYBODY
from gateway.sign_in.rules import scopes as scopes_in
from gateway.tenants.inside import inside
from gateway.tenants.queries import Tenant, UnknownTenant, tenant_of_client, tenant_with
from gateway.tokens.issuer import Issuer
from shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class Client:
    """An app that has proven who it is, or that needs no proof. `holder_id` is the person who was shown its secret."""

    id: str
    tenant: Tenant
    partner_id: str | None
    scopes: tuple[str, ...]
    holder_id: str
    standing: Standing
    redirect_uris: tuple[str, ...] = ()


def names_itself(authorization: str, fields: Mapping[str, str]) -> bool:
    """Tell whether a request says which app it comes from."""
    return authorization.partition(" ")[0].lower() == "basic" or "client_id" in fields


async def identified(issuer: Issuer, authorization: str, fields: Mapping[str, str]) -> Client:
    """Return the app a request comes from; raises OAuthError for a confidential one without its secret."""
    if authorization.partition(" ")[0].lower() == "basic" or "client_secret" in fields:
        return await authenticated(issuer, credentials(authorization, fields))
    client_id = fields.get("client_id", "")
    tenant = await tenant_of_client(issuer.database, client_id) if client_id else None
    if tenant is None:
        raise _refused()
    return await _client(issuer, tenant, client_id, holder_id=None, kind="public")


async def authenticated(issuer: Issuer, given: ClientCredentials) -> Client:
    """Return the app that has this id and secret; raises OAuthError."""
    found = await find_secret(issuer.database, f"{given.client_id}:{given.client_secret}", kind="client_secret")
    if found is None or not found.alive:
        raise _refused()
    try:
        tenant = await tenant_with(issuer.database, found.tenant_id)
    except UnknownTenant:
        raise _refused() from None
    return await _client(issuer, tenant, found.owner_id, holder_id=found.holder_id, kind="confidential")


async def _client(issuer: Issuer, tenant: Tenant, client_id: str, *, holder_id: str | None, kind: str) -> Client:
    try:
        async with inside(issuer, tenant, action="authenticate_client", actor_id=client_id) as tx:
            row = await tx.fetch(oauth_clients, client_id)
            partner_id = row["partner_id"]
            known = await standing_of(tx, partner_id) if partner_id else None
    except NotFound:
        raise _refused() from None
    standing = known or Standing("active")
    if row["status"] != "active" or row["kind"] != kind or standing.status == "terminated":
        raise _refused()
    # What every person may do is not an app's, and sessions never are.
    peoples = {"sessions:*"} | (set(EVERYBODY) - set(row["scopes"]))
    scopes = tuple(scope for scope in scopes_in(row["scopes"], standing=standing.status) if scope not in peoples)
    holder = holder_id or row["created_by"]
    return Client(row["id"], tenant, partner_id, scopes, holder, standing, tuple(row["redirect_uris"]))


def _refused() -> OAuthError:
    return OAuthError("invalid_client", "Client authentication failed.", status=401)
