"""Which of many candidates are worth scoring: a look at their names alone, some forty times cheaper than a score."""

from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz, process

from shared.matching.company import Company, country_code
from shared.matching.latin import folded, latin

_OTHER_COUNTRY: Final = 0.6


def shortlist(company: Company, candidates: Sequence[Company], *, nearest: int, alike: int) -> list[int]:
    """Return the places of the candidates to score, rising; the order they come in says how much keys promise of them.

    These are the first `nearest` of them, and the `alike` whose names are most like the company's, those of its own country
    first. Nothing is said of the rest but that they are less like it than these.
    """
    if len(candidates) <= nearest + alike:
        return list(range(len(candidates)))
    country = country_code(company.country)
    names = [_plain(each) for each in candidates[nearest:]]
    # All of them, by a loop of C: no call of Python for each.
    likenesses = process.extract(_plain(company), names, scorer=fuzz.token_set_ratio, limit=None)
    ranked = sorted(
        (-likeness * _factor(country, country_code(candidates[place + nearest].country)), place + nearest)
        for _, likeness, place in likenesses
    )
    return [*range(nearest), *sorted(place for _, place in ranked[:alike])]


def likest_name(company: Company, names: Sequence[Company]) -> Company:
    """Return which of the forms one candidate is known in has the name most like the company's."""
    if len(names) == 1:
        return names[0]
    likenesses = process.extract(
        _plain(company), [_plain(each) for each in names], scorer=fuzz.token_set_ratio, limit=1
    )
    return names[likenesses[0][2]]


def _plain(company: Company) -> str:
    return latin(folded(company.name))


def _factor(one: str | None, other: str | None) -> float:
    return _OTHER_COUNTRY if one and other and one != other else 1.0
