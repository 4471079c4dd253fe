"""Argon2id for passwords, SHA-256 for secrets of 256 random bits.

Argon2id with 19 MiB, two passes and one lane, one of the equivalent settings that OWASP's password storage cheat sheet
names. Hashing runs in threads: the loop goes on, and no more than a few hashes hold their memory at once.
"""

import asyncio
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_THREADS: Final = ThreadPoolExecutor(max_workers=4, thread_name_prefix="argon2")


async def hashed(password: str) -> str:
    """Return the Argon2id hash of a password."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, password)


async def matches(password: str, stored: str | None) -> bool:
    """Tell whether a password is the one of a hash; with no hash it says no, and takes as long."""
    right = await asyncio.get_running_loop().run_in_executor(_THREADS, _verified, password, stored or of_nobody())
    return right and stored is not None


def is_outdated(stored: str) -> bool:
    """Tell whether a hash was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(stored)


def _verified(password: str, stored: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def of_nobody() -> str:
    """Return a hash that no password has, which costs as much to verify as any other."""
    return _HASHER.hash(secrets.token_urlsafe(32))


def new_secret(prefix: str = "") -> str:
    """Return a secret of 256 random bits, safe in URLs and headers."""
    return prefix + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """Return what is stored of a high-entropy secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
