"""The installation's signing keys in use: made at the first start, unsealed once, signing with one of them."""

import asyncio
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import asyncpg
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

from gateway.keys.sealing import Vault
from shared import clock
from shared.auth.tokens import Signer, public_jwk
from shared.db.pool import Database

# Longer than any access token lives, so that a token outlives the key that signed it.
_PUBLISHED_AFTER_RETIRING: Final = timedelta(hours=1)
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('prm signing keys', 0))"
_ACTIVE: Final = "SELECT kid, sealed FROM signing_keys WHERE status = 'active'"
_INSERT: Final = """
INSERT INTO signing_keys (kid, status, sealed, public_jwk, created_at) VALUES ($1, 'active', $2, $3, $4)
"""


class Keyring:
    """The keys of one installation, as this process knows them."""

    def __init__(self, database: Database, *, vault: Vault, issuer: str) -> None:
        self._database, self._vault, self._issuer = database, vault, issuer
        self._signer: Signer | None = None

    @property
    def signer(self) -> Signer:
        """The signer with the active key."""
        if self._signer is None:
            raise RuntimeError("the signing keys are not loaded")
        return self._signer

    async def load(self) -> None:
        """Take the active key into use, making the first; two processes that start at once end with the same one.

        Raises CannotUnseal when the key was sealed under another secret key.
        """
        async with self._database.as_worker(writes=True) as connection:
            await connection.execute(_LOCK)
            row = await connection.fetchrow(_ACTIVE)
            kid, key = (row["kid"], self._unsealed(row)) if row is not None else await self._make(connection)
        self._signer = Signer(key, kid=kid, issuer=self._issuer)

    async def rotate(self) -> str:
        """Make a new active key and return its id; the old one stays published until its last token has expired."""
        async with self._database.as_worker(writes=True) as connection:
            await connection.execute(_LOCK)
            retire = "UPDATE signing_keys SET status = 'retired', retired_at = $1 WHERE status = 'active'"
            await connection.execute(retire, clock.now())
            kid, key = await self._make(connection)
        self._signer = Signer(key, kid=kid, issuer=self._issuer)
        return kid

    async def published(self) -> Mapping[str, Any]:
        """Return the JSON Web Key Set (RFC 7517) of every key whose tokens may still live."""
        async with self._database.as_worker(writes=True) as connection:
            rows = await connection.fetch(
                "SELECT public_jwk FROM signing_keys WHERE status = 'active' OR retired_at > $1 ORDER BY created_at DESC",
                clock.now() - _PUBLISHED_AFTER_RETIRING,
            )
        return {"keys": [row["public_jwk"] for row in rows]}

    async def _make(self, connection: "asyncpg.Connection[Any]") -> tuple[str, rsa.RSAPrivateKey]:
        key = await asyncio.to_thread(rsa.generate_private_key, public_exponent=65537, key_size=2048)
        kid = uuid.uuid4().hex[:16]
        plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        sealed = self._vault.seal(plain, purpose=f"signing key {kid}")
        await connection.execute(_INSERT, kid, sealed, public_jwk(key, kid=kid), clock.now())
        return kid, key

    def _unsealed(self, row: Mapping[str, Any]) -> rsa.RSAPrivateKey:
        plain = self._vault.unseal(row["sealed"], purpose=f"signing key {row['kid']}")
        key = load_der_private_key(plain, password=None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key
