"""How long a registration waits for the deal desk: SPEC D-c. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from shared.errors import Fault


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """In business hours of a calendar: when the desk is reminded, and by when it decides; and what becomes of it then."""

    calendar: str = "default"
    remind_after_hours: int = 24
    due_after_hours: int = 48
    escalate_to: str | None = "program_admin"
    approve_on_breach: bool = False

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "ReviewTerms":
        """Read terms as they are stored."""
        return cls(**stored)

    def to_json(self) -> dict[str, Any]:
        """Return the terms as they are stored."""
        return asdict(self)


STANDARD: Final = ReviewTerms()
"""The terms where a vendor has set none."""
NOT_AWAITED: Final[Mapping[str, None]] = {"decision_due_at": None, "decision_escalated_at": None}
"""What a deal shows of its deadline once nobody owes it a decision."""


def faults_of_review(terms: ReviewTerms) -> Sequence[Fault]:
    """Return what is wrong with the terms by themselves."""
    if terms.remind_after_hours < terms.due_after_hours:
        return []
    return [Fault("/review/remind_after_hours", "out_of_range", "A reminder comes before the answer is due.")]
