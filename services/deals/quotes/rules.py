"""What a quote is called, how long it is good, and what it comes to. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from shared.errors import Conflict

VALID_DAYS: Final = 30
PERIODS: Final = (None, "month", "quarter", "year")


class QuoteExpired(Conflict):
    """The quote was good until a time that has passed; revise it."""

    code, title = "quote_expired", "The quote has expired"


class NeedsSpecialPrice(Conflict):
    """A price this low needs a special price that the vendor has approved."""

    code, title = "needs_special_price", "Needs a special price"


@dataclass(frozen=True, slots=True)
class AcceptedLine:
    """So many of a SKU at a net amount in minor units, and the products in one of it."""

    sku: str
    name: str
    quantity: int
    net: int
    products: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AcceptedQuote:
    """What an order is made of: an accepted quote, which never changes."""

    id: str
    number: str
    partner_id: str
    deal_id: str | None
    customer_name: str
    customer_country: str | None
    currency: str
    net: int
    lines: tuple[AcceptedLine, ...]


def not_done(
    *, at: datetime, valid_until: datetime | None, is_ordered: bool, is_followed: bool, partner_is_inactive: bool
) -> tuple[str, ...]:
    """Return what is not done with a quote: it is ordered and revised once, accepted while it is good, and issued by an active partner."""
    kept = {
        "order": is_ordered,
        "revise": is_followed,
        "accept": valid_until is not None and valid_until <= at,
        "issue": partner_is_inactive,
    }
    return tuple(action for action, is_kept in kept.items() if is_kept)


def number_of(number: int, revision: int) -> str:
    """Return what a quote is called, such as Q-000012, or Q-000012/2 in its second version."""
    return f"Q-{number:06d}" if revision == 1 else f"Q-{number:06d}/{revision}"


def valid_until(issued_at: datetime, *, days: int, specials_end: date | None = None) -> datetime:
    """Return the instant from which a quote is not good any more: so many days on, or when a special price in it ends."""
    until = issued_at + timedelta(days=days)
    return until if specials_end is None else min(until, datetime.combine(specials_end, time(), UTC))


def net_of(lines: Iterable[Mapping[str, Any]]) -> int:
    """Return the sum of the net amounts of lines, in minor units."""
    return sum(each["net"]["amount"] for each in lines)


def net_by_period(lines: Iterable[Mapping[str, Any]]) -> dict[str | None, int]:
    """Return the sums of lines that are charged as often, in minor units: once first, then what recurs, the oftenest first."""
    sums: dict[str | None, int] = {}
    for each in lines:
        sums[each["charge_period"]] = sums.get(each["charge_period"], 0) + each["net"]["amount"]
    return {period: sums[period] for period in PERIODS if period in sums}


def products_of(lines: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the products that lines are made of, also those within bundles."""
    return frozenset(part["sku"] for each in lines for part in each["products"])


def taken_from(lines: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many a quote takes of each special price that it uses."""
    taken: dict[str, int] = {}
    for each in lines:
        if each["special_price_id"] is not None:
            taken[each["special_price_id"]] = taken.get(each["special_price_id"], 0) + each["quantity"]
    return taken
