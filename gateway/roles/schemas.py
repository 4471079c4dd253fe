"""A role on the wire."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.auth.scopes import SCOPE
from shared.web.models import Body, Code, Patch, ResourceOut, Short

Scope = Annotated[
    str,
    StringConstraints(max_length=100, pattern=SCOPE),
    Field(examples=["deals:read", "leads:write:own", "*:read"]),
]
ScopeList = Annotated[list[Scope], Field(max_length=500)]
RoleCodes = Annotated[list[Code], Field(min_length=1, max_length=20)]


class RoleOut(ResourceOut):
    """A bundle of scopes; `customised` says whether it differs from what the product ships."""

    code: str
    name: str
    side: str
    scopes: list[str]
    customised: bool


class RoleIn(Body):
    """A new role."""

    code: Code
    name: Short
    side: Literal["vendor", "partner"]
    scopes: ScopeList


class RolePatch(Patch):
    """`scopes: null` puts a shipped role back to what the product ships."""

    name: Short | None = None
    scopes: ScopeList | None = None
