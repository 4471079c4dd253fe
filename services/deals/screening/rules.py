"""What a company found on the register means for the one who asks: SPEC D-b, steps 3 to 6. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from shared.errors import Conflict, TooManyRequests
from shared.matching import ENGINE_VERSION, Company, Scope, Verdict, classify, identity_score

_SEVERITY: Final[dict[Verdict, int]] = {"none": 0, "possible": 1, "related": 2, "probable": 3, "blocking": 4}
NEEDS_A_CASE: Final[frozenset[Verdict]] = frozenset({"probable", "related", "blocking"})
CHECKS_A_DAY: Final = 100
MOST_FINDINGS: Final = 20


class ConflictCheckBudget(TooManyRequests):
    """The partner's conflict checks of today are used up."""

    code, title = "conflict_check_budget", "No conflict checks left today"


class ConflictUpheld(Conflict):
    """The conflict of this registration was upheld."""

    code, title = "conflict_upheld", "The conflict was upheld"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be registered or checked; `customer_id` is the customer its keys name, if any."""

    company: Company
    product_family: str
    customer_id: str | None


@dataclass(frozen=True, slots=True)
class Registered:
    """A rival's entry on the register: undecided, or protecting now."""

    deal_id: str
    partner_id: str
    customer_id: str
    product_family: str
    company: Company
    protects: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One entry compared: its class, why, and everything needed to compute it again."""

    rival: Registered
    verdict: Verdict
    reasons: tuple[str, ...]
    score: float
    features: dict[str, float]

    def to_json(self) -> dict[str, object]:
        """Return the finding as a case stores it; it names the rival and is for the vendor only."""
        return {
            "deal_id": self.rival.deal_id,
            "partner_id": self.rival.partner_id,
            "customer_id": self.rival.customer_id,
            "class": self.verdict,
            "reasons": list(self.reasons),
            "score": f"{self.score:.4f}",
            "features": {name: f"{strength:.4f}" for name, strength in self.features.items()},
        }


@dataclass(frozen=True, slots=True)
class Screening:
    """The verdict over all entries: the worst class, and the reasons of the entries that are in it."""

    conflict_class: Verdict
    reasons: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    engine_version: str = ENGINE_VERSION

    @property
    def needs_a_case(self) -> bool:
        """Whether a person has to decide it."""
        return self.conflict_class in NEEDS_A_CASE


CLEAR: Final = Screening("none", ())


def blocked(screening: Screening) -> Screening:
    """Return the screening of one who lost the race for the customer after having been screened."""
    return replace(screening, conflict_class="blocking", reasons=("exclusive_claim",))


def compare(asked: Asked, rival: Registered) -> Finding:
    """Return how an entry of the register stands to what is asked.

    A customer named by the same unique key is certain, however differently its name is written.
    """
    score = identity_score(asked.company, rival.company)
    if rival.customer_id == asked.customer_id:
        relation = score.relation if score.relation == "same_group" else "same"
        score = replace(score, value=1.0, relation=relation)
    scope = Scope(product_overlap=1.0 if rival.product_family == asked.product_family else 0.0)
    found = classify(score, overlapping_exclusive_claim=rival.protects, scope=scope)
    return Finding(rival, found.verdict, found.reasons, score.value, dict(score.features))


def verdict_over(findings: Sequence[Finding]) -> Screening:
    """Return the verdict over all entries; entries without any conflict are left out of it, and of its reasons."""
    telling = [each for each in findings if each.verdict != "none"]
    if not telling:
        return CLEAR
    ranked = sorted(telling, key=lambda each: (-_SEVERITY[each.verdict], -each.score, each.rival.deal_id))
    worst = ranked[0].verdict
    reasons = dict.fromkeys(reason for each in ranked if each.verdict == worst for reason in each.reasons)
    return Screening(worst, tuple(reasons), tuple(ranked[:MOST_FINDINGS]))


def next_day(now: datetime) -> tuple[date, int]:
    """Return the UTC day and the whole seconds until it ends."""
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=now.tzinfo)
    return now.date(), max(1, int((tomorrow - now).total_seconds()))
