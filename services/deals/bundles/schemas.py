"""Bodies of bundles."""

from typing import Annotated

from pydantic import Field

from services.deals.catalogue.schemas import Names, Sku
from services.deals.ids import BundleId
from shared.web.models import Body, LifecycleOut, Out, Patch, Short


class BundlePartIn(Body):
    """A product or another bundle, and how many of it."""

    sku: Sku
    quantity: Annotated[int, Field(ge=1, le=100_000)]


Components = Annotated[list[BundlePartIn], Field(min_length=1, max_length=50)]


class BundleIn(Body):
    """A new bundle; its SKU never changes."""

    id: BundleId | None = None
    sku: Sku
    name: Short
    names: Names = Field(default_factory=dict)
    components: Components


class BundlePatch(Patch):
    """A change to a bundle; quotes that were issued keep what was in it."""

    name: Annotated[Short, Field(default_factory=str)]
    names: Names = Field(default_factory=dict)
    components: Annotated[Components, Field(default_factory=list)]


class BundlePartOut(Out):
    """A product or another bundle, and how many of it."""

    sku: str
    quantity: int


class BundleOut(LifecycleOut):
    """A bundle."""

    sku: str
    name: str
    names: dict[str, str]
    components: list[BundlePartOut]
