"""One person in several partner organisations: acting for another one."""

from gateway.accounts.tables import accounts
from gateway.sessions import commands as sessions
from gateway.sessions.lifecycle import LIFECYCLE
from gateway.sessions.rules import require_person
from gateway.sessions.tables import sessions as sessions_table
from gateway.sign_in.commands import begin_session
from gateway.sign_in.rules import NotAMember
from gateway.sign_in.schemas import SessionGrantOut
from gateway.tenants.queries import Tenant
from gateway.tenants.tables import tenants
from gateway.tokens.issuer import Issuer
from shared.auth.principal import Caller
from shared.db.tx import Tx
from shared.errors import NotFound


async def switch(
    tx: Tx, issuer: Issuer, *, session_id: str, version: int | None, partner_id: str | None, caller: Caller
) -> SessionGrantOut:
    """End the caller's session and begin one for another of their partners, which lasts no longer than the first would.

    A new session, not another face of the old one: a token shows what belongs to one partner, as long as it lives.
    Raises NotFound for another session than the caller's own, InvalidTransition for one that has ended, NotAMember for a
    partner that is not among theirs.
    """
    if require_person(caller) != session_id:
        raise NotFound()
    async with tx.as_engine("in which partners somebody works, no partner sees"):
        row = await tx.lock_for(sessions_table, session_id, action="switch", lifecycle=LIFECYCLE, version=version)
        account = await tx.fetch(accounts, caller.account_id)
        if partner_id is None and account["kind"] != "vendor":
            raise NotAMember()
        found = await tx.fetch(tenants, tx.tenant_id)
        tenant = Tenant(found["id"], found["slug"], found["name"], found["mode"], found["default_locale"])
        grant = await begin_session(tx, issuer, tenant, account, partner_id=partner_id, until=row["expires_at"])
        await sessions.end(tx, issuer, session_id, reason="switched")
    return grant
