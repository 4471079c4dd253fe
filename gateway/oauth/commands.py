"""Granting tokens to apps, to our own services, and to holders of refresh tokens."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.accounts.queries import STANDING
from gateway.credentials.hashing import digest_of
from gateway.credentials.queries import find_secret
from gateway.oauth.rules import ClientCredentials, OAuthError, required
from gateway.oauth_clients.tables import oauth_clients
from gateway.roles import rules as role_rules
from gateway.sessions import commands as sessions
from gateway.sessions.tables import sessions as sessions_table
from gateway.sign_in import commands as sign_in
from gateway.sign_in.rules import scopes as scopes_in
from gateway.tenants.inside import inside
from gateway.tenants.queries import Tenant, UnknownTenant, tenant_with
from gateway.tokens.issuer import LIFETIME_SECONDS, Grantee, Issuer
from shared.auth.scopes import is_scope, parse
from shared.auth.tokens import InvalidToken, Verifier
from shared.db.provision import SERVICES
from shared.errors import NotFound
from shared.links import client_secret

_INTERNAL: Final = "service:"


@dataclass(frozen=True, slots=True)
class Client:
    """An app that has proven who it is."""

    id: str
    tenant: Tenant
    partner_id: str | None
    scopes: tuple[str, ...]
    holder_id: str


async def client_credentials(
    issuer: Issuer, given: ClientCredentials, *, scope: str | None, secret_key: str
) -> dict[str, Any]:
    """Return an app's access token, or a service's internal one; raises OAuthError."""
    if given.client_id.startswith(_INTERNAL):
        return _granted(_internal_token(issuer, given, secret_key=secret_key), scope="*:*")
    client = await authenticated(issuer, given)
    scopes = _narrowed(client, scope)
    grantee = Grantee(
        tenant_id=client.tenant.id,
        mode=client.tenant.mode,
        subject=client.id,
        client_id=client.id,
        scopes=scopes,
        partner_id=client.partner_id,
        holder_id=client.holder_id,
    )
    return _granted(issuer.token(grantee), scope=" ".join(scopes))


async def refresh(issuer: Issuer, token: str, *, request_id: str) -> dict[str, Any]:
    """Return fresh tokens of a session; raises OAuthError for a token that is not good, with no word about why."""
    try:
        tokens = await sign_in.refresh(issuer, token, request_id=request_id)
    except sign_in.InvalidGrant:
        raise OAuthError("invalid_grant", "The refresh token is not valid.") from None
    return _granted(tokens.access_token, scope=tokens.scope) | {"refresh_token": tokens.refresh_token}


async def authenticated(issuer: Issuer, given: ClientCredentials) -> Client:
    """Return the app that has this id and secret; raises OAuthError."""
    refused = OAuthError("invalid_client", "Client authentication failed.", status=401)
    found = await find_secret(issuer.database, f"{given.client_id}:{given.client_secret}", kind="client_secret")
    if found is None or not found.alive:
        raise refused
    try:
        tenant = await tenant_with(issuer.database, found.tenant_id)
        async with inside(issuer, tenant, action="authenticate_client", actor_id=found.owner_id) as tx:
            row = await tx.fetch(oauth_clients, found.owner_id)
            partner_id = row["partner_id"]
            standing = await tx.value(STANDING, partner=partner_id) if partner_id else None
    except (UnknownTenant, NotFound):
        raise refused from None
    if row["status"] != "active" or standing == "terminated":
        raise refused
    scopes = tuple(scope for scope in scopes_in(row["scopes"], standing=standing or "active") if scope != "sessions:*")
    return Client(row["id"], tenant, partner_id, scopes, found.holder_id or row["created_by"])


async def revoke(issuer: Issuer, verifier: Verifier, token: str, *, request_id: str) -> None:
    """End the session of a refresh or access token; says nothing of a token that is not good (RFC 7009)."""
    found = await find_secret(issuer.database, token, kind="refresh_token")
    if found is not None:
        await _end(issuer, tenant_id=found.tenant_id, session_id=found.owner_id, request_id=request_id)
        return
    try:
        caller = await verifier.verify(token)
    except InvalidToken:
        return
    if caller.session_id is not None:
        await _end(issuer, tenant_id=caller.tenant_id, session_id=caller.session_id, request_id=request_id)


async def introspect(client: Client, verifier: Verifier, token: str) -> dict[str, Any]:
    """Return what a token may do, to an app of the same tenant, and of the same partner where it is a partner's."""
    try:
        caller = await verifier.verify(token)
    except InvalidToken:
        return {"active": False}
    if caller.tenant_id != client.tenant.id or client.partner_id not in (None, caller.partner_id):
        return {"active": False}
    known = {"scope": caller.scope, "client_id": caller.client_id, "sub": caller.account_id, "token_type": "Bearer"}
    return {"active": True, **known}


async def _end(issuer: Issuer, *, tenant_id: str, session_id: str, request_id: str) -> None:
    try:
        tenant = await tenant_with(issuer.database, tenant_id)
        async with inside(issuer, tenant, action="revoke_token", request_id=request_id) as tx:
            await tx.fetch(sessions_table, session_id)
            await sessions.end(tx, issuer, session_id, reason="signed_out")
    except NotFound:
        return


def _internal_token(issuer: Issuer, given: ClientCredentials, *, secret_key: str) -> str:
    service = given.client_id.removeprefix(_INTERNAL)
    expected = client_secret(secret_key, service)
    # Digests have one length and no wrong alphabet, so the comparison tells nothing by its time.
    right = hmac.compare_digest(digest_of(expected), digest_of(given.client_secret))
    if service not in SERVICES or not right:
        raise OAuthError("invalid_client", "Client authentication failed.", status=401)
    return issuer.internal(given.client_id)


def _narrowed(client: Client, scope: str | None) -> tuple[str, ...]:
    if not scope:
        return client.scopes
    wanted = scope.split()
    own = parse(" ".join(client.scopes), vendor=client.partner_id is None)
    if not all(is_scope(each) for each in wanted):
        raise OAuthError("invalid_scope", "A scope is noun:verb or noun:verb:reach.")
    try:
        role_rules.require_within(wanted, own=own, vendor=client.partner_id is None)
    except role_rules.BeyondOwnRights:
        raise OAuthError("invalid_scope", "The client was not given one of these scopes.") from None
    return role_rules.merged(wanted)


def _granted(token: str, *, scope: str) -> dict[str, Any]:
    return {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_SECONDS, "scope": scope}


def grant_type(fields: Mapping[str, str]) -> str:
    """Return the grant asked for; raises OAuthError for one that we do not have."""
    kind = required(fields, "grant_type")
    if kind not in ("client_credentials", "refresh_token"):
        raise OAuthError("unsupported_grant_type", "Use client_credentials or refresh_token.")
    return kind
