"""Accounts: making them, changing what they may do, taking their access away."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import DateTime, bindparam, update

from gateway.accounts import queries
from gateway.accounts.tables import accounts, memberships
from gateway.credentials import commands as credentials
from gateway.roles import queries as role_queries
from gateway.roles import rules as role_rules
from gateway.sessions import commands as sessions
from gateway.tokens.issuer import Issuer
from shared import clock
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx, require_version
from shared.errors import Conflict, Forbidden
from shared.events.catalog.gateway import AccountState

_SET_MEMBERSHIP: Final = Statement(
    update(memberships)
    .where(
        memberships.c.tenant_id == TENANT,
        memberships.c.account_id == bindparam("account"),
        memberships.c.partner_id == bindparam("partner"),
    )
    .values(status=bindparam("new_status"))
)
_USED: Final = Statement(
    update(memberships)
    .where(
        memberships.c.tenant_id == TENANT,
        memberships.c.account_id == bindparam("account"),
        memberships.c.partner_id == bindparam("partner"),
    )
    .values(last_used_at=bindparam("at", type_=DateTime(timezone=True)))
)


class LastAdministrator(Conflict):
    """A tenant keeps at least one active account with the role tenant_admin."""

    code, title = "last_administrator", "Last administrator"


class ManagedInLiveTenant(Conflict):
    """This is the account in the sandbox of somebody who works in the live tenant; change it there."""

    code, title = "managed_in_live_tenant", "Managed in the live tenant"


class ManagedAsPerson(Conflict):
    """This is the account of a partner's person; change the person, under people."""

    code, title = "managed_as_person", "Managed as a person"


async def create(
    tx: Tx,
    *,
    email: str,
    given_name: str,
    family_name: str,
    kind: str,
    roles: Sequence[str] = (),
    account_id: str | None = None,
    password_hash: str | None = None,
    live_account_id: str | None = None,
) -> Record:
    """Store an account, invited until it has a password or, in a sandbox, for somebody of the live tenant; raises EmailInUse."""
    address = email.lower()
    row = await tx.insert(
        accounts,
        id=account_id or tx.new_id("acc"),
        email=address,
        given_name=given_name,
        family_name=family_name,
        kind=kind,
        status="active" if password_hash or live_account_id else "invited",
        roles=list(roles),
        live_account_id=live_account_id,
    )
    await credentials.reserve_email(tx, account_id=row["id"], email=address, password_hash=password_hash)
    return tell(tx, row)


async def require_may_grant(tx: Tx, roles: Sequence[str], *, caller: Caller) -> None:
    """Raise UnknownRole, or BeyondOwnRights for a role that gives more than the caller has."""
    if not caller.is_vendor:
        raise Forbidden("Accounts of vendor staff are kept by the vendor.")
    await role_queries.require_known(tx, roles, side="vendor")
    scopes = await role_queries.scopes_of(tx, roles, side="vendor")
    role_rules.require_within(scopes, own=caller.scopes, vendor=True)


async def change(
    tx: Tx, issuer: Issuer, *, account_id: str, version: int | None, changes: Mapping[str, Any], caller: Caller
) -> Record:
    """Change names or roles of vendor staff; other roles end the account's sessions."""
    row = await tx.lock(accounts, account_id)
    require_staff(row)
    if row["status"] == "deactivated":
        raise Conflict("A deactivated account cannot be changed.")
    require_version(row, version)
    if "roles" in changes and set(changes["roles"]) != set(row["roles"]):
        await require_may_grant(tx, [*changes["roles"], *row["roles"]], caller=caller)
        if "tenant_admin" not in changes["roles"]:
            await require_other_administrator(tx, row)
        await sessions.end_of_account(tx, issuer, account_id=account_id, reason="roles_changed")
    return tell(tx, await tx.update(accounts, row, **changes))


async def activate(tx: Tx, row: Record, *, password_hash: str) -> Record:
    """Give an account its password and let it sign in."""
    await credentials.set_password(tx, account_id=row["id"], password_hash=password_hash)
    return tell(tx, await tx.update(accounts, row, status="active"))


def tell(tx: Tx, row: Record) -> Record:
    """Tell the sister services how an account of the vendor's staff is now, and return it."""
    if row["kind"] == "vendor":
        tx.emit(AccountState(account_id=row["id"], kind=row["kind"], status=row["status"]), subject=row)
    return row


async def keep_membership(tx: Tx, row: Mapping[str, Any], **changes: Any) -> None:
    """Store a membership with changes, as newer news has it."""
    values = {**dict(row), **changes}
    # The transaction adds the tenant.
    del values["tenant_id"]
    await tx.put(memberships, **values)


async def set_membership(tx: Tx, *, account_id: str, partner_id: str, status: str) -> None:
    """Change whether an account acts for a partner."""
    await tx.run(_SET_MEMBERSHIP, account=account_id, partner=partner_id, new_status=status)


async def note_use(tx: Tx, *, account_id: str, partner_id: str) -> None:
    """Remember for which partner an account signed in last."""
    await tx.run(_USED, account=account_id, partner=partner_id, at=clock.now())


def require_staff(row: Mapping[str, Any]) -> None:
    """Raise ManagedAsPerson for the account of a partner's person, ManagedInLiveTenant for one that follows another."""
    if row["kind"] != "vendor":
        raise ManagedAsPerson()
    if row["live_account_id"] is not None:
        raise ManagedInLiveTenant()


async def require_other_administrator(tx: Tx, row: Mapping[str, Any]) -> None:
    """Raise LastAdministrator where nobody else administers the tenant."""
    if "tenant_admin" not in row["roles"] or row["status"] != "active":
        return
    others = [each["id"] for each in await tx.all(queries.ADMINISTRATORS) if each["id"] != row["id"]]
    if not others:
        raise LastAdministrator()
