"""Founding: a tenant and people who can sign in, made over the gateway's own database connection, not over HTTP.

For the command line, the demo and tests; a tenant's first administrator has nobody to be invited by.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.accounts import commands as accounts
from gateway.calendars import commands as calendars
from gateway.credentials.hashing import hashed
from gateway.roles import commands as roles
from gateway.sandbox.founding import found_sandbox
from gateway.tenants import commands as tenants
from shared import clock
from shared.db.pool import Database
from shared.db.tx import transaction
from shared.events.inbox import system_caller
from shared.values.ids import new_id


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of the vendor's staff to make an account for."""

    email: str
    password: str
    given_name: str
    family_name: str
    roles: tuple[str, ...] = ("tenant_admin",)


@dataclass(frozen=True, slots=True)
class Founded:
    """The ids of what was made: the tenant, and its accounts in the order of the staff given."""

    tenant_id: str
    account_ids: tuple[str, ...]


async def found_tenant(
    database: Database,
    *,
    slug: str,
    name: str,
    mode: str,
    staff: Sequence[Staff],
    hosts: Sequence[str] = (),
    default_locale: str = "en",
    tenant_id: str | None = None,
    now: datetime | None = None,
) -> Founded:
    """Make a tenant (`mode` live or test) with the shipped roles and active accounts of its staff; a live one has a sandbox.

    Raises SlugInUse, HostInUse or EmailInUse, and stores nothing then.
    """
    at = now or clock.now()
    tenant = tenant_id or new_id("tnt", at=at)
    hashes = [await hashed(each.password) for each in staff]
    async with transaction(
        database, caller=system_caller(tenant, mode=mode), viewer="*", now=at, action="found_tenant", engine=True
    ) as tx:
        names = {"id": tenant, "slug": slug, "name": name, "default_locale": default_locale}
        twin = await found_sandbox(tx, names) if mode == "live" else None
        await tenants.found(tx, slug=slug, name=name, mode=mode, default_locale=default_locale, hosts=hosts, twin=twin)
        await roles.seed(tx)
        await calendars.seed(tx)
        made = [
            await accounts.create(
                tx,
                email=each.email,
                given_name=each.given_name,
                family_name=each.family_name,
                kind="vendor",
                roles=each.roles,
                password_hash=password_hash,
            )
            for each, password_hash in zip(staff, hashes, strict=True)
        ]
    return Founded(tenant, tuple(row["id"] for row in made))
