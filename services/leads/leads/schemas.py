"""Bodies of leads."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from shared.extensions.bodies import ExtensionsIn, ExtensionsOut, ExtensionsPatch
from shared.web.models import (
    Body,
    Country,
    Email,
    LifecycleOut,
    Long,
    MoneyOut,
    Out,
    Patch,
    PositiveMoneyBody,
    Short,
    id_of,
    told,
)

Domain = Annotated[str, StringConstraints(min_length=1, max_length=253)]
Phone = Annotated[str, StringConstraints(min_length=3, max_length=40)]


class LeadCompanyIn(Body):
    """The company a lead is about."""

    name: Short
    domain: Domain | None = None
    country: Country | None = None
    tax_id: Short | None = None


class LeadContactIn(Body):
    """The person behind a lead; a partner sees it only while it holds the accepted lead."""

    given_name: Short | None = None
    family_name: Short | None = None
    email: Email | None = None
    phone: Phone | None = None


class LeadReferenceIn(Body):
    """The lead's name in another system; unique for its owner."""

    system: Short
    type: Short = "lead"
    id: Short


class LeadIn(ExtensionsIn):
    """A new lead. Sending an external reference again answers with the lead that has it."""

    id: id_of("lead") | None = None  # type: ignore[valid-type]
    company: LeadCompanyIn
    contact: LeadContactIn = LeadContactIn()
    source: Short
    product_family: Short
    country: Annotated[
        Country | None, Field(description="Where it is routed; the company's country when left out.")
    ] = None
    amount: PositiveMoneyBody | None = None
    external_reference: LeadReferenceIn | None = None


class LeadCompanyPatch(Patch):
    """What may change of the company."""

    name: Annotated[Short, Field(default_factory=str)]
    domain: Domain | None = None
    country: Country | None = None
    tax_id: Short | None = None


class LeadContactPatch(Patch):
    """What may change of the person."""

    given_name: Short | None = None
    family_name: Short | None = None
    email: Email | None = None
    phone: Phone | None = None


class LeadPatch(ExtensionsPatch):
    """What the vendor may change while no partner has the lead. A partner that has it changes custom fields that are its to change."""

    company: Annotated[LeadCompanyPatch, Field(default_factory=LeadCompanyPatch)]
    contact: Annotated[LeadContactPatch, Field(default_factory=LeadContactPatch)]
    source: Annotated[Short, Field(default_factory=str)]
    product_family: Annotated[Short, Field(default_factory=str)]
    country: Annotated[Country, Field(default_factory=str)]
    amount: PositiveMoneyBody | None = None


class LeadReasonIn(Body):
    """Why."""

    reason: Long


class LeadCompanyOut(Out):
    """The company a lead is about."""

    name: str
    domain: str | None
    country: str | None
    tax_id: str | None


class LeadContactOut(Out):
    """The person behind a lead; every member is null for a partner that does not hold the accepted lead."""

    given_name: str | None
    family_name: str | None
    email: str | None
    phone: str | None


class LeadReferenceOut(Out):
    """The lead's name in another system."""

    system: str
    type: str
    id: str


class LeadOfferOut(Out):
    """The offer under which a partner has the lead."""

    id: str
    partner_id: str
    expires_at: datetime
    status: str


class LeadOut(LifecycleOut, ExtensionsOut):
    """A lead; `metadata`, `external_reference` and `external_references` are empty for partners."""

    company: LeadCompanyOut
    contact: LeadContactOut
    source: str
    product_family: str
    country: str
    amount: MoneyOut | None
    external_reference: LeadReferenceOut | None
    reason: Annotated[str, told("hop_limit", "no_candidate", "not_active")] | None
    partner_id: str | None
    offer: LeadOfferOut | None
    qualified_at: datetime | None
    accepted_at: datetime | None
    contacted_at: datetime | None
    converted_at: datetime | None
    deal_id: str | None
