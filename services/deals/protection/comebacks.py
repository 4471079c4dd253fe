"""The claim of a registration that comes back: what is left of its time, and waiting with it for a decision."""

from datetime import datetime, timedelta

import asyncpg

from services.deals.protection.queries import pauses_over
from services.deals.protection.rules import ProtectionEnded, end_with_pauses
from services.deals.protection.tables import protection_claims
from shared.db.pool import Record
from shared.db.tx import Tx


async def end_of(tx: Tx, claim: Record) -> datetime | None:
    """Return when the time of a claim that was released runs out, or ran out; what stood still until then was given back."""
    return end_with_pauses(claim["period"].lower, claim["granted_until"], await pauses_over(tx, claim))


async def left_of(tx: Tx, claim: Record) -> timedelta:
    """Return what is left of the time of a claim that was released; raises ProtectionEnded where that is over."""
    until = await end_of(tx, claim)
    if until is None or until <= tx.now:
        raise ProtectionEnded()
    return until - tx.now


async def ask_again(tx: Tx, claim: Record, *, left: timedelta) -> Record:
    """Put a claim that has ended, whose customer's lock is held, on the register as pending, for the ground and the time it had."""
    return await tx.update(
        protection_claims,
        claim,
        status="pending",
        period=asyncpg.Range(tx.now, None),
        granted_until=None,
        protected_until=None,
        lapses_at=None,
        seconds_left=int(left.total_seconds()),
    )
