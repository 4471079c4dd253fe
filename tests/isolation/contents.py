"""Everything a tenant has in the database, as one digest: equal before and after, nothing was changed."""

import asyncpg

from tests.system import Tenant

# Machinery that tells what was asked and answered, not what was changed; a batch whose items are refused is answered.
_ASKED = frozenset({"idempotency_keys", "request_logs"})


async def digest(tenant: Tenant) -> dict[str, str]:
    """The digest of each table's rows of a tenant."""
    tables = await _tables(tenant.system.superuser)
    parts = " UNION ALL ".join(
        f"SELECT '{table}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"  # noqa: S608
        " WHERE tenant_id = $1"
        for table in tables
    )
    return {row[0]: row[1] for row in await tenant.system.superuser.fetch(parts, tenant.id)}


async def _tables(connection: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    found = await connection.fetch(
        "SELECT table_schema || '.' || table_name AS name FROM information_schema.columns"
        " JOIN information_schema.tables USING (table_schema, table_name)"
        " WHERE column_name = 'tenant_id' AND table_type = 'BASE TABLE'"
        " AND table_schema IN ('gateway', 'partners', 'deals', 'leads', 'incentives') ORDER BY 1"
    )
    return [row["name"] for row in found if row["name"].partition(".")[2] not in _ASKED]
