"""Counts attempts before they are judged, so that a hundred guesses at once count as a hundred."""

import hashlib
import ipaddress
import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from gateway.credentials import rules
from shared import clock
from shared.db.pool import Database

# The first attempt is followed by no pause: of two at the same time, the one counted second may have begun first.
_CHARGE: Final = """
INSERT INTO sign_in_attempts AS a (subject, failures, last_at, next_at) VALUES ($1, 1, $2, $3)
ON CONFLICT (subject) DO UPDATE SET
  failures = CASE WHEN a.last_at < $3 THEN 1 WHEN a.next_at > $2 THEN a.failures ELSE a.failures + 1 END,
  last_at = CASE WHEN a.next_at > $2 THEN a.last_at ELSE $2 END
RETURNING failures, next_at
"""
_PAUSE: Final = "UPDATE sign_in_attempts SET next_at = $2 WHERE subject = $1"
_FORGIVE: Final = "UPDATE sign_in_attempts SET failures = greatest(failures - 1, 0) WHERE subject = $1"
_FORGET: Final = "DELETE FROM sign_in_attempts WHERE subject = $1"


class Attempt:
    """One attempt of an address at an account (or at any other guarded thing)."""

    def __init__(self, database: Database, *, account: str, address: str | None, purpose: str = "sign-in") -> None:
        self._database = database
        self._account = _subject(f"{purpose} account {account}")
        self._address = _subject(f"{purpose} address {address}") if address and not _is_loopback(address) else None

    async def begin(self) -> None:
        """Count the attempt as failed until it succeeds; raises TooManyAttempts while a pause lasts."""
        at = clock.now()
        forgotten = at - timedelta(seconds=rules.FORGOTTEN_AFTER_SECONDS)
        async with self._database.as_worker(writes=True) as connection:
            # In one order, so that two attempts cannot hold each other up. A refused one is undone: it is not judged.
            for subject, free in sorted(self._limits().items()):
                row = await connection.fetchrow(_CHARGE, subject, at, forgotten)
                if row["next_at"] > at:
                    wait = math.ceil((row["next_at"] - at).total_seconds())
                    raise rules.TooManyAttempts(headers={"Retry-After": str(wait)})
                pause = rules.pause(row["failures"], free=free)
                if pause:
                    await connection.execute(_PAUSE, subject, at + timedelta(seconds=pause))

    async def succeed(self) -> None:
        """Take the attempt back, and forget earlier failures at this account."""
        async with self._database.as_worker(writes=True) as connection:
            await connection.execute(_FORGET, self._account)
            if self._address:
                await connection.execute(_FORGIVE, self._address)

    async def stand_aside(self) -> None:
        """Take back that this was an attempt: nothing was guessed, and earlier failures stay as they are."""
        async with self._database.as_worker(writes=True) as connection:
            for subject in sorted(self._limits()):
                await connection.execute(_FORGIVE, subject)

    def _limits(self) -> Mapping[str, int]:
        limits = {self._account: rules.FREE_FOR_ACCOUNT}
        return limits | ({self._address: rules.FREE_FOR_ADDRESS} if self._address else {})


async def forget_old(database: Database) -> None:
    """Delete the counts that no longer slow anybody down."""
    async with database.as_worker(writes=True) as connection:
        before = clock.now() - timedelta(seconds=rules.FORGOTTEN_AFTER_SECONDS)
        await connection.execute("DELETE FROM sign_in_attempts WHERE last_at < $1", before)


def _is_loopback(address: str) -> bool:
    """Tell whether the address is this machine's own: a proxy that does not say for whom it asks would slow down all."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _subject(text: str) -> str:
    # Neither mail addresses nor network addresses are stored: only what recognises them again.
    return hashlib.sha256(text.encode()).hexdigest()
