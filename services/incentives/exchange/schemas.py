"""Bodies of exchange rates."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from shared.web.models import Body, Currency, Day, ResourceOut, id_of


def _positive(rate: str) -> str:
    if not any(digit in "123456789" for digit in rate):
        raise ValueError("above zero")
    return rate


ExchangeRate = Annotated[
    str,
    StringConstraints(pattern=r"^\d{1,9}(\.\d{1,12})?$"),
    AfterValidator(_positive),
    Field(description="Units of `quote` for one unit of `base`.", examples=["0.9172"]),
]


class ExchangeRateIn(Body):
    """The rate from a day on, until a later one."""

    id: id_of("fxr") | None = None  # type: ignore[valid-type]
    base: Currency
    quote: Currency
    rate: ExchangeRate
    effective_on: Day


class ExchangeRateOut(ResourceOut):
    """An exchange rate; it never changes."""

    base: str
    quote: str
    rate: str
    effective_on: date
