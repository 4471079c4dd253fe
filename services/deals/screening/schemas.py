"""Bodies of conflict checks, and what was found."""

from typing import Annotated

from pydantic import Field

from services.deals.customers.identifiers import Domain, IdentityIn, TaxNumber
from services.deals.screening.territories import Territories
from services.deals.screening.verdicts import Source
from shared.matching import ReasonCode, Verdict
from shared.web.models import Body, Code, Country, Out, ResourceOut, Short, told

Reason = Annotated[ReasonCode, told()]


class NamedCustomerIn(Body):
    """A customer by what papers say of it."""

    name: Short
    domain: Domain | None = None
    country: Country | None = None
    tax_id: TaxNumber | None = None


class CustomerIn(IdentityIn):
    """A customer as a partner knows it. The more is known, the surer it is told from others."""

    name: Short


class CustomerShown(Out):
    """A customer as the partner entered it."""

    name: str
    domain: str | None
    country: str | None
    tax_id: str | None


class ComparedCustomerOut(CustomerShown):
    """A company as it was compared; how its people are reached is not kept with what was found."""

    lei: str | None
    duns: str | None
    address: str | None


class ConflictCheckIn(Body):
    """What somebody thinks of registering."""

    customer: CustomerIn
    product_family: Code
    territories: Territories = []
    project: Short | None = None


class ConflictCheckOut(ResourceOut):
    """Whether a registration would meet another; of the other nothing is said."""

    partner_id: str | None
    customer: CustomerShown
    product_family: str
    conflict_class: Verdict = Field(alias="class")
    reasons: list[Reason]
    engine_version: str
    policy_version: int


class ScopeOut(Out):
    """How far two registrations meet: shares are decimals, and a likeness of projects is null where one has no title."""

    product_overlap: str
    territory_overlaps: bool
    period_overlaps: bool
    project_likeness: str | None


class FindingOut(Out):
    """One entry compared: a live registration, or what `source` says; score and features are decimals."""

    source: Source
    deal_id: str | None
    lead_id: str | None
    direct_opportunity_id: str | None
    licence_id: str | None
    partner_id: str | None
    customer_id: str | None
    customer: ComparedCustomerOut | None
    protects: bool
    same_customer: bool
    conflict_class: Verdict = Field(alias="class")
    reasons: list[Reason]
    score: str
    features: dict[str, str]
    scope: ScopeOut | None
