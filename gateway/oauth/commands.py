"""Granting tokens to apps, to our own services, and to holders of codes and refresh tokens."""

import hmac
from collections.abc import Mapping
from typing import Any, Final

from gateway.authorizations import commands as authorizations
from gateway.credentials.hashing import digest_of
from gateway.oauth.clients import Client, authenticated
from gateway.oauth.rules import ClientCredentials, OAuthError, required
from gateway.roles import rules as role_rules
from gateway.sign_in import commands as sign_in
from gateway.sign_in.tokens import Tokens
from gateway.tokens.issuer import LIFETIME_SECONDS, Grantee, Issuer
from shared.auth.scopes import is_scope, parse
from shared.db.provision import SERVICES
from shared.links import client_secret

_INTERNAL: Final = "service:"
GRANTS: Final = ("authorization_code", "client_credentials", "refresh_token")


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
        standing_version=client.standing.version,
    )
    return _granted(issuer.token(grantee), scope=" ".join(scopes))


async def authorization_code(
    issuer: Issuer, client: Client, fields: Mapping[str, str], *, request_id: str
) -> dict[str, Any]:
    """Return the tokens that a person has agreed to; raises OAuthError for a code that is not good, not saying why."""
    try:
        tokens = await authorizations.redeem(
            issuer,
            client.tenant,
            client_id=client.id,
            code=required(fields, "code"),
            redirect_uri=required(fields, "redirect_uri"),
            verifier=required(fields, "code_verifier"),
            request_id=request_id,
        )
    except authorizations.CodeRefused:
        raise OAuthError("invalid_grant", "The code is not valid.") from None
    return _of_session(tokens)


async def refresh(
    issuer: Issuer, client: Client | None, fields: Mapping[str, str], *, request_id: str
) -> dict[str, Any]:
    """Return fresh tokens of a session; raises OAuthError for a token that is not good, with no word about why."""
    token, wanted = required(fields, "refresh_token"), _scopes_in(fields.get("scope"))
    client_id = client.id if client is not None else None
    try:
        tokens = await sign_in.refresh(issuer, token, request_id=request_id, client_id=client_id, wanted=wanted)
    except sign_in.InvalidGrant:
        raise OAuthError("invalid_grant", "The refresh token is not valid.") from None
    except sign_in.BeyondAgreement:
        raise OAuthError("invalid_scope", "The person has not agreed to one of these scopes.") from None
    return _of_session(tokens)


def grant_type(fields: Mapping[str, str]) -> str:
    """Return the grant asked for; raises OAuthError for one that we do not have."""
    kind = required(fields, "grant_type")
    if kind not in GRANTS:
        raise OAuthError("unsupported_grant_type", f"Use one of {', '.join(GRANTS)}.")
    return kind


def _internal_token(issuer: Issuer, given: ClientCredentials, *, secret_key: str) -> str:
    service = given.client_id.removeprefix(_INTERNAL)
    expected = client_secret(secret_key, service)
    # Digests have one length and no wrong alphabet, so the comparison tells nothing by its time.
    right = hmac.compare_digest(digest_of(expected), digest_of(given.client_secret))
    if service not in SERVICES or not right:
        raise OAuthError("invalid_client", "Client authentication failed.", status=401)
    return issuer.internal(given.client_id)


def _narrowed(client: Client, scope: str | None) -> tuple[str, ...]:
    wanted = _scopes_in(scope)
    if not wanted:
        return client.scopes
    own = parse(" ".join(client.scopes), vendor=client.partner_id is None)
    try:
        role_rules.require_within(wanted, own=own, vendor=client.partner_id is None)
    except role_rules.BeyondOwnRights:
        raise OAuthError("invalid_scope", "The client was not given one of these scopes.") from None
    return role_rules.merged(wanted)


def _scopes_in(text: str | None) -> list[str]:
    wanted = (text or "").split()
    if not all(is_scope(each) for each in wanted):
        raise OAuthError("invalid_scope", "A scope is noun:verb or noun:verb:reach.")
    return wanted


def _of_session(tokens: Tokens) -> dict[str, Any]:
    return _granted(tokens.access_token, scope=tokens.scope) | {"refresh_token": tokens.refresh_token}


def _granted(token: str, *, scope: str) -> dict[str, Any]:
    return {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_SECONDS, "scope": scope}
