"""What becomes of tokens that were given out: revoking them (RFC 7009), and saying what they may do (RFC 7662)."""

import base64
from typing import Any

import orjson

from gateway.credentials.queries import find_secret
from gateway.oauth.clients import Client
from gateway.oauth.rules import OAuthError
from gateway.revocations.commands import revoke as refuse
from gateway.sessions import commands as sessions
from gateway.sessions.tables import sessions as sessions_table
from gateway.tenants.inside import inside
from gateway.tenants.queries import UnknownTenant, tenant_with
from gateway.tokens.issuer import Issuer
from shared.auth.principal import FIRST_PARTY, Caller
from shared.auth.tokens import InvalidToken, Verifier
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import NotFound


async def revoke(issuer: Issuer, verifier: Verifier, client: Client | None, token: str, *, request_id: str) -> None:
    """End what a token belongs to: the session of a refresh or access token, or an app's own access token alone.

    Says nothing of a token that is not good; raises OAuthError where it belongs to another app, or to an app and the
    request does not say which one it comes from.
    """
    found = await find_secret(issuer.database, token, kind="refresh_token")
    if found is not None:
        await _end(issuer, client, tenant_id=found.tenant_id, session_id=found.owner_id, request_id=request_id)
        return
    try:
        caller = await verifier.verify(token)
    except InvalidToken:
        return
    if caller.session_id is not None:
        await _end(issuer, client, tenant_id=caller.tenant_id, session_id=caller.session_id, request_id=request_id)
    elif client is not None and caller.client_id == client.id:
        async with inside(issuer, client.tenant, action="revoke_token", request_id=request_id) as tx:
            await refuse(tx, issuer, [str(_claims(token)["jti"])])


async def introspect(issuer: Issuer, client: Client, verifier: Verifier, token: str) -> dict[str, Any]:
    """Return what a token may do, to an app of the same tenant, and of the same partner where it is a partner's.

    Of a refresh token only the app that it was given to is told anything.
    """
    found = await find_secret(issuer.database, token, kind="refresh_token")
    if found is not None:
        alive = found.alive and found.tenant_id == client.tenant.id
        return await _refresh_token(issuer, client, found.owner_id) if alive else {"active": False}
    try:
        caller = await verifier.verify(token)
    except InvalidToken:
        return {"active": False}
    if caller.tenant_id != client.tenant.id or client.partner_id not in (None, caller.partner_id):
        return {"active": False}
    return _described(caller, _claims(token))


def _described(caller: Caller, claims: dict[str, Any]) -> dict[str, Any]:
    known = {name: claims[name] for name in ("exp", "iat", "sub", "aud", "iss", "jti", "client_id", "scope")}
    more = {"tenant": caller.tenant_id, "partner": caller.partner_id}
    return {"active": True, "token_type": "Bearer", **known, **{k: v for k, v in more.items() if v is not None}}


async def _refresh_token(issuer: Issuer, client: Client, session_id: str) -> dict[str, Any]:
    try:
        async with inside(issuer, client.tenant, action="introspect_token", actor_id=client.id) as tx:
            session = await tx.fetch(sessions_table, session_id)
    except NotFound:
        return {"active": False}
    if session["status"] != "active" or session["client_id"] != client.id:
        return {"active": False}
    scope = " ".join(session["scopes"])
    return {"active": True, "scope": scope, "client_id": client.id, "sub": session["account_id"]}


async def _end(issuer: Issuer, client: Client | None, *, tenant_id: str, session_id: str, request_id: str) -> None:
    try:
        tenant = await tenant_with(issuer.database, tenant_id)
        async with inside(issuer, tenant, action="revoke_token", request_id=request_id) as tx:
            _require_own(await _session(tx, session_id), client)
            await sessions.end(tx, issuer, session_id, reason="signed_out")
    except (NotFound, UnknownTenant):
        return


async def _session(tx: Tx, session_id: str) -> Record:
    return await tx.fetch(sessions_table, session_id)


def _require_own(session: Record, client: Client | None) -> None:
    """Raise OAuthError unless the session is the app's, or nobody's but the person's where no app asks (RFC 7009, 2.1)."""
    if session["client_id"] is not None and client is None:
        raise OAuthError("invalid_client", "Say which app asks.", status=401)
    if session["client_id"] != (client.id if client is not None else None):
        raise OAuthError("unauthorized_client", "The token was not given to this app.")


def _claims(token: str) -> dict[str, Any]:
    """Return the claims of a token that has been verified."""
    payload = token.split(".")[1]
    claims: dict[str, Any] = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return {"client_id": FIRST_PARTY, **claims}
