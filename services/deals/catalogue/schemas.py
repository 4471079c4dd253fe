"""Bodies of products."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.deals.ids import ProductId
from shared.web.models import Body, Code, Country, Day, LifecycleOut, Long, Patch, Short

Sku = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/+-]{0,62}$"),
    Field(description="The code of a product or a bundle; it never changes.", examples=["CL-100"]),
]
Countries = Annotated[list[Country], Field(max_length=250, description="ISO 3166-1 codes; none means everywhere.")]
Names = Annotated[
    dict[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$")], Short],
    Field(
        max_length=50,
        description="What it is called in other languages, by their tags.",
        examples=[{"de": "Wolke"}],
        # What else is a key is refused, which the pattern alone does not say.
        json_schema_extra={"additionalProperties": False},
    ),
]
Charge = Literal["one_off", "recurring"]
ChargePeriod = Literal["month", "quarter", "year"]


class ProductIn(Body):
    """A new product; its SKU never changes. Without `available_on` it is sold from today."""

    id: ProductId | None = None
    sku: Sku
    product_family: Code
    name: Short
    names: Names = Field(default_factory=dict)
    description: Long | None = None
    unit: Code = Field(default="piece", description="What one of it is, such as `piece` or `user_month`.")
    countries: Countries = Field(default_factory=list)
    required_credential: Code | None = None
    charge: Charge = "one_off"
    charge_period: ChargePeriod | None = None
    available_on: Day | None = None
    end_of_sale_on: Day | None = None
    end_of_life_on: Day | None = None


class ProductPatch(Patch):
    """A change to a product; which dates can be changed depends on the stage it is in."""

    name: Annotated[Short, Field(default_factory=str)]
    names: Names = Field(default_factory=dict)
    description: Long | None = None
    countries: Countries = Field(default_factory=list)
    required_credential: Code | None = None
    available_on: Annotated[Day, Field(default_factory=lambda: date.min)]
    end_of_sale_on: Day | None = None
    end_of_life_on: Day | None = None


class ProductOut(LifecycleOut):
    """A product."""

    sku: str
    product_family: str
    name: str
    names: dict[str, str]
    description: str | None
    unit: str
    countries: list[str]
    required_credential: str | None
    charge: Charge
    charge_period: ChargePeriod | None
    available_on: date
    end_of_sale_on: date | None
    end_of_life_on: date | None
