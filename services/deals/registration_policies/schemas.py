"""Bodies of registration policies."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.deals.ids import RegistrationPolicyId
from services.deals.registration_policies.rules import EVIDENCE_TYPES, MOST_OPEN, OnDuplicate, OverQuota
from shared.web.models import Body, Code, Currency, LifecycleOut, Out, Patch, Short

_MAX = 9_007_199_254_740_991
CoolOff = Annotated[int, Field(ge=0, le=365, description="Days after an expiry; 0 for none.")]
Window = Annotated[int, Field(ge=30, le=1095, description="Days that quality is measured over.")]
StaleAfter = Annotated[int, Field(ge=1, le=365, description="Days without a change.")]


class QuotaIn(Body):
    """How many registrations a partner may have open at once; without a tier, for every tier."""

    tier: Code | None = None
    open: Annotated[int, Field(ge=0, le=MOST_OPEN)]


class DuplicateRuleIn(Body):
    """What becomes of a second registration of the same customer for the same product family, by the same partner."""

    tier: Code | None = None
    product_family: Code | None = None
    action: OnDuplicate


class EvidenceRuleIn(Body):
    """Which deals need evidence: of a product family, from an amount in minor units on; left out, it does not matter."""

    product_family: Code | None = None
    currency: Currency | None = None
    amount: Annotated[int, Field(ge=0, le=_MAX)] = 0


Quotas = Annotated[list[QuotaIn], Field(max_length=100)]
Duplicates = Annotated[list[DuplicateRuleIn], Field(max_length=500)]
EvidenceTypes = Annotated[list[Code], Field(min_length=1, max_length=100)]
EvidenceRules = Annotated[list[EvidenceRuleIn], Field(max_length=500)]


class RegistrationPolicyIn(Body):
    """A draft of a policy; what is left out is as it is where no policy was published."""

    id: RegistrationPolicyId | None = None
    name: Short
    quotas: Quotas = [QuotaIn(open=500)]
    over_quota: OverQuota = "review"
    duplicates: Duplicates = []
    evidence_types: EvidenceTypes = list(EVIDENCE_TYPES)
    evidence_rules: EvidenceRules = []
    cool_off_days: CoolOff = 14
    window_days: Window = 365
    stale_after_days: StaleAfter = 30


class RegistrationPolicyPatch(Patch):
    """A change to a draft; a list given replaces the list that was there."""

    name: Annotated[Short, Field(default_factory=str)]
    quotas: Annotated[Quotas, Field(default_factory=list)]
    over_quota: Annotated[OverQuota, Field(default="review")]
    duplicates: Annotated[Duplicates, Field(default_factory=list)]
    evidence_types: Annotated[EvidenceTypes, Field(default_factory=list)]
    evidence_rules: Annotated[EvidenceRules, Field(default_factory=list)]
    cool_off_days: Annotated[CoolOff, Field(default_factory=int)]
    window_days: Annotated[Window, Field(default_factory=int)]
    stale_after_days: Annotated[StaleAfter, Field(default_factory=int)]


class QuotaOut(Out):
    """How many registrations a partner may have open at once."""

    tier: str | None
    open: int


class DuplicateRuleOut(Out):
    """What becomes of a second registration."""

    tier: str | None
    product_family: str | None
    action: OnDuplicate


class EvidenceRuleOut(Out):
    """Which deals need evidence."""

    product_family: str | None
    currency: str | None
    amount: int


class RegistrationPolicyOut(LifecycleOut):
    """A policy; published, it has a `policy_version` and never changes again. The highest version is in force."""

    name: str
    policy_version: int | None
    quotas: list[QuotaOut]
    over_quota: str
    duplicates: list[DuplicateRuleOut]
    evidence_types: list[str]
    evidence_rules: list[EvidenceRuleOut]
    cool_off_days: int
    window_days: int
    stale_after_days: int
    published_at: datetime | None
