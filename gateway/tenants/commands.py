"""Founding a tenant and changing what it is called by."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.tenants.tables import tenant_hosts, tenants
from shared.db.pool import Record
from shared.db.tx import Tx, require_version
from shared.errors import AlreadyExists, Forbidden


class HostInUse(AlreadyExists):
    """Another tenant is reached by one of these host names."""

    code, title = "host_in_use", "Host name in use"


class SlugInUse(AlreadyExists):
    """Another tenant of this installation has this slug."""

    code, title = "slug_in_use", "Slug in use"


async def found(
    tx: Tx,
    *,
    slug: str,
    name: str,
    mode: str,
    default_locale: str,
    hosts: Sequence[str] = (),
    twin: Mapping[str, Any] | None = None,
) -> Record:
    """Store the tenant that this transaction is opened for, and its `twin`'s id and slug; raises SlugInUse or HostInUse."""
    row = await tx.add(
        tenants,
        id=tx.tenant_id,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        slug=slug,
        name=name,
        mode=mode,
        default_locale=default_locale,
        hosts=list(hosts),
        login_url=None,
        twin_id=twin["id"] if twin else None,
        twin_slug=twin["slug"] if twin else None,
    )
    if row is None:
        raise SlugInUse()
    await _lead_hosts_here(tx, hosts)
    return row


async def change(tx: Tx, *, tenant_id: str, version: int | None, changes: Mapping[str, Any], by_vendor: bool) -> Record:
    """Change a tenant's name, locale or host names; raises HostInUse, or Forbidden for a partner."""
    row = await tx.lock(tenants, tenant_id)
    if not by_vendor:
        raise Forbidden("Only the vendor's administrators change the tenant.")
    require_version(row, version)
    changed = await tx.update(tenants, row, **changes)
    if "hosts" in changes:
        await tx.remove(tenant_hosts)
        await _lead_hosts_here(tx, changed["hosts"])
    return changed


async def _lead_hosts_here(tx: Tx, hosts: Sequence[str]) -> None:
    for host in sorted(set(hosts)):
        if await tx.add(tenant_hosts, host=host) is None:
            raise HostInUse()
