"""Which day it is somewhere on earth: of a day that somebody names, nobody knows in which time zone they mean it."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

_EAST: Final = timedelta(hours=14)
_WEST: Final = timedelta(hours=12)


def latest_day(at: datetime) -> date:
    """Return the day of a moment where it is latest, in UTC+14; of later days none has begun anywhere."""
    return (at.astimezone(UTC) + _EAST).date()


def earliest_day(at: datetime) -> date:
    """Return the day of a moment where it is earliest, in UTC-12; earlier days have ended everywhere."""
    return (at.astimezone(UTC) - _WEST).date()
