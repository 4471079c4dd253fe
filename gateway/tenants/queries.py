"""Which tenant a request is for, by slug, host name or id."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.tenants.tables import tenants
from shared.db.pool import Database
from shared.db.resource import Field, Resource
from shared.errors import NotFound


def _twin(row: Mapping[str, Any]) -> dict[str, str] | None:
    if row["twin_id"] is None:
        return None
    return {"id": row["twin_id"], "slug": row["twin_slug"], "mode": "live" if row["mode"] == "test" else "test"}


TENANTS: Final = Resource(
    "tenant",
    tenants,
    (
        *("slug", "name", "mode", "default_locale", "hosts", "login_url"),
        Field("twin", "", (), _twin, for_partner=lambda _: None),
    ),
    permission="tenants:read",
    filters=("slug",),
)
_COLUMNS: Final = "SELECT t.id, t.slug, t.name, t.mode, t.default_locale, t.login_url FROM tenants t"
_BY_SLUG: Final = f"{_COLUMNS} WHERE t.slug = $1"
_BY_HOST: Final = f"{_COLUMNS} JOIN tenant_hosts h ON h.tenant_id = t.id WHERE h.host = $1"
_BY_CLIENT: Final = f"{_COLUMNS} JOIN client_homes c ON c.tenant_id = t.tenant_id WHERE c.client_id = $1"
_BY_ID: Final = f"{_COLUMNS} WHERE t.tenant_id = $1 AND t.id = $1"


class UnknownTenant(NotFound):
    """There is no tenant of this name."""

    code, title = "unknown_tenant", "Unknown tenant"


@dataclass(frozen=True, slots=True)
class Tenant:
    """What requests need to know of a tenant."""

    id: str
    slug: str
    name: str
    mode: str
    default_locale: str
    login_url: str | None = None


async def tenant_of(database: Database, *, slug: str | None, host: str | None) -> Tenant | None:
    """Return the tenant of a slug, else the one a host name belongs to, else None; raises UnknownTenant for a slug."""
    if slug is not None:
        found = await _find(database, _BY_SLUG, slug.strip().lower())
        if found is None:
            raise UnknownTenant()
        return found
    name = (host or "").partition(":")[0].strip().lower()
    return await _find(database, _BY_HOST, name) if name else None


async def tenant_of_client(database: Database, client_id: str) -> Tenant | None:
    """Return the tenant of an app, None when there is no such app."""
    return await _find(database, _BY_CLIENT, client_id)


async def tenant_with(database: Database, tenant_id: str) -> Tenant:
    """Return a tenant by its id; raises UnknownTenant."""
    found = await _find(database, _BY_ID, tenant_id)
    if found is None:
        raise UnknownTenant()
    return found


async def _find(database: Database, query: str, value: str) -> Tenant | None:
    if not value.isprintable() or len(value) > 253:
        return None
    async with database.as_worker(writes=True) as connection:
        row = await connection.fetchrow(query, value)
    return Tenant(**dict(row)) if row is not None else None
