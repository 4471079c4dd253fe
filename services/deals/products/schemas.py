"""Bodies of product families."""

from typing import Annotated

from shared.web.models import Body, Code, LifecycleOut, Patch, Short, id_of


class ProductFamilyIn(Body):
    """A new product family; its code never changes."""

    id: Annotated[str, id_of("pfam")] | None = None
    code: Code
    name: Short


class ProductFamilyPatch(Patch):
    """A change to a product family."""

    name: Short | None = None


class ProductFamilyOut(LifecycleOut):
    """A product family."""

    code: str
    name: str
    ordinal: int
