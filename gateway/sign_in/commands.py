"""Signing in and refreshing. Every refusal says the same, and takes as long as a success would to find out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.accounts import commands as account_commands
from gateway.accounts import queries as account_queries
from gateway.accounts.rules import Membership
from gateway.accounts.tables import accounts
from gateway.credentials import commands as credentials
from gateway.credentials import hashing
from gateway.credentials.queries import StoredPassword, find_secret, passwords_of
from gateway.credentials.rules import InvalidCredentials
from gateway.credentials.throttle import Attempt
from gateway.roles import queries as role_queries
from gateway.sessions import commands as sessions
from gateway.sign_in import rules
from gateway.sign_in.schemas import PlaceOut, SessionGrantOut, SignedInAccountOut, TenantRefOut
from gateway.tenants.inside import inside
from gateway.tenants.queries import Tenant, UnknownTenant, tenant_with
from gateway.tokens.issuer import FIRST_PARTY, LIFETIME_SECONDS, Grantee, Issuer
from shared import clock
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import BadRequest
from shared.web import idempotency
from shared.web.reply import Reply


class TenantRequired(BadRequest):
    """This mail address and password are good for several tenants: name one in PRM-Tenant."""

    code, title = "tenant_required", "Name the tenant"


class InvalidGrant(Exception):
    """A refresh token that is unknown, expired, or was used before."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A fresh pair of tokens, and what the access token may do."""

    access_token: str
    refresh_token: str
    scope: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """What somebody who signs in has sent."""

    email: str
    password: str
    partner_id: str | None
    address: str | None
    request_id: str | None
    idempotency_key: str | None = None
    fingerprint: str = ""


async def sign_in(issuer: Issuer, given: SignIn, *, tenant: Tenant | None) -> SessionGrantOut:
    """Begin a session, in the tenant given or the only one that knows the mail address.

    Raises InvalidCredentials, TooManyAttempts, TenantRequired, NotAMember, and SecretAlreadyShown for a repeated key.
    """
    email = given.email.strip().lower()
    attempt = Attempt(issuer.database, account=f"{tenant.id if tenant else ''}|{email}", address=given.address)
    await attempt.begin()
    stored = await _verified(issuer, email=email, password=given.password, tenant=tenant)
    tenant = tenant or await tenant_with(issuer.database, stored.tenant_id)
    async with inside(issuer, tenant, action="sign_in", actor_id=stored.account_id, request_id=given.request_id) as tx:
        if given.idempotency_key:
            await idempotency.replay(tx, key=given.idempotency_key, request=given.fingerprint, at=clock.now())
        account = await tx.fetch(accounts, stored.account_id)
        if hashing.is_outdated(stored.hash):
            fresh = await hashing.hashed(given.password)
            await credentials.set_password(tx, account_id=stored.account_id, password_hash=fresh)
        grant = await begin_session(tx, issuer, tenant, account, partner_id=given.partner_id)
        if given.idempotency_key:
            shown = Reply(201)
            idempotency.keep(
                tx,
                key=given.idempotency_key,
                request=given.fingerprint,
                reply=shown,
                secret=True,
                at=clock.now(),
            )
    await attempt.succeed()
    return grant


async def _verified(issuer: Issuer, *, email: str, password: str, tenant: Tenant | None) -> StoredPassword:
    known = await passwords_of(issuer.database, email=email, tenant_id=tenant.id if tenant else None)
    right = [each for each in known if await hashing.matches(password, each.hash)]
    if not known:
        await hashing.matches(password, None)
    if not right:
        raise InvalidCredentials()
    if len(right) > 1:
        raise TenantRequired()
    return right[0]


