"""What can be returned. Pure."""

from dataclasses import dataclass
from datetime import date

from shared.errors import Fault


@dataclass(frozen=True, slots=True)
class Sale:
    """A won deal, in minor units of its currency."""

    net: int
    returned: int
    currency: str
    closed_on: date


def faults_of_return(sale: Sale, *, amount: int, currency: str, returned_on: date, today: date) -> list[Fault]:
    """Return what is wrong with a return: together, returns never exceed the sale, and none comes before it."""
    faults: list[Fault] = []
    if currency != sale.currency:
        faults.append(Fault("/amount/currency", "currency_mismatch", "The sale was in another currency."))
    elif amount > sale.net - sale.returned:
        faults.append(Fault("/amount/amount", "exceeds_sale", "More is given back than is left of the sale."))
    if not sale.closed_on <= returned_on <= today:
        faults.append(Fault("/returned_on", "out_of_range", "A return comes after the sale, on a day that has begun."))
    return faults
