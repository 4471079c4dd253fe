"""Whether a registration is let in at all, and whether a person has to look at it, by the registration policy. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from services.deals.registration_policies.rules import OnDuplicate, RegistrationPolicy
from services.deals.registrations.lifecycle import STANDING
from services.deals.registrations.rules import Facts, ends_at, has_ended
from services.deals.screening.territories import overlap
from shared.errors import Conflict

Row = Mapping[str, Any]
_AnyRow = TypeVar("_AnyRow", bound=Row)


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
    cooling_off: bool = False
    revoked_before: bool = False
    rejected_before: bool = False

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
        found = {
            "over_quota": not self.within_quota,
            "duplicate": self.live is not None,
            "cooling_off": self.cooling_off,
            "revoked_before": self.revoked_before,
            "rejected_before": self.rejected_before,
        }
        return [reason for reason, holds in found.items() if holds]


def is_past(row: Row, *, at: datetime) -> bool:
    """Tell whether a protection has ended with nothing decided: its date says so, however late somebody notices."""
    until = ends_at(row)
    return row["status"] == "expired" or (row["status"] == "approved" and until is not None and until <= at)


def meeting(others: Sequence[_AnyRow], *, territories: Sequence[str]) -> list[_AnyRow]:
    """Return the registrations that are for one of these countries, or for any: the others have each a customer of its own there."""
    return [each for each in others if overlap(each["territories"], territories)]


def live_one(others: Sequence[Row], *, at: datetime) -> Row | None:
    """Return the registration that still stands among those of one partner, customer and product family."""
    return next((each for each in others if each["status"] in STANDING and not is_past(each, at=at)), None)


def protected_one(others: Sequence[_AnyRow], *, at: datetime) -> _AnyRow | None:
    """Return the registration among them that is protected: approved, or being decided again, and its protection not over."""
    approved = (each for each in others if each["status"] in STANDING and each["protected_from"] is not None)
    return next((each for each in approved if not has_ended(each, at=at)), None)


def rejected_as_it_is(others: Sequence[Row], deal: Row, *, facts: Facts, is_alike: bool = False) -> Row | None:
    """Return the last one rejected for the countries of a deal that said the same, and no more shows it now, unless one was approved since.

    The others are registrations of its customer, or of one that `is_alike`. What a tender left out may come again as it is.
    """
    there = [each for each in others if each["territories"] == deal["territories"]]
    approved_at = max((each["protected_from"] for each in there if each["protected_from"] is not None), default=None)
    same = [
        each
        for each in there
        if each["status"] == "rejected"
        and each["tender_id"] is None
        and (approved_at is None or each["decided_at"] > approved_at)
        and deal["evidence_count"] <= each["evidence_count"]
        and facts.says_no_more_than(Facts.of(each), is_alike=is_alike)
    ]
    return max(same, key=lambda each: each["decided_at"], default=None)


def require_changed(others: Sequence[Row], deal: Row, *, facts: Facts, is_alike: bool = False) -> None:
    """Raise UnchangedAfterRejection for a deal that was rejected as it is."""
    rejected = rejected_as_it_is(others, deal, facts=facts, is_alike=is_alike)
    if rejected is not None:
        raise UnchangedAfterRejection(deal_id=rejected["id"])


def is_revoked_before(others: Sequence[Row]) -> bool:
    """Tell whether the vendor has taken an approval back, and has given none since: the policy alone gives none then."""
    revoked = [each["decided_at"] for each in others if each["status"] == "revoked"]
    approved = [each["protected_from"] for each in others if each["protected_from"] is not None]
    return bool(revoked) and all(each < max(revoked) for each in approved)


def taken_back_since(others: Sequence[Row], deal: Row) -> list[str]:
    """Return why a deal that was approved, and comes back, is for a person: another one was revoked since, or rejected by somebody.

    What was approved after that, be it this deal, is what the vendor has said last.
    """
    approvals = [each["protected_from"] for each in (deal, *others) if each["protected_from"] is not None]
    rejections = [each["decided_at"] for each in others if each["status"] == "rejected" and _is_by_the_desk(each)]
    found = {
        "revoked_before": is_revoked_before([deal, *others]),
        "rejected_before": any(all(each < at for each in approvals) for at in rejections),
    }
    return [reason for reason, holds in found.items() if holds]


def _is_by_the_desk(row: Row) -> bool:
    return row["decided_by"] != "policy" and row["tender_id"] is None


def cools_off_until(others: Sequence[Row], *, policy: RegistrationPolicy, at: datetime) -> datetime | None:
    """Return when the days after an expiry are over; None where they are, or nothing has expired."""
    ended = [until for each in others if is_past(each, at=at) and (until := ends_at(each)) is not None]
    if not ended:
        return None
    until = max(ended) + policy.cool_off
    return until if at < until else None


def require_cooled_off(others: Sequence[Row], *, policy: RegistrationPolicy, at: datetime) -> None:
    """Raise CoolingOff while the days after an expiry are not over; `available_at` in the problem says when they are."""
    available_at = cools_off_until(others, policy=policy, at=at)
    if available_at is not None:
        raise CoolingOff(available_at=available_at.isoformat())


def require_quota(*, within: bool, has_evidence: bool, policy: RegistrationPolicy, quota: int) -> None:
    """Raise RegistrationQuotaReached for one too many, unless it comes with evidence and the policy lets a person decide."""
    if not within and (policy.over_quota == "refuse" or not has_evidence):
        raise RegistrationQuotaReached(quota=quota)
