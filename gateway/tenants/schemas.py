"""A tenant as its administrators see it."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.web.models import Out, Patch, ResourceOut, Short

Locale = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"), Field(examples=["en", "de-AT"])]
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$", max_length=253)]


LoginUrl = Annotated[
    str,
    StringConstraints(
        pattern=r"^(https://[^\s/?#@]+|http://(localhost|127\.0\.0\.1)(:\d{1,5})?)(/[^\s?#]*)?$", max_length=500
    ),
    Field(
        description="The portal's page to sign in at; `/oauth/authorize` sends browsers there with the app's request.",
        examples=["https://partners.example.com/login"],
    ),
]


class TwinOut(Out):
    """The other one of a live tenant and its sandbox."""

    id: str
    slug: str
    mode: str


class TenantOut(ResourceOut):
    """A vendor of this installation, or its sandbox (`mode` test); the vendor is told the `twin` of either."""

    slug: str
    name: str
    mode: str
    default_locale: str
    hosts: list[str]
    login_url: str | None
    twin: TwinOut | None


class TenantPatch(Patch):
    """What a tenant's administrator may change."""

    name: Annotated[Short, Field(default_factory=str)]
    default_locale: Annotated[Locale, Field(default_factory=str)]
    hosts: Annotated[list[Host], Field(default_factory=list, max_length=20)]
    login_url: LoginUrl | None = None
