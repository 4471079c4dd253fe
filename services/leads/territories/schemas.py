"""Bodies of territories."""

from typing import Annotated

from pydantic import Field

from shared.web.models import Body, Code, Country, Patch, ResourceOut, Short, id_of

Countries = Annotated[list[Country], Field(min_length=1, max_length=249)]


class TerritoryIn(Body):
    """A named set of countries; `code` never changes, since other services refer to it."""

    id: id_of("terr") | None = None  # type: ignore[valid-type]
    code: Code
    name: Short
    countries: Countries


class TerritoryPatch(Patch):
    """What may change of a territory."""

    name: Annotated[Short, Field(default_factory=str)]
    countries: Annotated[Countries, Field(default_factory=list)]


class TerritoryOut(ResourceOut):
    """A territory."""

    code: str
    name: str
    countries: list[str]
