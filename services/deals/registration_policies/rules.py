"""What a registration policy asks of registrations. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal

MOST_OPEN: Final = 5_000
"""The largest quota; open registrations are counted no further."""
OverQuota = Literal["review", "refuse"]
OnDuplicate = Literal["refuse", "update", "review"]
OVER_QUOTA: Final[tuple[OverQuota, ...]] = ("review", "refuse")
ON_DUPLICATE: Final[tuple[OnDuplicate, ...]] = ("refuse", "update", "review")
EVIDENCE_TYPES: Final = (
    "customer_letter",
    "meeting",
    "site_visit",
    "demonstration",
    "proof_of_concept",
    "request_for_quotation",
    "budget_confirmation",
    "correspondence",
    "other",
)
"""What counts as evidence where a vendor has said nothing else."""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many registrations a partner may have open at once; `tier` None is for every tier."""

    open: int
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """What becomes of a second registration of one customer for one family; None stands for every tier, every family."""

    action: OnDuplicate
    tier: str | None = None
    product_family: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """For which deals evidence is needed: of a family, None for every, from an amount in minor units of a currency on."""

    product_family: str | None = None
    currency: str | None = None
    amount: int = 0


@dataclass(frozen=True, slots=True)
class RegistrationPolicy:
    """A version of the policy. Version 0 is what holds where a vendor has published none."""

    version: int
    quotas: tuple[Quota, ...] = (Quota(500),)
    over_quota: OverQuota = "review"
    duplicates: tuple[DuplicateRule, ...] = ()
    evidence_types: tuple[str, ...] = EVIDENCE_TYPES
    evidence_rules: tuple[EvidenceRule, ...] = ()
    cool_off_days: int = 14
    window_days: int = 365
    stale_after_days: int = 30
    _quota_of: Mapping[str | None, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_quota_of", {each.tier: each.open for each in self.quotas})

    @property
    def cool_off(self) -> timedelta:
        """How long a partner waits after an expiry before it registers the customer again."""
        return timedelta(days=self.cool_off_days)

    def quota(self, tier: str | None) -> int:
        """Return how many registrations a partner of a tier may have open at once."""
        return self._quota_of.get(tier, self._quota_of.get(None, MOST_OPEN))

    def on_duplicate(self, *, tier: str | None, product_family: str) -> OnDuplicate:
        """Return what becomes of a second registration; the rule that says most about the deal decides."""
        fitting = [
            each
            for each in self.duplicates
            if each.tier in (tier, None) and each.product_family in (product_family, None)
        ]
        if not fitting:
            return "refuse"
        return max(fitting, key=lambda each: (each.product_family is not None, each.tier is not None)).action

    def needs_evidence(self, *, product_family: str, amount: int | None, currency: str | None) -> bool:
        """Tell whether a deal needs evidence; one whose amount is not known needs what the largest would."""
        return any(
            each.product_family in (product_family, None)
            and (amount is None or (each.currency in (currency, None) and amount >= each.amount))
            for each in self.evidence_rules
        )


DEFAULT: Final = RegistrationPolicy(0)


def stored_policy(row: Mapping[str, Any]) -> RegistrationPolicy:
    """Return the policy in a row; a draft that was never published has version 1 for the time being."""
    return RegistrationPolicy(
        row["policy_version"] or 1,
        quotas=tuple(Quota(**each) for each in row["quotas"]),
        over_quota=row["over_quota"],
        duplicates=tuple(DuplicateRule(**each) for each in row["duplicates"]),
        evidence_types=tuple(row["evidence_types"]),
        evidence_rules=tuple(EvidenceRule(**each) for each in row["evidence_rules"]),
        cool_off_days=row["cool_off_days"],
        window_days=row["window_days"],
        stale_after_days=row["stale_after_days"],
    )
