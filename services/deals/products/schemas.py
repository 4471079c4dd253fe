"""Bodies of product families."""

from services.deals.ids import ProductFamilyId
from shared.web.models import Body, Code, LifecycleOut, Patch, Short


class ProductFamilyIn(Body):
    """A new product family; its code never changes."""

    id: ProductFamilyId | None = None
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
