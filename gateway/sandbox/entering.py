"""Entering the sandbox: staff of the vendor, from the live tenant, without another password."""

from gateway.accounts import commands as account_commands
from gateway.accounts.queries import OF_LIVE
from gateway.accounts.tables import accounts
from gateway.credentials.rules import InvalidCredentials
from gateway.sessions import commands as sessions
from gateway.sessions.lifecycle import LIFECYCLE
from gateway.sessions.rules import require_person
from gateway.sessions.tables import sessions as sessions_table
from gateway.sign_in.commands import begin_session
from gateway.sign_in.schemas import SessionGrantOut
from gateway.tenants.inside import in_sandbox
from gateway.tenants.queries import Tenant
from gateway.tenants.tables import tenants
from gateway.tokens.issuer import Issuer
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import Conflict, NotFound


class NoSandbox(Conflict):
    """This tenant has no sandbox to enter: it is one, or a test tenant of its own."""

    code, title = "no_sandbox", "No sandbox"


async def enter(tx: Tx, issuer: Issuer, *, session_id: str, version: int | None, caller: Caller) -> SessionGrantOut:
    """Begin a session in the sandbox, for the caller's account there; it ends with the session it is begun from.

    Raises NotFound for another session than the caller's own, InvalidTransition for one that has ended, Forbidden for
    partners, NoSandbox, and EmailInUse where somebody of the sandbox's own has the caller's mail address.
    """
    vendor_only(caller)
    if require_person(caller) != session_id:
        raise NotFound()
    async with tx.as_engine("the sandbox is another tenant"):
        session = await tx.lock_for(
            sessions_table, session_id, action="enter-sandbox", lifecycle=LIFECYCLE, version=version
        )
        # Held, so that of two who enter at once the second finds the account that the first has made.
        live = await tx.lock(accounts, caller.account_id)
        if live["status"] != "active":
            raise InvalidCredentials()
        async with in_sandbox(tx) as there:
            if there is None:
                raise NoSandbox()
            account = await _account_for(there, live)
            tenant = await there.fetch(tenants, there.tenant_id)
            known = Tenant(tenant["id"], tenant["slug"], tenant["name"], tenant["mode"], tenant["default_locale"])
            grant = await begin_session(there, issuer, known, account, partner_id=None, until=session["expires_at"])
            if session["sandbox_session_id"] is not None:
                await sessions.end(there, issuer, session["sandbox_session_id"], reason="entered_again")
        await tx.update(sessions_table, session, sandbox_session_id=grant.session_id)
    return grant


async def _account_for(there: Tx, live: Record) -> Record:
    """Return the sandbox's account for one of the live tenant, with its name and roles as they are now."""
    found = await there.first(OF_LIVE, live=live["id"])
    named = {"given_name": live["given_name"], "family_name": live["family_name"], "roles": list(live["roles"])}
    if found is None:
        return await account_commands.create(
            there, email=live["email"], kind="vendor", live_account_id=live["id"], **named
        )
    changes = {name: value for name, value in {**named, "status": "active"}.items() if found[name] != value}
    return await there.update(accounts, found, **changes) if changes else found
