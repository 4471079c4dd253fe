"""`/v1/accounts`: the vendor's staff. `invite` is declared with the invitations, `deactivate` with the departures."""

from typing import Any

from gateway.accounts import commands
from gateway.accounts.commands import LastAdministrator, ManagedAsPerson, ManagedInLiveTenant
from gateway.accounts.queries import ACCOUNTS
from gateway.accounts.schemas import AccountIn, AccountOut, AccountPatch
from gateway.accounts.tables import accounts as accounts_table
from gateway.credentials.commands import EmailInUse
from gateway.roles.queries import UnknownRole
from gateway.roles.rules import BeyondOwnRights
from gateway.tokens.issuer import Issuer
from shared.db.pool import Database, Record
from shared.db.tx import transaction
from shared.events.inbox import system_caller
from shared.web.params import Http, Now, Principal, Tx, Version
from shared.web.router import Router


def router(issuer: Issuer) -> Router:
    """Return the operations on accounts."""
    accounts = Router("accounts")
    accounts.lists(ACCOUNTS, AccountOut, summary="Accounts of the tenant, newest first.")
    accounts.reads(ACCOUNTS, AccountOut, summary="One account.")

    @accounts.post(
        permission="accounts:write",
        returns=ACCOUNTS,
        out=AccountOut,
        status=201,
        problems=[EmailInUse, UnknownRole, BeyondOwnRights],
    )
    async def create_account(body: AccountIn, tx: Tx, caller: Principal) -> Record:
        """Make an account for a member of the vendor's staff, with roles no wider than the caller's own."""
        await commands.require_may_grant(tx, body.roles, caller=caller)
        return await commands.create(
            tx,
            account_id=body.id,
            email=body.email,
            given_name=body.given_name,
            family_name=body.family_name,
            kind="vendor",
            roles=body.roles,
        )

    @accounts.patch(
        permission="accounts:write",
        returns=ACCOUNTS,
        out=AccountOut,
        problems=[ManagedAsPerson, ManagedInLiveTenant, LastAdministrator, UnknownRole, BeyondOwnRights],
    )
    async def change_account(id: str, body: AccountPatch, tx: Tx, caller: Principal, version: Version) -> Record:
        """Change a staff account's name or roles; other roles end its sessions."""
        return await commands.change(tx, issuer, account_id=id, version=version, changes=body.changes(), caller=caller)

    return accounts


def internal(database: Database) -> Router:
    """Return the route by which a sister service asks who somebody is."""
    lookup = Router("accounts", prefix="/internal")
    query = [{"name": name, "in": "query", "required": True, "schema": {"type": "string"}} for name in ("tenant", "id")]

    @lookup.get(permission=None, in_spec=False, query=query)
    async def look_up_account(request: Http, now: Now) -> dict[str, Any]:
        """Return `{"version", "data"}` of an account: name, address, side and status."""
        caller = system_caller(request.query.get("tenant", ""), mode="live")
        opened = transaction(database, caller=caller, viewer="*", now=now, action="look_up_account", engine=True)
        async with opened as tx:
            row = await tx.fetch(accounts_table, request.query.get("id", ""))
        names = ("kind", "status", "given_name", "family_name", "email")
        return {"version": row["version"], "data": {"account_id": row["id"], **{name: row[name] for name in names}}}

    return lookup
