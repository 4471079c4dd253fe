"""Bodies of solutions."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.deals.ids import PartnerId, SolutionId
from shared.web.models import BasisPoints, Body, Code, LifecycleOut, Long, Out, Patch, ResourceOut, Short

Families = Annotated[list[Code], Field(min_length=1, max_length=50)]
Days = Annotated[int, Field(ge=1, le=1_825, description="For how many days it is listed.")]


class OwnerIn(Body):
    """A partner that owns a part of a solution, and its share of each sale."""

    partner_id: PartnerId
    basis_points: BasisPoints


Owners = Annotated[list[OwnerIn], Field(min_length=1, max_length=20)]


class SolutionIn(Body):
    """A draft of a solution. The partner that leads it is the caller's; the vendor names it.

    `previous_id` names the version that this one replaces when it is listed.
    """

    id: SolutionId | None = None
    partner_id: PartnerId | None = None
    name: Short
    description: Long | None = None
    product_families: Families
    owners: Owners
    previous_id: SolutionId | None = None


class SolutionPatch(Patch):
    """A change to a draft. A split that is changed needs the consent of everybody else again."""

    name: Annotated[Short, Field(default_factory=str)]
    description: Long | None = None
    product_families: Annotated[Families, Field(default_factory=list)]
    owners: Annotated[Owners, Field(default_factory=list)]


class ListIn(Body):
    """For how long a solution is listed."""

    days: Days = 365


class OwnerOut(Out):
    """A partner that owns a part, and since when it consents to its share; 0 where it gives up the part that it has in force."""

    partner_id: str
    basis_points: int
    consented_at: datetime | None


class SolutionOut(LifecycleOut):
    """A solution, for the vendor and those who own it."""

    partner_id: str
    name: str
    description: str | None
    product_families: list[str]
    solution_version: int
    previous_id: str | None
    owners: list[OwnerOut]
    submitted_at: datetime | None
    validated_at: datetime | None
    listed_at: datetime | None
    expires_at: datetime | None
    reason: str | None
    created_by: str


class SolutionPartnerOut(Out):
    """A partner that stands behind a solution."""

    partner_id: str
    name: str | None


class SolutionListingOut(ResourceOut):
    """A solution as every partner of the vendor reads it: who sells what, and nothing of how they share."""

    solution_id: str
    name: str
    description: str | None
    product_families: list[str]
    solution_version: int
    partners: list[SolutionPartnerOut]
    listed_until: datetime
