"""Bodies of tiers."""

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.web.models import (
    Body,
    Code,
    LifecycleOut,
    MoneyOut,
    Out,
    Patch,
    PositiveMoneyBody,
    ResourceOut,
    Short,
    Whole,
    typeid,
)

TierId = Annotated[str, typeid("tier")]
Rank = Annotated[int, Field(ge=1, le=1000, description="1 is the lowest tier.")]
ProtectionDays = Annotated[int, Field(ge=1, le=3650, description="How long an approved registration is protected.")]


class EntitlementIn(Body):
    """Something the tier gives, for a program to act on."""

    code: Code
    value: bool | Whole | Short = True


class TierIn(Body):
    """A new tier of a program; without `program`, of the vendor's default one."""

    id: TierId | None = None
    program: Code | None = None
    code: Code
    name: Short
    rank: Rank
    protection_days: ProtectionDays | None = None
    deal_limit: PositiveMoneyBody | None = Field(
        default=None, description="The largest deal approved without a person."
    )
    benefits: Annotated[list[EntitlementIn], Field(max_length=100)] = []


class TierPatch(Patch):
    """What can change of a tier; its code and program never do."""

    name: Annotated[Short, Field(default_factory=str)]
    rank: Annotated[Rank, Field(default_factory=int)]
    protection_days: ProtectionDays | None = None
    deal_limit: PositiveMoneyBody | None = None
    benefits: Annotated[list[EntitlementIn], Field(max_length=100)] = []


class EntitlementOut(Out):
    """Something the tier gives."""

    code: str
    value: bool | int | str


class TierOut(LifecycleOut):
    """A tier."""

    program: str
    code: str
    name: str
    rank: int
    protection_days: int | None
    deal_limit: MoneyOut | None
    benefits: list[EntitlementOut]


class TierAssignmentOut(ResourceOut):
    """A tier a partner is in from a day on, until the next assignment's day."""

    partner_id: str
    tier: str
    effective_on: date
    reason: str | None
    assigned_by: str
