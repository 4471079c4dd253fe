"""Events that the deals service publishes of what is sold, and for how much."""

from datetime import date

from shared.events.envelope import Event


class ProductState(Event):
    """Full state of a product; subject: the product."""

    type = "product.state.v1"
    public = False

    product_id: str
    sku: str
    product_family: str
    name: str
    names: dict[str, str]
    unit: str
    countries: list[str]
    required_credential: str | None
    charge: str
    charge_period: str | None
    available_on: date
    end_of_sale_on: date | None
    end_of_life_on: date | None
    status: str


class ProductEndOfSaleAnnounced(Event):
    """From this day on a product is not sold any more; subject: the product."""

    type = "product.end_of_sale_announced.v1"
    product_id: str
    sku: str
    product_family: str
    end_of_sale_on: date


class PriceListPublished(Event):
    """A price list is in force from a day on; told to the partners it applies to."""

    type = "price_list.published.v1"
    price_list_id: str
    currency: str
    tier: str | None
    effective_from: date
    effective_to: date | None
