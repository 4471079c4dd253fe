"""Times in which the vendor owed something, as a claim keeps them. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.deals.protection.rules import EXTENSION, VENDOR, Pause, ProtectionNotPaused, ProtectionPaused, Terms

Kept = Sequence[Mapping[str, Any]]


def pauses_of(kept: Kept) -> list[Pause]:
    """Return the times in which the clock stood still."""
    return [
        (datetime.fromisoformat(each["from"]), datetime.fromisoformat(each["until"]) if each["until"] else None)
        for each in kept
    ]


def is_open(kept: Kept, cause: str) -> bool:
    """Tell whether the clock stands still for this cause."""
    return any(each["cause"] == cause and each["until"] is None for each in kept)


def opened(kept: Kept, cause: str, *, at: datetime) -> list[Mapping[str, Any]]:
    """Return the pauses with one more that begins now; raises ProtectionPaused where this cause has stopped the clock."""
    if is_open(kept, cause):
        raise ProtectionPaused()
    return [*kept, {"cause": cause, "from": at.isoformat(), "until": None}]


def closed(kept: Kept, cause: str, *, at: datetime) -> list[Mapping[str, Any]]:
    """Return the pauses with the one of this cause ended now; raises ProtectionNotPaused where there is none."""
    if not is_open(kept, cause):
        raise ProtectionNotPaused()
    return [
        {**each, "until": at.isoformat()} if each["cause"] == cause and each["until"] is None else each for each in kept
    ]


def over(kept: Kept, *, at: datetime) -> list[Mapping[str, Any]]:
    """Return the pauses with all that still last ended now: nothing is owed any more."""
    return [each if each["until"] else {**each, "until": at.isoformat()} for each in kept]


def taken_along(kept: Kept, *, at: datetime) -> list[Mapping[str, Any]]:
    """Return the pauses with which a claim begins that goes on under another partner: what somebody says the vendor owes."""
    return opened([], VENDOR, at=at) if is_open(kept, VENDOR) else []


def left_by_terms(claim: Mapping[str, Any]) -> dict[str, int]:
    """Return how often more time can be asked for a granted claim, not while it is being decided, and the days of its tail."""
    terms = Terms.of(claim["terms"])
    left = 0 if is_open(claim["pauses"], EXTENSION) else max(terms.extensions - claim["extensions_used"], 0)
    return {"extensions_left": left, "tail_days": terms.tail_days}
