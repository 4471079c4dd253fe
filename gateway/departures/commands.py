"""Taking away somebody's access: the password, the sessions, and the secrets that they were shown."""

from gateway.accounts import commands as accounts
from gateway.accounts.lifecycle import LIFECYCLE
from gateway.accounts.queries import OF_LIVE, memberships_of
from gateway.accounts.tables import accounts as accounts_table
from gateway.credentials import commands as credentials
from gateway.departures.held import end_held
from gateway.revocations.commands import revoke
from gateway.sessions import commands as sessions
from gateway.tenants.inside import in_sandbox
from gateway.tokens.issuer import Issuer
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.events.catalog.gateway import AccountDeactivated


async def deactivate(tx: Tx, issuer: Issuer, *, account_id: str, version: int | None, caller: Caller) -> Record:
    """Take away a staff account's access at once; raises LastAdministrator."""
    row = await tx.lock_for(accounts_table, account_id, action="deactivate", lifecycle=LIFECYCLE, version=version)
    accounts.require_staff(row)
    await accounts.require_may_grant(tx, row["roles"], caller=caller)
    await accounts.require_other_administrator(tx, row)
    return await shut(tx, issuer, row)


async def shut(tx: Tx, issuer: Issuer, row: Record) -> Record:
    """Deactivate an account: no password, no sessions, and none of the secrets of keys and apps that it was shown."""
    changed = accounts.tell(tx, await tx.update(accounts_table, row, status="deactivated"))
    await credentials.set_password(tx, account_id=row["id"], password_hash=None)
    await sessions.end_of_account(tx, issuer, account_id=row["id"], reason="account_deactivated")
    await end_held(tx, issuer, account_id=row["id"])
    if row["kind"] == "vendor":
        # Staff comes back under another account only: what somebody signed in to in this moment is refused by its id.
        await revoke(tx, issuer, [row["id"]])
        await _shut_in_sandbox(tx, issuer, live_account_id=row["id"])
    tx.emit(AccountDeactivated(account_id=row["id"]), subject=changed)
    return changed


async def _shut_in_sandbox(tx: Tx, issuer: Issuer, *, live_account_id: str) -> None:
    async with tx.as_engine("who leaves the live tenant leaves its sandbox"), in_sandbox(tx) as there:
        account = await there.first(OF_LIVE, live=live_account_id) if there is not None else None
        if there is not None and account is not None and account["status"] == "active":
            await shut(there, issuer, account)


async def shut_without_place(tx: Tx, issuer: Issuer, *, account_id: str) -> None:
    """Deactivate an account that acts for nobody any more; staff of the vendor stay."""
    account = await tx.lock(accounts_table, account_id)
    places = await memberships_of(tx, account_id)
    gone = all(each.status == "deactivated" for each in places)
    if gone and account["kind"] == "partner" and account["status"] != "deactivated":
        await shut(tx, issuer, account)
