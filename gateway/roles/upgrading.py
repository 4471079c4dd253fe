"""What an upgrade does about roles.

A shipped role that nobody has edited stores no scopes and follows the product by itself; an edited one stays as it is. Only a
role that is new in this version has no row yet in the tenants of before.
"""

from typing import Final

import asyncpg

from gateway.roles.defaults import DEFAULT_ROLES
from shared import clock
from shared.values.ids import new_id

# A tenant that has a role of its own with this code keeps that one.
_MISSING: Final = """
SELECT t.id, code FROM gateway.tenants t CROSS JOIN unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM gateway.roles r WHERE r.tenant_id = t.id AND r.code = code.code) ORDER BY 1, 2
"""
_ADD: Final = """
INSERT INTO gateway.roles (tenant_id, id, version, created_at, updated_at, code, name, side)
VALUES ($1, $2, 1, $3, $3, $4, $5, $6) ON CONFLICT DO NOTHING
"""


async def complete(owner_url: str) -> int:
    """Give every tenant the shipped roles that it does not have, as the schema's owner, and return how many were missing."""
    connection = await asyncpg.connect(owner_url)
    try:
        missing = await connection.fetch(_MISSING, list(DEFAULT_ROLES))
        now = clock.now()
        shipped = [(row["id"], DEFAULT_ROLES[row["code"]]) for row in missing]
        await connection.executemany(
            _ADD, [(tenant, new_id("role", at=now), now, role.code, role.name, role.side) for tenant, role in shipped]
        )
    finally:
        await connection.close()
    return len(missing)
