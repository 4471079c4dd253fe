"""The installation's signing keys in use: made at the first start, unsealed once, signing with one of them.

A new key is published before it signs, so that whoever verifies has it by then; an old one is published after it has
signed for the last time, until its last token has expired. Processes that sign look at the keys every few seconds.
"""

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

from gateway.keys.sealing import Vault, purpose_of
from gateway.keys.tables import signing_keys
from gateway.revocations import commands as revocations
from shared import clock, logs
from shared.auth.revocations import signed_by
from shared.auth.tokens import Signer, public_jwk
from shared.db.pool import Database

# Longer than our verifiers and the usual libraries remember a key set (ten minutes and less).
PUBLISHED_AHEAD: Final = timedelta(minutes=15)
# Longer than any access token lives, so that a token outlives the key that signed it.
_PUBLISHED_AFTER_RETIRING: Final = timedelta(hours=1)
# Longer than a verifier goes by keys that it has read, whatever it read them from.
_WITHDRAWN_FOR: Final = timedelta(hours=1)
_LOOKS_EVERY_SECONDS: Final = 2.0
_LOG: Final = logs.logger("keys")
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('prm signing keys', 0))"
_ACTIVE: Final = "SELECT kid, sealed FROM signing_keys WHERE status = 'active'"
_HASTEN: Final = "UPDATE signing_keys SET signs_from = least(signs_from, $1) WHERE status = 'next' RETURNING kid"
_DROP: Final = "DELETE FROM signing_keys WHERE status = 'retired' RETURNING kid"
_RETIRE: Final = "UPDATE signing_keys SET status = 'retired', retired_at = $1 WHERE status = 'active'"
_PROMOTE: Final = "UPDATE signing_keys SET status = 'active' WHERE status = 'next' AND signs_from <= $1"
_IS_DUE: Final = "SELECT EXISTS (SELECT FROM signing_keys WHERE status = 'next' AND signs_from <= $1)"
_INSERT: Final = """
INSERT INTO signing_keys (kid, status, sealed, public_jwk, created_at, signs_from) VALUES ($1, $2, $3, $4, $5, $6)
"""
# The private half of a key whose tokens have expired is of no use to us.
_FORGET: Final = "DELETE FROM signing_keys WHERE status = 'retired' AND retired_at < $1"
_PUBLISHED: Final = """
SELECT public_jwk FROM signing_keys WHERE status IN ('active', 'next') OR retired_at > $1 ORDER BY created_at DESC
"""
_ALL: Final = "SELECT kid, status, created_at, signs_from, retired_at FROM signing_keys ORDER BY created_at DESC"


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A signing key as an operator sees it."""

    kid: str
    status: str
    created_at: datetime
    signs_from: datetime | None
    retired_at: datetime | None


class Keyring:
    """The keys of one installation, as this process knows them."""

    def __init__(
        self, database: Database, *, vault: Vault, issuer: str, wall: Callable[[], datetime] = clock.now
    ) -> None:
        self._database, self.vault, self._issuer, self._wall = database, vault, issuer, wall
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
            if row is None:
                await self._make(connection, status="active", signs_from=None)
                row = await connection.fetchrow(_ACTIVE)
        self._take(row)

    async def step(self) -> int:
        """Let the next key sign when its time has come, and take into use whichever signs; tells whether that changed."""
        at, before = self._wall(), self._signer.kid if self._signer else None
        async with self._database.as_worker(writes=True) as connection:
            if await connection.fetchval(_IS_DUE, at):
                await connection.execute(_LOCK)
                if await connection.fetchval(_IS_DUE, at):
                    await connection.execute(_RETIRE, at)
                    await connection.execute(_PROMOTE, at)
            await connection.execute(_FORGET, at - 2 * _PUBLISHED_AFTER_RETIRING)
            row = await connection.fetchrow(_ACTIVE)
        if row["kid"] == before:
            return 0
        self._take(row)
        return 1

    async def run(self) -> None:
        """Look at the keys every few seconds until cancelled."""
        while True:
            await asyncio.sleep(_LOOKS_EVERY_SECONDS)
            try:
                await self.step()
            except asyncio.CancelledError:
                raise
            except Exception as error:
                _LOG.warning("signing keys not looked at", error=repr(error)[:200])

    async def rotate(self, *, ahead: timedelta = PUBLISHED_AHEAD, leaked: bool = False) -> KnownKey:
        """Publish a new key that signs after `ahead`, and return it; of one that is on its way already, the earlier time.

        `leaked`: it signs at once, and no earlier key is published any more. Tokens of those are refused within five
        seconds, and other programs may refuse new ones until they have fetched the key.
        """
        at = self._wall() if leaked else self._wall() + ahead
        async with self._database.as_worker(writes=True) as connection:
            await connection.execute(_LOCK)
            kid = await connection.fetchval(_HASTEN, at)
            if kid is None:
                kid = await self._make(connection, status="next", signs_from=at)
        if leaked:
            await self.step()
            async with self._database.as_worker(writes=True) as connection:
                withdrawn = [signed_by(row["kid"]) for row in await connection.fetch(_DROP)]
                await revocations.store(connection, withdrawn, until=clock.now() + _WITHDRAWN_FOR)
        return next(each for each in await self.known() if each.kid == kid)

    async def known(self) -> list[KnownKey]:
        """Return the keys, the newest first."""
        async with self._database.as_worker(writes=True) as connection:
            return [KnownKey(**dict(row)) for row in await connection.fetch(_ALL)]

    async def published(self) -> Mapping[str, Any]:
        """Return the JSON Web Key Set (RFC 7517) of the keys whose tokens may live, or are about to."""
        async with self._database.as_worker(writes=True) as connection:
            rows = await connection.fetch(_PUBLISHED, self._wall() - _PUBLISHED_AFTER_RETIRING)
        return {"keys": [row["public_jwk"] for row in rows]}

    async def _make(self, connection: "asyncpg.Connection[Any]", *, status: str, signs_from: datetime | None) -> str:
        key = await asyncio.to_thread(rsa.generate_private_key, public_exponent=65537, key_size=2048)
        kid = uuid.uuid4().hex[:16]
        plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        sealed = self.vault.seal(plain, purpose=purpose_of(signing_keys.c.sealed, {"kid": kid}))
        await connection.execute(_INSERT, kid, status, sealed, public_jwk(key, kid=kid), self._wall(), signs_from)
        return kid

    def _take(self, row: Mapping[str, Any]) -> None:
        plain = self.vault.unseal(row["sealed"], purpose=purpose_of(signing_keys.c.sealed, row))
        key = load_der_private_key(plain, password=None)
        assert isinstance(key, rsa.RSAPrivateKey)
        self._signer = Signer(key, kid=row["kid"], issuer=self._issuer)
