"""Bodies of direct opportunities."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from services.deals.ids import DirectOpportunityId
from services.deals.screening.schemas import CustomerIn
from services.deals.screening.territories import Territories
from shared.web.models import (
    Body,
    Code,
    Day,
    ExternalReferenceIn,
    ExternalReferenceOut,
    LifecycleOut,
    Patch,
    Short,
)


class DirectOpportunityIn(Body):
    """What the vendor sells to a customer itself, mostly as its CRM knows it."""

    id: DirectOpportunityId | None = None
    title: Short
    customer: CustomerIn
    product_family: Code
    territories: Territories = []
    opened_on: Day | None = None
    external_reference: ExternalReferenceIn | None = None


class DirectOpportunityPatch(Patch):
    """A change to an open opportunity."""

    title: Annotated[Short, Field(default_factory=str)]
    product_family: Annotated[Code, Field(default_factory=str)]
    territories: Annotated[Territories, Field(default_factory=list)]
    opened_on: Annotated[Day, Field(default_factory=lambda: date.max)]


class DirectOpportunityOut(LifecycleOut):
    """A direct opportunity; its customer is the one that deals know too."""

    title: str
    customer_id: str
    product_family: str
    territories: list[str]
    opened_on: date
    ended_at: datetime | None
    external_reference: ExternalReferenceOut | None
