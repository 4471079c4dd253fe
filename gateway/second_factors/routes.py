"""`/v1/second-factors`: one's own. Each guess counts, before it is judged, as guesses at a password do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.credentials.rules import InvalidCredentials, TooManyAttempts
from gateway.credentials.throttle import Attempt
from gateway.roles.rules import BeyondOwnRights
from gateway.second_factors import commands, resetting, rules
from gateway.second_factors.commands import SecondFactorActive, SecondFactorRefused
from gateway.second_factors.queries import FACTORS
from gateway.second_factors.resetting import OwnSecondFactor, ResetByVendor
from gateway.second_factors.schemas import (
    CodeIn,
    SecondFactorConfirmedOut,
    SecondFactorIn,
    SecondFactorOut,
    SecondFactorResetIn,
    SecondFactorResetOut,
    SecondFactorSecretOut,
)
from gateway.sessions.rules import PersonRequired, require_person
from gateway.tenants.inside import inside
from gateway.tenants.queries import tenant_with
from gateway.tokens.issuer import Issuer
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.read import Page
from shared.errors import InvalidTransition, NotFound
from shared.web.conditional import etag
from shared.web.models import list_of
from shared.web.params import Http, Principal, Read, Request, Tx
from shared.web.reply import Reply
from shared.web.router import Router

_PROBLEMS = [PersonRequired, SecondFactorRefused, SecondFactorActive, InvalidTransition, TooManyAttempts]


def router(issuer: Issuer) -> Router:
    """Return the operations on one's own second factors."""
    factors, vault = Router("second-factors"), issuer.keyring.vault

    @factors.get(permission="sessions:read", out=list_of(SecondFactorOut), listing=FACTORS)
    async def list_second_factors(read: Read, request: Http, caller: Principal) -> Page:
        """The caller's second factors, newest first."""
        return await read.page(FACTORS, request.query, account_id=caller.account_id)

    @factors.get("/{id}", permission="sessions:read", out=SecondFactorOut, returns=FACTORS)
    async def get_second_factor(id: str, read: Read, caller: Principal) -> Record:
        """One of the caller's second factors."""
        row = await read.get(FACTORS, id)
        if row["account_id"] != caller.account_id:
            raise NotFound()
        return row

    @factors.post(
        permission="sessions:write",
        out=SecondFactorSecretOut,
        status=201,
        secret=True,
        problems=[*_PROBLEMS, InvalidCredentials],
    )
    async def enrol_second_factor(body: SecondFactorIn, request: Http, caller: Principal) -> Reply:
        """Begin with an authenticator app: its seed is shown this once, and counts when it is confirmed."""
        async with _guessing(issuer, caller, request, action="enrol_second_factor") as (tx, tenant):
            row, seed, uri = await commands.enrol(
                tx, vault, account_id=caller.account_id, password=body.password, name=body.name, issuer=tenant
            )
        return _shown(row, caller, status=201, secret=rules.shown(seed), otpauth_uri=uri)

    @factors.post(
        "/{id}/confirm", permission="sessions:write", out=SecondFactorConfirmedOut, secret=True, problems=_PROBLEMS
    )
    async def confirm_second_factor(id: str, body: CodeIn, request: Http, caller: Principal) -> Reply:
        """Show that the app has the seed: from now on signing in asks for a code. The recovery codes are shown this once."""
        async with _guessing(issuer, caller, request, action="confirm_second_factor") as (tx, _):
            row, codes = await commands.confirm(tx, vault, factor_id=id, account_id=caller.account_id, code=body.code)
        return _shown(row, caller, recovery_codes=codes)

    @factors.post("/{id}/remove", permission="sessions:write", out=SecondFactorOut, problems=_PROBLEMS)
    async def remove_second_factor(id: str, body: CodeIn, request: Http, caller: Principal) -> Reply:
        """Take a second factor away, with a fresh code of it or a recovery code."""
        async with _guessing(issuer, caller, request, action="remove_second_factor") as (tx, _):
            row = await commands.remove(tx, vault, factor_id=id, account_id=caller.account_id, code=body.code)
        return _shown(row, caller)

    @factors.post(
        "/reset",
        permission="second-factors:write",
        out=SecondFactorResetOut,
        problems=[PersonRequired, OwnSecondFactor, BeyondOwnRights, ResetByVendor],
    )
    async def reset_second_factor(body: SecondFactorResetIn, tx: Tx, caller: Principal) -> SecondFactorResetOut:
        """Take away the second factor of somebody who has lost it; they are signed out everywhere and told by mail."""
        removed = await resetting.reset(tx, issuer, account_id=body.account_id, person_id=body.person_id, caller=caller)
        return SecondFactorResetOut(object="second_factor_reset", removed=removed)

    return factors


@asynccontextmanager
async def _guessing(issuer: Issuer, caller: Caller, request: Request, *, action: str) -> AsyncIterator[tuple[Tx, str]]:
    """Open a transaction for somebody who has signed in, in which a refusal has counted as a guess.

    Counted outside of it: what a refusal undoes would not be counted.
    """
    require_person(caller)
    attempt = Attempt(issuer.database, account=caller.account_id, address=request.client, purpose="second factor")
    await attempt.begin()
    tenant = await tenant_with(issuer.database, caller.tenant_id)
    async with inside(issuer, tenant, action=action, actor_id=caller.account_id, request_id=request.request_id) as tx:
        yield tx, tenant.name
    await attempt.succeed()


def _shown(row: Record, caller: Caller, *, status: int = 200, **more: object) -> Reply:
    document = {**FACTORS.shape(row, caller=caller), **more}
    headers = {"Cache-Control": "no-store", "ETag": etag(row["version"], caller, None)}
    if status == 201:
        headers["Location"] = f"/v1/second-factors/{row['id']}"
    return Reply.json(document, status=status, headers=headers)
