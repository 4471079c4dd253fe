"""Conversion between currencies, exact until the one rounding at the end."""

from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext
from typing import Final

from shared.values.money import exponent

_EXACT: Final = Context(prec=80)


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of one unit of `base` in units of `quote`, as frozen on a line."""

    id: str
    base: str
    quote: str
    rate: Decimal
    effective_on: date


def converted(amount: int, rate: Rate | None) -> Decimal:
    """Return minor units of the quote currency, unrounded; without a rate both currencies are the same.

    1 000 JPY (no decimals) at 0.0061 are 610 cents; 1.000 KWD (three decimals) at 3 are 300 cents.
    """
    if rate is None:
        return Decimal(amount)
    with localcontext(_EXACT):
        return (amount * rate.rate).scaleb(exponent(rate.quote) - exponent(rate.base))
