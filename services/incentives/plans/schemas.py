"""Bodies of plans, their versions and their assignments."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.web.models import (
    Body,
    Code,
    Currency,
    Day,
    LifecycleOut,
    Long,
    Out,
    Patch,
    ResourceOut,
    Short,
    id_of,
)

_SAFE = 9_007_199_254_740_991
MinorUnits = Annotated[int, Field(ge=0, le=_SAFE, description="Minor units of the plan's currency.")]
Fraction = Annotated[
    str, StringConstraints(pattern=r"^\d{1,3}(\.\d{1,12})?$"), Field(description="A fraction, such as 0.0825.")
]


class PlanIn(Body):
    """A plan: the currency in which it counts and pays."""

    id: id_of("plan") | None = None  # type: ignore[valid-type]
    name: Short
    currency: Currency
    description: Long | None = None


class PlanPatch(Patch):
    """What may change about a plan; its currency may not."""

    name: Annotated[Short, Field(default_factory=str)]
    description: Long | None = None


class PlanOut(ResourceOut):
    """A plan."""

    name: str
    currency: str
    description: str | None


class BandIn(Body):
    """Attainment from `from` up to, but not including, `to` (null: without limit), and its rate."""

    from_: MinorUnits = Field(alias="from")
    to: MinorUnits | None
    rate: Fraction


class ComponentIn(Body):
    """One thing a plan pays: a condition on the sale, bands of attainment in a period, and a mode."""

    code: Code
    name: Short | None = None
    source: Annotated[
        Literal["deals", "orders", "licences"],
        Field(
            description="What is paid: a deal when it is won, what is delivered and sold out on deals, match by match, "
            "or each recurring invoice of a licence."
        ),
    ] = "deals"
    mode: Literal["marginal", "retroactive"]
    basis: Literal["booking"] = "booking"
    period: Literal["month", "quarter", "year"]
    condition: Annotated[str, StringConstraints(max_length=2000)] | None = None
    bands: Annotated[list[BandIn], Field(max_length=50)]
    minimum: MinorUnits | None = Field(default=None, description="Sales below it do not count.")
    cap: MinorUnits | None = Field(default=None, description="The most it credits to a partner in one period.")


class BandOut(Out):
    """A band."""

    from_: int = Field(alias="from")
    to: int | None
    rate: str


class ComponentOut(Out):
    """A component."""

    code: str
    name: str | None
    source: str
    mode: str
    basis: str
    period: str
    condition: str | None
    bands: list[BandOut]
    minimum: int | None
    cap: int | None


class PlanVersionIn(Body):
    """A draft version, in force on the days from `effective_from` up to, but not including, `effective_to`."""

    id: id_of("plv") | None = None  # type: ignore[valid-type]
    plan_id: id_of("plan")  # type: ignore[valid-type]
    effective_from: Day
    effective_to: Day | None = None
    components: Annotated[list[ComponentIn], Field(max_length=50)]


class PlanVersionPatch(Patch):
    """What may change about a draft."""

    effective_from: Day = date.min
    effective_to: Day | None = None
    components: Annotated[list[ComponentIn], Field(max_length=50)] = []


class PlanVersionOut(LifecycleOut):
    """A version of a plan; immutable once published."""

    plan_id: str
    number: int
    effective_from: date
    effective_to: date | None
    components: list[ComponentOut]
    published_at: datetime | None
    published_by: str | None


class PlanAssignmentIn(Body):
    """Whom a plan is for: one partner, a tier, or all. The narrower level stands: partner, then tier, then all."""

    id: id_of("pas") | None = None  # type: ignore[valid-type]
    plan_id: id_of("plan")  # type: ignore[valid-type]
    level: Literal["partner", "tier", "all"]
    partner_id: id_of("ptr") | None = None  # type: ignore[valid-type]
    tier: Code | None = None
    effective_from: Day
    effective_to: Day | None = None


class PlanAssignmentPatch(Patch):
    """When an assignment ends."""

    effective_to: Day | None = None


class PlanAssignmentOut(ResourceOut):
    """An assignment of a plan."""

    plan_id: str
    level: str
    partner_id: str | None
    tier: str | None
    effective_from: date
    effective_to: date | None
