"""Decisions about applications."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from shared.errors import Conflict

COOL_OFF: Final = timedelta(days=30)
OPEN: Final = ("submitted", "screening", "in_review")


class CoolingOff(Conflict):
    """A rejected company applies again 30 days after the rejection at the earliest."""

    code, title = "cooling_off", "Too early to apply again"


@dataclass(frozen=True, slots=True)
class Rival:
    """Somebody else who holds a key of this company."""

    id: str
    kind: Literal["partner", "application"]
    status: str
    decided_at: datetime | None = None


def rival_partner(rivals: Iterable[Rival]) -> str | None:
    """Return the partner that is this company already, if there is one."""
    return min((each.id for each in rivals if each.kind == "partner"), default=None)


def rival_application(rivals: Iterable[Rival]) -> str | None:
    """Return the open application of the same company, the oldest if there are several."""
    return min((each.id for each in rivals if each.kind == "application" and each.status in OPEN), default=None)


def recently_rejected(rivals: Iterable[Rival], *, at: datetime) -> bool:
    """Tell whether the company was rejected less than the cool-off ago."""
    return any(
        each.status == "rejected" and each.decided_at is not None and at < each.decided_at + COOL_OFF for each in rivals
    )


def gives_way(rival: Rival) -> bool:
    """Tell whether the keys of a rival pass to a new application: those of a closed one do."""
    return rival.kind == "application" and rival.status not in OPEN


def status_after(outcome: str, *, auto_approve: bool) -> Literal["approved", "in_review", "rejected"]:
    """Return where screening leads: only a fail and, where the policy says so, a pass decide without a person."""
    if outcome == "fail":
        return "rejected"
    return "approved" if outcome == "pass" and auto_approve else "in_review"


def require_cooled_off(status: str, decided_at: datetime | None, *, at: datetime) -> None:
    """Raise CoolingOff, saying until when, for a rejection younger than the cool-off; a withdrawal needs none."""
    if status != "rejected" or decided_at is None:
        return
    until = decided_at + COOL_OFF
    if at < until:
        raise CoolingOff(reapply_from=until.isoformat())
