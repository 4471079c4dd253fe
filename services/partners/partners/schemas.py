"""Bodies of partners."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from shared.extensions.bodies import ExtensionsIn, ExtensionsOut, ExtensionsPatch
from shared.web.models import (
    Body,
    Code,
    Country,
    Day,
    ExternalReferenceIn,
    ExternalReferenceOut,
    LifecycleOut,
    Long,
    Short,
    typeid,
)


def _set(values: list[str]) -> list[str]:
    return sorted(set(values))


PartnerId = Annotated[str, typeid("ptr")]
# A host with at least one dot, with or without a scheme; never another scheme, for portals show it as a link.
Website = Annotated[
    str, Field(max_length=2000, pattern=r"^(https?://)?[^\s/:@?#]+\.[^\s/:@?#.]+(:\d{1,5})?([/?#]\S*)?$")
]
TaxId = Annotated[str, Field(min_length=3, max_length=64)]
Capacity = Annotated[int, Field(ge=0, le=100_000, description="How many open leads the partner can take.")]
Codes = Annotated[list[Code], Field(max_length=200), AfterValidator(_set)]
Countries = Annotated[list[Country], Field(max_length=249), AfterValidator(_set)]


class PartnerIn(ExtensionsIn):
    """A partner made by the vendor itself."""

    id: PartnerId | None = None
    name: Short
    legal_name: Short | None = None
    country: Country
    website: Website | None = None
    tax_id: TaxId | None = None
    territories: Countries = []
    product_families: Codes = []
    partner_types: Codes = ["reseller"]
    lead_capacity: Capacity = 20
    accepts_leads: bool = True
    external_reference: ExternalReferenceIn | None = None
    allow_duplicate: bool = Field(default=False, description="Make it although a partner of this identity exists.")


class PartnerPatch(ExtensionsPatch):
    """What can change of a partner. A partner itself changes its website, whether it accepts leads, and custom fields for it."""

    name: Annotated[Short, Field(default_factory=str)]
    legal_name: Short | None = None
    country: Annotated[Country, Field(default_factory=str)]
    website: Website | None = None
    tax_id: TaxId | None = None
    territories: Annotated[Countries, Field(default_factory=list)]
    product_families: Annotated[Codes, Field(default_factory=list)]
    partner_types: Annotated[Codes, Field(default_factory=list)]
    lead_capacity: Annotated[Capacity, Field(default_factory=int)]
    accepts_leads: Annotated[bool, Field(default_factory=bool)]
    external_reference: ExternalReferenceIn | None = None
    tier: Annotated[Code, Field(default_factory=str, description="The code of a tier, from `tier_effective_on` on.")]
    tier_effective_on: Annotated[
        Day, Field(default_factory=lambda: date.min, description="The tier's first day; today where left out.")
    ]


class TerminationIn(Body):
    """Why, and the day the partnership ends: today or later, today where left out."""

    reason: Long
    effective_on: Day | None = None


class PartnerOut(LifecycleOut, ExtensionsOut):
    """A partner."""

    name: str
    legal_name: str | None
    country: str
    website: str | None
    tax_id: str | None
    territories: list[str]
    product_families: list[str]
    partner_types: list[str]
    lead_capacity: int
    accepts_leads: bool
    tier: str | None
    tier_since: date | None
    status_reason: str | None
    status_since: datetime
    terminates_on: date | None
    application_id: str | None
    external_reference: ExternalReferenceOut | None
