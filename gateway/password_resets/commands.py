"""Asking for a reset tells nothing about accounts: not by its answer, and not by its time."""

import asyncio
from datetime import timedelta
from typing import Final

from gateway.accounts.tables import accounts
from gateway.credentials import commands as credentials
from gateway.credentials import hashing
from gateway.credentials.queries import find_secret, passwords_of
from gateway.credentials.throttle import Attempt
from gateway.mail import commands as mail
from gateway.sessions import commands as sessions
from gateway.tenants.inside import inside
from gateway.tenants.queries import Tenant, tenant_with
from gateway.tokens.issuer import Issuer
from shared import clock
from shared.errors import Gone, NotFound

LIVES: Final = timedelta(hours=1)
# Longer than storing a mail takes.
_ANSWERED_AFTER_SECONDS: Final = 0.1
_BODY: Final = """\
Hello {name},

somebody asked for a new password. If it was you, choose one within an hour:

  POST {url}/v1/password-resets/{token}/confirm
  {{"password": "…"}}

Token: {token}
"""


class ResetSpent(Gone):
    """This reset was used, or is older than an hour."""

    code, title = "reset_spent", "Reset no longer good"


async def ask(
    issuer: Issuer, *, email: str, tenant: Tenant | None, address: str | None, request_id: str | None
) -> None:
    """Mail a reset to every account with this address; says nothing when there is none. Raises TooManyAttempts."""
    began = clock.monotonic()
    wanted = email.strip().lower()
    # Asking counts like a failure: nobody can flood somebody else's mailbox.
    await Attempt(issuer.database, account=wanted, address=address, purpose="reset").begin()
    for known in await passwords_of(issuer.database, email=wanted, tenant_id=tenant.id if tenant else None):
        there = tenant or await tenant_with(issuer.database, known.tenant_id)
        await _send(issuer, there, account_id=known.account_id, request_id=request_id)
    await asyncio.sleep(max(0.0, _ANSWERED_AFTER_SECONDS - (clock.monotonic() - began)))


async def _send(issuer: Issuer, tenant: Tenant, *, account_id: str, request_id: str | None) -> None:
    async with inside(issuer, tenant, action="ask_for_reset", actor_id=account_id, request_id=request_id) as tx:
        account = await tx.fetch(accounts, account_id)
        owner = _owner(account_id)
        await credentials.end_all(tx, owner_id=owner)
        token = await credentials.issue(tx, kind="password_reset", owner_id=owner, lives=LIVES)
        await mail.send(
            tx,
            recipient=account["email"],
            purpose="password_reset",
            subject="Choose a new password",
            body=_BODY.format(name=account["given_name"], url=issuer.url, token=token),
        )


async def confirm(issuer: Issuer, *, token: str, password: str, address: str | None, request_id: str | None) -> None:
    """Set the password that a reset's token allows, and end every session; raises NotFound or ResetSpent."""
    attempt = Attempt(issuer.database, account=hashing.digest_of(token), address=address, purpose="reset token")
    await attempt.begin()
    found = await find_secret(issuer.database, token, kind="password_reset")
    if found is None:
        raise NotFound()
    tenant = await tenant_with(issuer.database, found.tenant_id)
    fresh = await hashing.hashed(password)
    account_id = found.owner_id.removeprefix("reset/")
    async with inside(issuer, tenant, action="confirm_reset", actor_id=account_id, request_id=request_id) as tx:
        account = await tx.lock(accounts, account_id)
        if account["status"] != "active" or not await credentials.spend(tx, found.digest):
            raise ResetSpent()
        await credentials.set_password(tx, account_id=account_id, password_hash=fresh)
        await sessions.end_of_account(tx, issuer, account_id=account_id, reason="password_reset")
    await attempt.succeed()


def _owner(account_id: str) -> str:
    return f"reset/{account_id}"
