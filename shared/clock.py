"""The only reader of the wall clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the current instant in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Return seconds on a clock that never goes back, for measuring durations."""
    return time.monotonic()


def business_time(offset_seconds: int, *, wall: datetime) -> datetime:
    """Return the instant on a tenant's own clock, whose offset to wall time is given in seconds."""
    return wall + timedelta(seconds=offset_seconds)
