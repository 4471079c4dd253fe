"""Bodies of price lists."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.deals.catalogue.schemas import Countries, Sku
from services.deals.ids import PriceListId
from shared.web.models import (
    Body,
    Code,
    Currency,
    Day,
    LifecycleOut,
    MoneyBody,
    MoneyOut,
    Out,
    Patch,
    PositiveMoneyBody,
    ResourceOut,
    Short,
)

_SAFE = 9_007_199_254_740_991
Margin = Annotated[
    str,
    StringConstraints(pattern=r"^0(\.\d{1,6})?$"),
    Field(description="A fraction of the price that is left over cost, such as 0.15.", examples=["0.15"]),
]
BelowFloor = Literal["second_person", "refused"]


class PriceListIn(Body):
    """A draft of a price list. Without a tier it is for all partners, without countries for everywhere."""

    id: PriceListId | None = None
    name: Short
    tier: Code | None = None
    currency: Currency
    countries: Countries = Field(default_factory=list)
    effective_from: Day
    effective_to: Day | None = None
    floor_margin: Margin | None = None
    below_floor: BelowFloor = "second_person"


class PriceListPatch(Patch):
    """A change to a draft; its currency is fixed."""

    name: Annotated[Short, Field(default_factory=str)]
    tier: Code | None = None
    countries: Countries = Field(default_factory=list)
    effective_from: Annotated[Day, Field(default_factory=lambda: date.min)]
    effective_to: Day | None = None
    floor_margin: Margin | None = None
    below_floor: BelowFloor = "second_person"


class BreakIn(Body):
    """From so many on, each costs so much."""

    from_quantity: Annotated[int, Field(ge=2, le=1_000_000_000)]
    price: PositiveMoneyBody


class NonNegativeMoneyBody(MoneyBody):
    """An amount that is not below zero."""

    amount: Annotated[int, Field(ge=0, le=_SAFE)]


class PriceListEntryIn(Body):
    """What one of a product or a bundle costs, in minor units of the list's currency."""

    sku: Sku
    price: PositiveMoneyBody
    breaks: Annotated[list[BreakIn], Field(max_length=20)] = []
    cost: NonNegativeMoneyBody | None = None
    floor_price: NonNegativeMoneyBody | None = None


class PriceListEntriesIn(Body):
    """Entries to set, each in the place of the one with its SKU, and SKUs to take out."""

    entries: Annotated[list[PriceListEntryIn], Field(max_length=500)] = []
    remove: Annotated[list[Sku], Field(max_length=500)] = []


class PriceListOut(LifecycleOut):
    """A price list. The floor is for the vendor, null for partners."""

    name: str
    tier: str | None
    currency: str
    countries: list[str]
    effective_from: date
    effective_to: date | None
    floor_margin: str | None
    below_floor: BelowFloor | None
    published_at: datetime | None


class BreakOut(Out):
    """From so many on, each costs so much."""

    from_quantity: int
    price: MoneyOut


class PriceListEntryOut(ResourceOut):
    """What one of a product or a bundle costs. Cost and floor are for the vendor, null for partners."""

    price_list_id: str
    sku: str
    price: MoneyOut
    breaks: list[BreakOut]
    cost: MoneyOut | None
    floor_price: MoneyOut | None
