"""Bodies of price promotions."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from services.deals.catalogue.schemas import Countries, Sku
from services.deals.ids import PromotionId
from shared.web.models import Body, Code, Day, LifecycleOut, MoneyOut, Patch, PositiveMoneyBody, Short

Share = Annotated[
    str,
    StringConstraints(pattern=r"^[01](\.\d{1,6})?$"),
    Field(description="A fraction of the price, such as 0.10 for a tenth.", examples=["0.10"]),
]
Codes = Annotated[list[Code], Field(max_length=100)]
Skus = Annotated[list[Sku], Field(max_length=500)]
Quantity = Annotated[int, Field(ge=1, le=1_000_000_000)]


class PricePromotionIn(Body):
    """A draft of a promotion: a share of the price off, or an amount off each one. Empty lists are for all."""

    id: PromotionId | None = None
    code: Code
    name: Short
    percent: Share | None = None
    amount: PositiveMoneyBody | None = None
    effective_from: Day
    effective_to: Day
    product_families: Codes = Field(default_factory=list)
    skus: Skus = Field(default_factory=list)
    tiers: Codes = Field(default_factory=list)
    countries: Countries = Field(default_factory=list)
    minimum_quantity: Quantity = 1
    stackable: bool = False


class PricePromotionPatch(Patch):
    """A change to a draft."""

    name: Annotated[Short, Field(default_factory=str)]
    percent: Share | None = None
    amount: PositiveMoneyBody | None = None
    effective_from: Annotated[Day, Field(default_factory=lambda: date.min)]
    effective_to: Annotated[Day, Field(default_factory=lambda: date.min)]
    product_families: Codes = Field(default_factory=list)
    skus: Skus = Field(default_factory=list)
    tiers: Codes = Field(default_factory=list)
    countries: Countries = Field(default_factory=list)
    minimum_quantity: Quantity = 1
    stackable: bool = False


class PricePromotionOut(LifecycleOut):
    """A promotion."""

    code: str
    name: str
    percent: str | None
    amount: MoneyOut | None
    effective_from: date
    effective_to: date
    product_families: list[str]
    skus: list[str]
    tiers: list[str]
    countries: list[str]
    minimum_quantity: int
    stackable: bool
