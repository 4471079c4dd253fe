"""Finding a credential before it is known whose it is."""

from dataclasses import dataclass
from typing import Final

from gateway.credentials.hashing import digest_of
from shared import clock
from shared.db.pool import Database

# A mail address known in more tenants than this needs the tenant to be named.
_MOST_TENANTS: Final = 8
_PASSWORDS: Final = """
SELECT tenant_id, account_id, hash FROM passwords
WHERE email = $1 AND ($2::text IS NULL OR tenant_id = $2) AND hash IS NOT NULL ORDER BY tenant_id LIMIT $3
"""
_SECRET: Final = (
    "SELECT tenant_id, owner_id, holder_id, expires_at, spent_at FROM secrets WHERE digest = $1 AND kind = $2"
)


@dataclass(frozen=True, slots=True)
class StoredPassword:
    """A password's hash and the account it opens."""

    tenant_id: str
    account_id: str
    hash: str


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """Whose secret it is, who was shown it, and whether it is still good by the wall clock."""

    tenant_id: str
    owner_id: str
    digest: str
    alive: bool
    spent: bool
    holder_id: str | None = None


async def passwords_of(database: Database, *, email: str, tenant_id: str | None) -> list[StoredPassword]:
    """Return the passwords of a mail address in one tenant, or in all of them."""
    async with database.as_worker(writes=True) as connection:
        rows = await connection.fetch(_PASSWORDS, email, tenant_id, _MOST_TENANTS)
    return [StoredPassword(row["tenant_id"], row["account_id"], row["hash"]) for row in rows]


async def find_secret(database: Database, secret: str, *, kind: str) -> StoredSecret | None:
    """Return what is known of a secret, or None for one that we never gave out."""
    digest = digest_of(secret)
    async with database.as_worker(writes=True) as connection:
        row = await connection.fetchrow(_SECRET, digest, kind)
    if row is None:
        return None
    spent = row["spent_at"] is not None
    alive = not spent and (row["expires_at"] is None or row["expires_at"] > clock.now())
    return StoredSecret(row["tenant_id"], row["owner_id"], digest, alive, spent, row["holder_id"])
