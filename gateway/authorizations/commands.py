"""Agreeing to what an app asks for, and giving the app its tokens for the code."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gateway.authorizations import rules
from gateway.authorizations.rules import Asked, Refused
from gateway.authorizations.tables import authorizations
from gateway.credentials import commands as credentials
from gateway.credentials.queries import find_secret
from gateway.oauth_clients.rules import leads_back
from gateway.oauth_clients.tables import oauth_clients
from gateway.roles.rules import LARGEST_TOKEN
from gateway.sessions import commands as sessions
from gateway.sessions.rules import require_person
from gateway.sessions.tables import sessions as sessions_table
from gateway.sign_in.tokens import Tokens, standing_of, tokens_of
from gateway.tenants.inside import inside
from gateway.tenants.queries import Tenant
from gateway.tokens.issuer import Issuer
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import Fault, Invalid, NotFound


class UnknownApp(Invalid):
    """There is no such app, or it is not for you."""

    code, title = "unknown_app", "Unknown app"


class RedirectMismatch(Invalid):
    """The app has not registered this redirect URI; the browser must not be sent there."""

    code, title = "redirect_mismatch", "Unknown redirect URI"


class CodeRefused(Exception):
    """A code that is unknown, too old, another app's, used before, or shown without its verifier."""


@dataclass(frozen=True, slots=True)
class Consent:
    """The answer to an app: a code and what it is for, or why it gets none."""

    redirect_to: str
    scopes: tuple[str, ...] = ()
    error: str | None = None


async def preview(tx: Tx, asked: Asked, *, caller: Caller) -> tuple[Record, tuple[str, ...], str | None]:
    """Return the app, what it would be allowed, and why nothing; raises UnknownApp, RedirectMismatch."""
    require_person(caller)
    app = await _app(tx, asked, caller=caller)
    try:
        return app, _scopes(app, asked, caller=caller), None
    except Refused as refusal:
        return app, (), refusal.error


async def answer(tx: Tx, issuer: Issuer, asked: Asked, *, approved: bool, caller: Caller) -> Consent:
    """Give the app a code for a minute, or the reason why it gets none; raises UnknownApp, RedirectMismatch."""
    agreed_in = require_person(caller)
    app = await _app(tx, asked, caller=caller)
    try:
        scopes = _scopes(app, asked, caller=caller)
        if not approved:
            raise Refused("access_denied", "The person did not agree.")
    except Refused as refusal:
        told = {"error": refusal.error, "error_description": refusal.description, "state": asked.state}
        return Consent(rules.returning(asked.redirect_uri, told, issuer=issuer.url), error=refusal.error)
    async with tx.as_engine("no request sees codes"):
        row = await tx.insert(
            authorizations,
            id=tx.new_id("aut"),
            account_id=caller.account_id,
            partner_id=caller.partner_id,
            person_id=caller.person_id,
            client_id=app["id"],
            agreed_in=agreed_in,
            session_id=None,
            redirect_uri=asked.redirect_uri,
            code_challenge=asked.code_challenge,
            scopes=list(scopes),
            status="open",
        )
        lives = timedelta(seconds=rules.CODE_SECONDS)
        code = await credentials.issue(tx, kind="authorization_code", owner_id=row["id"], lives=lives, prefix="prc_")
    given = {"code": code, "state": asked.state}
    return Consent(rules.returning(asked.redirect_uri, given, issuer=issuer.url), scopes)


async def redeem(
    issuer: Issuer, tenant: Tenant, *, client_id: str, code: str, redirect_uri: str, verifier: str, request_id: str
) -> Tokens:
    """Return the tokens that a code is good for, once; a second use ends what the first one got.

    Raises CodeRefused. Nobody but the app itself, with the redirect URI and the verifier of its request, uses a code
    up, or ends anything with it.
    """
    found = await find_secret(issuer.database, code, kind="authorization_code")
    if found is None or found.tenant_id != tenant.id:
        raise CodeRefused()
    async with inside(issuer, tenant, action="redeem_code", actor_id=client_id, request_id=request_id) as tx:
        row = await tx.lock(authorizations, found.owner_id)
        ours = row["client_id"] == client_id and row["redirect_uri"] == redirect_uri
        if not ours or not rules.proves(verifier, row["code_challenge"]):
            raise CodeRefused()
        tokens = None
        if await credentials.spend(tx, found.digest):
            tokens = await _begin(tx, issuer, tenant, row)
        elif row["session_id"] is not None:
            await sessions.end(tx, issuer, row["session_id"], reason="code_reused")
    if tokens is None:
        raise CodeRefused()
    return tokens


async def _begin(tx: Tx, issuer: Issuer, tenant: Tenant, row: Record) -> Tokens | None:
    """Give the app a session of its own, unless the person has signed out or left in the meantime."""
    agreed_in = await tx.fetch(sessions_table, row["agreed_in"])
    standing = await standing_of(tx, agreed_in) if agreed_in["status"] == "active" else None
    if standing is None:
        return None
    session = await sessions.begin(
        tx,
        account_id=row["account_id"],
        partner_id=row["partner_id"],
        person_id=row["person_id"],
        client_id=row["client_id"],
        scopes=row["scopes"],
    )
    await tx.update(authorizations, row, status="used", session_id=session["id"])
    return await tokens_of(tx, issuer, tenant, standing[0], session, standing[1])


async def _app(tx: Tx, asked: Asked, *, caller: Caller) -> Record:
    unknown = UnknownApp(errors=[Fault("/client_id", "unknown_app", "There is no such app for you.")])
    async with tx.as_engine("of an app that asks, people see the name, whoever's it is"):
        try:
            app = await tx.fetch(oauth_clients, asked.client_id)
        except NotFound:
            raise unknown from None
    if app["status"] != "active" or app["partner_id"] not in (None, caller.partner_id):
        raise unknown
    if not leads_back(app["redirect_uris"], asked.redirect_uri):
        raise RedirectMismatch(errors=[Fault("/redirect_uri", "not_registered", "Register it with the app first.")])
    return app


def _scopes(app: Any, asked: Asked, *, caller: Caller) -> tuple[str, ...]:
    wanted = rules.scopes_asked(asked, registered=app["scopes"], vendor=caller.is_vendor)
    return rules.agreed(wanted, own=caller.scope.split(), vendor=caller.is_vendor, largest=LARGEST_TOKEN)
