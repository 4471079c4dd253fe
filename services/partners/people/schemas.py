"""Bodies of people."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from services.partners.partners.schemas import PartnerId
from shared.web.models import Body, Code, Email, LifecycleOut, Patch, Short, typeid

PersonId = Annotated[str, typeid("per")]
Locale = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")]
Phone = Annotated[str, StringConstraints(min_length=3, max_length=40)]
# One of those the product ships, or a role that the tenant has made for its partners (`/v1/roles`).
Role = Annotated[Code, Field(examples=["sales", "partner_admin"])]
Roles = Annotated[list[Role], Field(min_length=1, max_length=9)]


class PersonIn(Body):
    """A new person of a partner; a partner's own administrator leaves `partner_id` out."""

    id: PersonId | None = None
    partner_id: PartnerId | None = None
    given_name: Short
    family_name: Short
    email: Email
    phone: Phone | None = None
    job_title: Short | None = None
    locale: Locale = "en"
    roles: Roles


class PersonPatch(Patch):
    """What can change of a person; the address only before the first invitation."""

    given_name: Annotated[Short, Field(default_factory=str)]
    family_name: Annotated[Short, Field(default_factory=str)]
    email: Annotated[Email, Field(default_factory=str)]
    phone: Phone | None = None
    job_title: Short | None = None
    locale: Annotated[Locale, Field(default_factory=str)]
    roles: Annotated[Roles, Field(default_factory=list)]


class PersonOut(LifecycleOut):
    """A person of a partner."""

    partner_id: str
    given_name: str
    family_name: str
    email: str
    phone: str | None
    job_title: str | None
    locale: str
    roles: list[str]
    invited_at: datetime | None
    activated_at: datetime | None
    deactivated_at: datetime | None
