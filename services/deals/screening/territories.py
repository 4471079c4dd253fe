"""Where a registration is for: countries, and the ranges of their numbers in which claims are kept. Pure."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import asyncpg
from pydantic import AfterValidator, Field

from services.deals.screening.scope import EVERYWHERE, Span, meets
from shared.values.countries import NUMBERS
from shared.web.models import Country


def _set(countries: list[str]) -> list[str]:
    return sorted(set(countries))


Territories = Annotated[
    list[Country],
    AfterValidator(_set),
    Field(max_length=250, description="Countries; none are named for all of them."),
]


def spans_of(countries: Iterable[str]) -> tuple[Span, ...]:
    """Return countries as ranges of their numbers; none are everywhere."""
    return tuple((number, number + 1) for number in sorted({NUMBERS[code] for code in countries})) or EVERYWHERE


def territory_of(countries: Iterable[str]) -> list[Any]:
    """Return countries as a claim keeps them; none are everywhere."""
    return [asyncpg.Range(start, end) for start, end in spans_of(countries)]


def countries_of(territory: Sequence[Any]) -> list[str]:
    """Return the countries of a claim's territory, in the order of their codes; none where it is everywhere."""
    spans = [(each.lower, each.upper) for each in territory]
    if (None, None) in spans:
        return []
    return sorted(code for code, number in NUMBERS.items() if any(meets((number, number + 1), span) for span in spans))


def overlap(one: Iterable[str], other: Iterable[str]) -> bool:
    """Tell whether two lists of countries have one in common; a list of none has all."""
    first, second = set(one), set(other)
    return not first or not second or not first.isdisjoint(second)
