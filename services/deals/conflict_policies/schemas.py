"""Bodies of conflict policies. Thresholds and weights are in per cent."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.deals.conflict_policies.rules import BUILT_IN, percent_of
from services.deals.ids import ConflictPolicyId
from shared.matching import DEFAULT_THRESHOLDS, DEFAULT_WEIGHTS
from shared.web.models import Body, Code, LifecycleOut, Out, Patch, Short

Percent = Annotated[int, Field(ge=0, le=100)]
_LIKELIHOOD, _WORTH = percent_of(DEFAULT_THRESHOLDS), percent_of(DEFAULT_WEIGHTS)
Likelihood = Annotated[int, Field(ge=1, le=100)]
Days = Annotated[int, Field(ge=0, le=365)]
Checks = Annotated[int, Field(ge=1, le=100_000)]
AppealDays = Annotated[int, Field(ge=1, le=90)]
Tiers = Annotated[list[Code], Field(max_length=50)]


class ThresholdsIn(Body):
    """From which likelihood, in per cent, a match is possible, probable, and certain enough to block."""

    possible: Likelihood = _LIKELIHOOD["possible"]
    probable: Likelihood = _LIKELIHOOD["probable"]
    certain: Likelihood = _LIKELIHOOD["certain"]


class WeightsIn(Body):
    """What each signal is worth, in per cent; the last four take that much of a likelihood, or leave so much of it."""

    domain: Percent = _WORTH["domain"]
    domain_of_house: Percent = _WORTH["domain_of_house"]
    name: Percent = _WORTH["name"]
    contact: Percent = _WORTH["contact"]
    address: Percent = _WORTH["address"]
    country_mismatch: Percent = _WORTH["country_mismatch"]
    domains_differ: Percent = _WORTH["domains_differ"]
    generic_name_floor: Percent = _WORTH["generic_name_floor"]
    words_apart: Percent = _WORTH["words_apart"]


class ConflictPolicyIn(Body):
    """A draft of a policy; what it does not say is as shipped. With `tiers` it is for their partners alone."""

    id: ConflictPolicyId | None = None
    name: Short
    tiers: Tiers = []
    thresholds: ThresholdsIn = ThresholdsIn()
    weights: WeightsIn = WeightsIn()
    look_back_days: Days = BUILT_IN.look_back_days
    checks_a_day: Checks = BUILT_IN.checks_a_day
    appeal_days: AppealDays = BUILT_IN.appeal_days


class ConflictPolicyPatch(Patch):
    """A change to a draft; thresholds or weights that are given replace those that were there."""

    name: Annotated[Short, Field(default_factory=str)]
    tiers: Annotated[Tiers, Field(default_factory=list)]
    thresholds: Annotated[ThresholdsIn, Field(default_factory=ThresholdsIn)]
    weights: Annotated[WeightsIn, Field(default_factory=WeightsIn)]
    look_back_days: Annotated[Days, Field(default_factory=int)]
    checks_a_day: Annotated[Checks, Field(default_factory=int)]
    appeal_days: Annotated[AppealDays, Field(default_factory=int)]


class ThresholdsOut(Out):
    """Where the classes begin, in per cent."""

    possible: int
    probable: int
    certain: int


class WeightsOut(Out):
    """What each signal is worth, in per cent."""

    domain: int
    domain_of_house: int
    name: int
    contact: int
    address: int
    country_mismatch: int
    domains_differ: int
    generic_name_floor: int
    words_apart: int


class ConflictPolicyOut(LifecycleOut):
    """A policy; published, it has a `policy_version` and never changes again.

    In force for a partner is the highest version for its tier, else the highest for everybody, else what is shipped.
    """

    name: str
    tiers: list[str]
    policy_version: int | None
    thresholds: ThresholdsOut
    weights: WeightsOut
    look_back_days: int
    checks_a_day: int
    appeal_days: int
    published_at: datetime | None
