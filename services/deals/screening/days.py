"""How many conflict checks a day has left. Pure."""

from datetime import date, datetime, time, timedelta

from shared.errors import TooManyRequests


class ConflictCheckBudget(TooManyRequests):
    """The partner's conflict checks of today are used up, or it has let go of more registrations today than it has checks."""

    code, title = "conflict_check_budget", "No conflict checks left today"


def require_checks_left(used: int, *, of: int, at: datetime) -> None:
    """Raise ConflictCheckBudget, until the day ends, where more has been asked than a day has."""
    if used > of:
        _, seconds_left = next_day(at)
        raise ConflictCheckBudget(headers={"Retry-After": str(seconds_left)})


def next_day(now: datetime) -> tuple[date, int]:
    """Return the UTC day and the whole seconds until it ends."""
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=now.tzinfo)
    return now.date(), max(1, int((tomorrow - now).total_seconds()))
