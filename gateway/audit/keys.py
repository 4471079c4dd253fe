"""The sealing keys of the installation: Ed25519, made at the first start, published for ever."""

from collections.abc import Mapping
from typing import Any, Final

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.audit.heads import Head, jwk_of, key_id_of, padless
from gateway.audit.tables import sealing_keys
from gateway.keys.sealing import Vault, purpose_of
from shared import clock
from shared.db.pool import Database

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('prm sealing keys', 0))"
_ACTIVE: Final = "SELECT key_id, sealed FROM sealing_keys WHERE status = 'active'"
_RETIRE: Final = "UPDATE sealing_keys SET status = 'retired', retired_at = $1 WHERE status = 'active'"
_INSERT: Final = """
INSERT INTO sealing_keys (key_id, status, sealed, public, created_at) VALUES ($1, 'active', $2, $3, $4)
"""


def unsealed(vault: Vault, sealed: str, *, key_id: str) -> Ed25519PrivateKey:
    """Return a stored private key; raises CannotUnseal when it is not one that this installation has stored."""
    return Ed25519PrivateKey.from_private_bytes(
        vault.unseal(sealed, purpose=purpose_of(sealing_keys.c.sealed, {"key_id": key_id}))
    )


def public_of(key: Ed25519PrivateKey) -> str:
    """Return the public half of a key, base64url without padding."""
    return padless(key.public_key().public_bytes_raw())


class SealingKeys:
    """The keys that heads are signed with. Old ones stay published: a receipt is to be verified years later."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database, self._vault = database, vault

    async def active(self, connection: "asyncpg.Connection[Any]") -> tuple[str, Ed25519PrivateKey]:
        """Return the id and the key to sign with, within the caller's transaction as worker; makes the first."""
        row = await connection.fetchrow(_ACTIVE)
        if row is None:
            await connection.execute(_LOCK)
            row = await connection.fetchrow(_ACTIVE)
        if row is None:
            return await self._make(connection)
        return row["key_id"], unsealed(self._vault, row["sealed"], key_id=row["key_id"])

    async def rotate(self) -> str:
        """Sign with a new key from now on and return its id."""
        async with self._database.as_worker(writes=True) as connection:
            await connection.execute(_LOCK)
            await connection.execute(_RETIRE, clock.now())
            key_id, _ = await self._make(connection)
        return key_id

    async def published(self) -> Mapping[str, Any]:
        """Return every key that ever signed, as a JSON Web Key Set (RFC 7517), newest first."""
        async with self._database.as_worker() as connection:
            rows = await connection.fetch("SELECT public FROM sealing_keys ORDER BY created_at DESC, key_id")
        return {"keys": [jwk_of(row["public"]) for row in rows]}

    async def _make(self, connection: "asyncpg.Connection[Any]") -> tuple[str, Ed25519PrivateKey]:
        key = Ed25519PrivateKey.generate()
        public = public_of(key)
        key_id = key_id_of(public)
        sealed = self._vault.seal(
            key.private_bytes_raw(), purpose=purpose_of(sealing_keys.c.sealed, {"key_id": key_id})
        )
        await connection.execute(_INSERT, key_id, sealed, public, clock.now())
        return key_id, key


def signature_of(key: Ed25519PrivateKey, head: Head) -> str:
    """Return the signature of a head, base64url without padding."""
    return padless(key.sign(head.signed()))