async def begin_session(
    tx: Tx, issuer: Issuer, tenant: Tenant, account: Record, *, partner_id: str | None
) -> SessionGrantOut:
    """Begin a session of an account that has proven who it is; raises InvalidCredentials when it cannot sign in."""
    if account["status"] != "active":
        raise InvalidCredentials()
    memberships = await account_queries.memberships_of(tx, account["id"])
    place = rules.place(account["kind"], memberships, wanted=partner_id)
    session = await sessions.begin(
        tx,
        account_id=account["id"],
        partner_id=place.partner_id if place else None,
        person_id=place.person_id if place else None,
    )
    if place is not None:
        await account_commands.note_use(tx, account_id=account["id"], partner_id=place.partner_id)
    tokens = await _tokens(tx, issuer, tenant, account, session, place)
    return SessionGrantOut(
        access_token=tokens.access_token,
        token_type="Bearer",
        expires_in=LIFETIME_SECONDS,
        refresh_token=tokens.refresh_token,
        scope=tokens.scope,
        session_id=session["id"],
        account=_shown(account, place, memberships, tenant),
    )


async def refresh(issuer: Issuer, token: str, *, request_id: str | None) -> Tokens:
    """Return fresh tokens for a refresh token that was never used; a second use ends the session.

    Raises InvalidGrant, with the end of the session committed.
    """
    found = await find_secret(issuer.database, token, kind="refresh_token")
    if found is None:
        raise InvalidGrant()
    try:
        tenant = await tenant_with(issuer.database, found.tenant_id)
    except UnknownTenant as error:
        raise InvalidGrant() from error
    async with inside(issuer, tenant, action="refresh", request_id=request_id) as tx:
        tokens = None
        if await credentials.spend(tx, found.digest):
            tokens = await _refreshed(tx, issuer, tenant, found.owner_id)
        elif found.alive or found.spent:
            # It was good a moment ago, or was used before: two hold it, and one of them may be a thief.
            await sessions.end(tx, issuer, found.owner_id, reason="refresh_token_reused")
    if tokens is None:
        raise InvalidGrant()
    return tokens


async def _refreshed(tx: Tx, issuer: Issuer, tenant: Tenant, session_id: str) -> Tokens | None:
    """Return tokens of a session that is still good, for an account that still has its place, else None."""
    session = await sessions.use(tx, session_id)
    if session is None:
        return None
    account = await tx.fetch(accounts, session["account_id"])
    memberships = await account_queries.memberships_of(tx, account["id"])
    place = next((each for each in memberships if each.partner_id == session["partner_id"]), None)
    ended = session["partner_id"] is not None and (place is None or not place.may_sign_in)
    if account["status"] != "active" or ended:
        return None
    return await _tokens(tx, issuer, tenant, account, session, place)


async def _tokens(
    tx: Tx, issuer: Issuer, tenant: Tenant, account: Record, session: Record, place: Membership | None
) -> Tokens:
    side, codes = ("partner", place.roles) if place else ("vendor", account["roles"])
    granted = await role_queries.scopes_of(tx, codes, side=side)
    scopes = rules.scopes(granted, standing=place.standing if place else "active")
    access = issuer.token(
        Grantee(
            tenant_id=tenant.id,
            mode=tenant.mode,
            subject=account["id"],
            client_id=FIRST_PARTY,
            scopes=scopes,
            partner_id=place.partner_id if place else None,
            person_id=place.person_id if place else None,
            session_id=session["id"],
        )
    )
    return Tokens(access, await sessions.refresh_token_of(tx, session), " ".join(scopes))


def _shown(
    account: Any, place: Membership | None, memberships: Sequence[Membership], tenant: Tenant
) -> SignedInAccountOut:
    return SignedInAccountOut(
        object="account",
        id=account["id"],
        email=account["email"],
        given_name=account["given_name"],
        family_name=account["family_name"],
        kind="partner" if place else "vendor",
        partner_id=place.partner_id if place else None,
        person_id=place.person_id if place else None,
        roles=list(place.roles if place else account["roles"]),
        memberships=[
            PlaceOut(partner_id=each.partner_id, person_id=each.person_id, roles=list(each.roles))
            for each in memberships
            if each.may_sign_in
        ],
        tenant=TenantRefOut(
            id=tenant.id, slug=tenant.slug, name=tenant.name, mode=tenant.mode, default_locale=tenant.default_locale
        ),
    )
