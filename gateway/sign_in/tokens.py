"""The tokens of a session: a person's own, and those of an app that a person has let in."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.accounts import queries as account_queries
from gateway.accounts.rules import Membership
from gateway.accounts.tables import accounts
from gateway.roles import queries as role_queries
from gateway.roles.rules import common
from gateway.sessions import commands as sessions
from gateway.sign_in import rules
from gateway.tenants.queries import Tenant
from gateway.tokens.issuer import Grantee, Issuer
from shared.auth.principal import FIRST_PARTY
from shared.db.pool import Record
from shared.db.tx import Tx


@dataclass(frozen=True, slots=True)
class Tokens:
    """A fresh pair of tokens, and what the access token may do."""

    access_token: str
    refresh_token: str
    scope: str


async def tokens_of(
    tx: Tx,
    issuer: Issuer,
    tenant: Tenant,
    account: Record,
    session: Record,
    place: Membership | None,
    *,
    wanted: Sequence[str] = (),
) -> Tokens:
    """Return tokens of a session; `wanted` makes the access token narrower, never wider."""
    side, codes = ("partner", place.roles) if place else ("vendor", account["roles"])
    version = await role_queries.version_of_roles(tx)
    granted = await role_queries.scopes_of(tx, codes, side=side)
    scopes = rules.scopes(granted, standing=place.standing if place else "active")
    if session["client_id"] is not None:
        scopes = rules.of_an_app(scopes, session["scopes"], vendor=place is None)
    if wanted:
        scopes = common(scopes, wanted, vendor=place is None)
    access = issuer.token(
        Grantee(
            tenant_id=tenant.id,
            mode=tenant.mode,
            subject=account["id"],
            client_id=session["client_id"] or FIRST_PARTY,
            scopes=scopes,
            partner_id=place.partner_id if place else None,
            person_id=place.person_id if place else None,
            session_id=session["id"],
            roles_version=version,
        )
    )
    return Tokens(access, await sessions.refresh_token_of(tx, session), " ".join(scopes))


async def standing_of(tx: Tx, session: Record) -> tuple[Record, Membership | None] | None:
    """Return a session's account and its place in the partner, or None when it can no longer act there."""
    account = await tx.fetch(accounts, session["account_id"])
    memberships = await account_queries.memberships_of(tx, account["id"])
    place = next((each for each in memberships if each.partner_id == session["partner_id"]), None)
    ended = session["partner_id"] is not None and (place is None or not place.may_sign_in)
    return None if account["status"] != "active" or ended else (account, place)
