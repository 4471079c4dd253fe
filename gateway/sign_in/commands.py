"""Signing in and refreshing. Every refusal says the same, and takes as long as a success would to find out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
from gateway.roles import rules as role_rules
from gateway.second_factors import commands as second_factors
from gateway.second_factors.commands import SecondFactorRequired
from gateway.sessions import commands as sessions
from gateway.sessions.tables import sessions as sessions_table
from gateway.sign_in import rules
from gateway.sign_in.schemas import PlaceOut, SessionGrantOut, SignedInAccountOut, TenantRefOut
from gateway.sign_in.tokens import Tokens, standing_of, tokens_of
from gateway.tenants.inside import inside
from gateway.tenants.queries import Tenant, UnknownTenant, tenant_with
from gateway.tokens.issuer import LIFETIME_SECONDS, Issuer
from shared import clock
from shared.auth.scopes import parse
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import BadRequest, NotFound
from shared.web import idempotency
from shared.web.reply import Reply


class TenantRequired(BadRequest):
    """This mail address and password are good for several tenants: name one in PRM-Tenant."""

    code, title = "tenant_required", "Name the tenant"


class InvalidGrant(Exception):
    """A refresh token that is unknown, expired, or was used before."""


class BeyondAgreement(Exception):
    """An app asks for more than the person has agreed to."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What somebody who signs in has sent."""

    email: str
    password: str
    partner_id: str | None
    code: str | None
    address: str | None
    request_id: str | None
    idempotency_key: str | None = None
    fingerprint: str = ""


async def sign_in(issuer: Issuer, given: SignIn, *, tenant: Tenant | None) -> SessionGrantOut:
    """Begin a session, in the tenant given or the only one that knows the mail address.

    Raises InvalidCredentials, TooManyAttempts, TenantRequired, NotAMember, SecondFactorRequired, SecondFactorRefused, and
    SecretAlreadyShown for a repeated key.
    """
    email = given.email.strip().lower()
    attempt = Attempt(issuer.database, account=f"{tenant.id if tenant else ''}|{email}", address=given.address)
    await attempt.begin()
    stored = await _verified(issuer, email=email, password=given.password, tenant=tenant)
    tenant = tenant or await tenant_with(issuer.database, stored.tenant_id)
    try:
        grant = await _begun(issuer, given, tenant=tenant, stored=stored)
    except SecondFactorRequired:
        await attempt.stand_aside()
        raise
    await attempt.succeed()
    return grant


async def _begun(issuer: Issuer, given: SignIn, *, tenant: Tenant, stored: StoredPassword) -> SessionGrantOut:
    async with inside(issuer, tenant, action="sign_in", actor_id=stored.account_id, request_id=given.request_id) as tx:
        if given.idempotency_key:
            await idempotency.replay(tx, key=given.idempotency_key, request=given.fingerprint, at=clock.now())
        account = await tx.fetch(accounts, stored.account_id)
        await second_factors.require(tx, issuer.keyring.vault, account_id=account["id"], code=given.code)
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
    tx: Tx,
    issuer: Issuer,
    tenant: Tenant,
    account: Record,
    *,
    partner_id: str | None,
    until: datetime | None = None,
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
        until=until,
    )
    if place is not None:
        await account_commands.note_use(tx, account_id=account["id"], partner_id=place.partner_id)
    tokens = await tokens_of(tx, issuer, tenant, account, session, place)
    return SessionGrantOut(
        access_token=tokens.access_token,
        token_type="Bearer",
        expires_in=LIFETIME_SECONDS,
        refresh_token=tokens.refresh_token,
        scope=tokens.scope,
        session_id=session["id"],
        account=_shown(account, place, memberships, tenant),
    )


async def refresh(
    issuer: Issuer, token: str, *, request_id: str | None, client_id: str | None = None, wanted: Sequence[str] = ()
) -> Tokens:
    """Return fresh tokens for a refresh token that was never used; a second use ends the session.

    `client_id` is the app that has proven who it is, None for people's own sessions: nobody uses, or uses up, the
    tokens of others. Raises InvalidGrant, with the end of the session committed, and BeyondAgreement.
    """
    found = await find_secret(issuer.database, token, kind="refresh_token")
    if found is None:
        raise InvalidGrant()
    try:
        tenant = await tenant_with(issuer.database, found.tenant_id)
    except UnknownTenant as error:
        raise InvalidGrant() from error
    async with inside(issuer, tenant, action="refresh", request_id=request_id) as tx:
        _require_agreed(await _session_for(tx, found.owner_id, client_id=client_id), wanted)
        tokens = None
        if await credentials.spend(tx, found.digest):
            tokens = await _refreshed(tx, issuer, tenant, found.owner_id, wanted=wanted)
        elif found.alive or found.spent:
            # It was good a moment ago, or was used before: two hold it, and one of them may be a thief.
            await sessions.end(tx, issuer, found.owner_id, reason="refresh_token_reused")
    if tokens is None:
        raise InvalidGrant()
    return tokens


async def _session_for(tx: Tx, session_id: str, *, client_id: str | None) -> Record:
    try:
        session = await tx.fetch(sessions_table, session_id)
    except NotFound as error:
        raise InvalidGrant() from error
    if session["client_id"] != client_id:
        raise InvalidGrant()
    return session


def _require_agreed(session: Record, wanted: Sequence[str]) -> None:
    if session["scopes"] is None:
        return
    vendor = session["partner_id"] is None
    try:
        role_rules.require_within(wanted, own=parse(" ".join(session["scopes"]), vendor=vendor), vendor=vendor)
    except role_rules.BeyondOwnRights as error:
        raise BeyondAgreement() from error


async def _refreshed(
    tx: Tx, issuer: Issuer, tenant: Tenant, session_id: str, *, wanted: Sequence[str]
) -> Tokens | None:
    """Return tokens of a session that is still good, for an account that still has its place, else None."""
    session = await sessions.use(tx, session_id)
    standing = await standing_of(tx, session) if session is not None else None
    if session is None or standing is None:
        return None
    account, place = standing
    return await tokens_of(tx, issuer, tenant, account, session, place, wanted=wanted)


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
