"""Who may grant a special price, and how much of it is left. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from shared.errors import Conflict, Fault, FourEyes
from shared.matching import name_key


class BelowFloor(Conflict):
    """The price is below the floor, and the vendor's policy does not allow that."""

    code, title = "below_floor", "The price is below the floor"


class SpecialPriceUsedUp(Conflict):
    """Less is left of the special price than this takes."""

    code, title = "special_price_used_up", "The special price is used up"


class SpecialPriceOver(Conflict):
    """The special price has been withdrawn, or is over: nothing is sold at it any more."""

    code, title = "special_price_over", "The special price is over"


Verdict = Literal["approved", "second_person"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What is granted: a share off or a price for each, for so many, until a day that is not part of it."""

    percent: str | None
    unit_price: int | None
    quantity_cap: int
    expires_on: date


@dataclass(frozen=True, slots=True)
class FirstApproval:
    """Who has approved a price below the floor first, and on which terms."""

    by: str
    terms: Terms


def unit_of(terms: Terms, *, base: int) -> Decimal:
    """Return the price of one under these terms, in minor units, from what one costs without them."""
    if terms.unit_price is not None:
        return Decimal(terms.unit_price)
    return base * (1 - Decimal(terms.percent or 0))


def covers(lowest_unit: Decimal | None, *, unit: Decimal) -> bool:
    """Tell whether a price of one below the floor was approved: two people have let it go so low, and no lower."""
    return lowest_unit is not None and unit >= lowest_unit


def is_for(customer: str | None, *, quoted_to: str) -> bool:
    """Tell whether a special price is for the customer of a quote, by their names in one spelling; of none named, for all."""
    return customer is None or name_key(customer).sorted_key == name_key(quoted_to).sorted_key


def decide(
    terms: Terms,
    *,
    is_below_floor: bool,
    below_floor: str,
    requested_by: str,
    first: FirstApproval | None,
    by: str,
) -> Verdict:
    """Return whether somebody's approval is enough, or whether a second person has to approve the same terms.

    Raises FourEyes for whoever asked for the price or approved it first, BelowFloor where the policy refuses.
    """
    if by == requested_by:
        raise FourEyes()
    if not is_below_floor:
        return "approved"
    if below_floor == "refused":
        raise BelowFloor()
    if first is None or first.terms != terms:
        return "second_person"
    if first.by == by:
        raise FourEyes()
    return "approved"


def faults_of_terms(terms: Terms, *, base: int | None, today: date) -> list[Fault]:
    """Return what is wrong with terms: the day is to come, and what is granted is less than the list's price."""
    faults = []
    if terms.expires_on <= today:
        faults.append(Fault("/expires_on", "in_the_past", "This day has to be in the future."))
    if base is not None and terms.unit_price is not None and terms.unit_price >= base:
        faults.append(Fault("/unit_price", "not_cheaper", "A special price is below the price of the list."))
    return faults


def left_of(*, quantity_cap: int, used_quantity: int) -> int:
    """Return how many can still be bought at a special price."""
    return max(quantity_cap - used_quantity, 0)
