"""Which countries a claim holds beside those with whom a decision has it share the customer. Pure.

A claim keeps its shares, one for each registration that it shares with: the countries that are told apart, and whether it is inside
them or outside. The other has the counterpart; where it has not, or has let go, nothing is shared any more.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.deals.screening.findings import stands
from services.deals.screening.scope import Span
from services.deals.screening.territories import spans_of
from shared.values.countries import NUMBERS

Share = Mapping[str, Any]


def share(deal_id: str, countries: Sequence[str], *, inside: bool) -> Share:
    """Return what a claim keeps of sharing with another deal."""
    return {"deal_id": deal_id, "countries": list(countries), "inside": inside}


def held(asked: Iterable[str], shares: Iterable[Share]) -> list[Span]:
    """Return what of its ground a claim has that asked for some countries, or for all; it may be nothing."""
    shares = list(shares)
    inside = [set(each["countries"]) for each in shares if each["inside"]]
    territory = ranges_of(set.intersection(*inside)) if inside else list(spans_of(asked))
    for each in shares:
        if not each["inside"]:
            territory = without(territory, each["countries"])
    return territory


def shared_with_others(claim: Mapping[str, Any], deal_ids: Collection[str]) -> list[Share]:
    """Return the shares of a claim without those that it has with some deals."""
    return [each for each in claim["shares"] or () if each["deal_id"] not in deal_ids]


def standing(claim: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]], *, at: datetime) -> list[Share]:
    """Return the shares of a claim that are still good: the other protects, or asks to, and shares with it as well."""
    return [each for each in claim["shares"] or () if _shares(others.get(each["deal_id"]), claim["deal_id"], at=at)]


def handed_on(claim: Mapping[str, Any], *, old: str, new: str) -> list[Share]:
    """Return the shares of a claim with a deal's successor in its place."""
    return [{**each, "deal_id": new} if each["deal_id"] == old else each for each in claim["shares"] or ()]


def ranges_of(countries: Iterable[str]) -> list[Span]:
    """Return the countries as ranges of their numbers, one each, in order."""
    return [(number, number + 1) for number in sorted({NUMBERS[code] for code in countries})]


def without(territory: Sequence[Span], countries: Iterable[str]) -> list[Span]:
    """Return the ranges of a territory without these countries."""
    left = list(territory)
    for number, after in ranges_of(countries):
        pieces: list[Span] = []
        for start, end in left:
            if (start is not None and start >= after) or (end is not None and end <= number):
                pieces.append((start, end))
                continue
            if start is None or start < number:
                pieces.append((start, number))
            if end is None or end > after:
                pieces.append((after, end))
        left = pieces
    return left


def _shares(other: Mapping[str, Any] | None, deal_id: str, *, at: datetime) -> bool:
    if other is None or all(each["deal_id"] != deal_id for each in other["shares"] or ()):
        return False
    return stands(other, at=at)
