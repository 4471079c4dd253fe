"""Bodies of product families."""

from typing import Annotated

from pydantic import Field

from services.deals.ids import ProductFamilyId
from shared.web.models import Body, Code, LifecycleOut, Patch, Short


class ProductFamilyIn(Body):
    """A new product family; its code never changes."""

    id: ProductFamilyId | None = None
    code: Code
    name: Short


class ProductFamilyPatch(Patch):
    """A change to a product family."""

    name: Annotated[Short, Field(default_factory=str)]


class ProductFamilyOut(LifecycleOut):
    """A product family."""

    code: str
    name: str
    ordinal: int
