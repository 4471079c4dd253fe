"""Whether a registration is let in at all, and whether a person has to look at it, by the registration policy. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.deals.registration_policies.rules import OnDuplicate, RegistrationPolicy
from services.deals.registrations.lifecycle import STANDING
from services.deals.registrations.rules import ends_at
from services.deals.screening.territories import overlap
from shared.errors import Conflict

Row = Mapping[str, Any]


class DuplicateRegistration(Conflict):
    """The partner has a live registration of this customer for this product family."""

    code, title = "duplicate_registration", "Registered already"


class UnchangedAfterRejection(Conflict):
    """The same registration was rejected before; something about it must have changed."""

    code, title = "unchanged_after_rejection", "Nothing has changed since the rejection"


class CoolingOff(Conflict):
    """The protection of this customer has expired for the partner; it waits before it registers the customer again."""

    code, title = "cooling_off_after_expiry", "Too early after the expiry"


class RegistrationQuotaReached(Conflict):
    """The partner has as many registrations open as its tier lets it have; beyond that, each needs evidence."""

    code, title = "registration_quota_reached", "Too many open registrations"


class TenderClosed(Conflict):
    """The tender for this customer and product family is closed and not decided yet."""

    code, title = "tender_closed", "The tender is closed"


@dataclass(frozen=True, slots=True)
class Admission:
    """What the policy says of a registration that is let in."""

    within_quota: bool
    evidence_required: bool
    has_evidence: bool
    live: Row | None = None
    on_duplicate: OnDuplicate = "refuse"

    @property
    def takes_over(self) -> Row | None:
        """The registration that this one brings up to date instead of standing beside it."""
        return self.live if self.on_duplicate == "update" else None

    @property
    def evidence_ok(self) -> bool:
        """Whether there is evidence where it is needed."""
        return self.has_evidence or not self.evidence_required

    @property
    def reasons(self) -> list[str]:
        """Why a person has to look, whatever the approval policy says."""
        found = {"over_quota": not self.within_quota, "duplicate": self.live is not None}
        return [reason for reason, holds in found.items() if holds]


def is_past(row: Row, *, at: datetime) -> bool:
    """Tell whether a protection has ended with nothing decided: its date says so, however late somebody notices."""
    until = ends_at(row)
    return row["status"] == "expired" or (row["status"] == "approved" and until is not None and until <= at)


def meeting(others: Sequence[Row], *, territories: Sequence[str]) -> list[Row]:
    """Return the registrations that are for one of these countries, or for any: the others have each a customer of its own there."""
    return [each for each in others if overlap(each["territories"], territories)]


def live_one(others: Sequence[Row], *, at: datetime) -> Row | None:
    """Return the registration that still stands among those of one partner, customer and product family."""
    return next((each for each in others if each["status"] in STANDING and not is_past(each, at=at)), None)


def require_changed(others: Sequence[Row], *, digest: str) -> None:
    """Raise UnchangedAfterRejection when the last one rejected said the same; what a tender left out may come again."""
    rejected = next((each for each in others if each["status"] == "rejected"), None)
    if rejected is not None and rejected["tender_id"] is None and rejected["facts_digest"] == digest:
        raise UnchangedAfterRejection(deal_id=rejected["id"])


def require_cooled_off(others: Sequence[Row], *, policy: RegistrationPolicy, at: datetime) -> None:
    """Raise CoolingOff while the days after an expiry are not over; `available_at` in the problem says when they are."""
    ended = [until for each in others if is_past(each, at=at) and (until := ends_at(each)) is not None]
    if not ended:
        return
    available_at = max(ended) + timedelta(days=policy.cool_off_days)
    if at < available_at:
        raise CoolingOff(available_at=available_at.isoformat())


def require_quota(*, within: bool, has_evidence: bool, policy: RegistrationPolicy, quota: int) -> None:
    """Raise RegistrationQuotaReached for one too many, unless it comes with evidence and the policy lets a person decide."""
    if not within and (policy.over_quota == "refuse" or not has_evidence):
        raise RegistrationQuotaReached(quota=quota)
