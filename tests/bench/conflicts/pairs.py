"""The labelled set: pairs of companies as two partners would register them, with the truth about each pair."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from random import Random
from typing import Final, Literal

from shared.matching import Company
from tests.bench.conflicts import evidence
from tests.bench.conflicts.names import Listed
from tests.bench.conflicts.variants import (
    Variant,
    abbreviated,
    misspelt,
    other_form,
    other_letters,
    other_order,
    transliterated,
)

Truth = Literal["same", "related", "different"]
SEED: Final = 20_260
_SPELT: Final[tuple[tuple[str, Variant, int], ...]] = (
    ("other legal form", other_form, 2_000),
    ("other letters and marks", other_letters, 1_500),
    ("abbreviated words", abbreviated, 1_000),
    ("other word order", other_order, 800),
    ("transliterated", transliterated, 1_500),
    ("misspelt", misspelt, 2_000),
)
_WORD: Final = re.compile(r"\w+")
_MOST_RARE: Final = 40
_EVERYDAY: Final = 30
_PLACES: Final = (
    ("DE", "Deutschland", "GmbH"), ("HU", "Hungary", "Kft."), ("FR", "France", "SAS"), ("GB", "UK", "Ltd"), ("JP", "Japan", "K.K."),
    ("IT", "Italia", "S.r.l."), ("ES", "España", "S.L."), ("PL", "Polska", "Sp. z o.o."), ("CN", "(Shanghai)", "Co., Ltd."),
    ("US", "USA", "Inc."), ("AT", "Austria", "GmbH"), ("BR", "do Brasil", "Ltda"), ("IN", "India", "Pvt Ltd"), ("NL", "Nederland", "B.V."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """Two companies as registered, the truth about them, and the kind of pair it is."""

    a: Company
    b: Company
    truth: Truth
    kind: str


def labelled(companies: Sequence[Listed], *, seed: int = SEED) -> list[Pair]:
    """Return the whole set, the same for the same seed."""
    rng = Random(seed)
    made = [
        *_registered_twice(companies, rng),
        *(pair for kind, variant, most in _SPELT for pair in _spelt(companies, kind, variant, most, rng)),
        *_traded_under(companies, 1_500, rng),
        *_renamed(companies, 500, rng),
        *_subsidiaries(companies, 1_500, rng),
        *_of_one_house(companies, 1_000, rng),
        *_near(companies, "near names", 5_000, rng),
        *_near([each for each in companies if each.register == "banks"], "banks of other towns", 2_500, rng),
        *_at_one_provider(companies, 500, rng),
        *_anybody(companies, 1_000, rng),
    ]
    return list(dict.fromkeys(made))


def _registered_twice(companies: Sequence[Listed], rng: Random) -> Iterator[Pair]:
    """Yield what stands in the registers twice: spellings that differ in more than capitals, of one country."""
    spellings: dict[tuple[str, str], list[Listed]] = defaultdict(list)
    for each in companies:
        if len(each.signature) > 3:
            spellings[each.country, each.signature].append(each)
    for found in spellings.values():
        for a, b in combinations(found, 2):
            yield _same("registered twice", a, b.name, rng)


def _spelt(companies: Sequence[Listed], kind: str, variant: Variant, most: int, rng: Random) -> Iterator[Pair]:
    made = 0
    for each in rng.sample(companies, len(companies)):
        spelling = variant(each, rng)
        if spelling is None or spelling == each.name:
            continue
        yield _same(kind, each, spelling, rng)
        made += 1
        if made == most:
            return


def _same(kind: str, company: Listed, spelling: str, rng: Random) -> Pair:
    a = Company(company.name, country=company.country)
    a, b = evidence.of_one(company, a, replace(a, name=spelling), rng)
    return Pair(a, b, "same", kind)


def _traded_under(companies: Sequence[Listed], most: int, rng: Random) -> Iterator[Pair]:
    """Yield one company under the short name it trades under, recognised by a domain written in several ways."""
    long_named = [each for each in companies if len(each.core.split()) > 2]
    for each in rng.sample(long_named, most):
        domain = evidence.domain(each)
        a = Company(each.name, country=each.country, domain=domain)
        short = " ".join(each.core.split()[: rng.choice((1, 2))])
        yield Pair(a, replace(a, name=short, domain=evidence.written(domain, rng)), "same", "trade name, own domain")


def _renamed(companies: Sequence[Listed], most: int, rng: Random) -> Iterator[Pair]:
    """Yield one company before and after it took another name: only its legal entity identifier tells."""
    sample = rng.sample(companies, 2 * most)
    for before, after in zip(sample[:most], sample[most:], strict=True):
        lei = evidence.lei(rng)
        a = Company(before.name, country=before.country, lei=lei)
        b = Company(after.name, country=before.country, lei=evidence.spaced(lei, rng))
        yield Pair(a, b, "same", "renamed, same LEI")


def _subsidiaries(companies: Sequence[Listed], most: int, rng: Random) -> Iterator[Pair]:
    """Yield a company and its daughter abroad, with a domain of its own, the mother's, or none known."""
    telling = [each for each in companies if each.register == "ieee" and 4 < len(each.signature) < 24]
    for each in rng.sample(telling, most):
        country, word, form = rng.choice([place for place in _PLACES if place[0] != each.country])
        domain = evidence.domain(each)
        a = Company(each.name, country=each.country, domain=domain if rng.random() < 0.7 else None)
        theirs = rng.choice((domain, evidence.domain(replace_country(each, country)), None))
        yield Pair(a, Company(f"{each.core} {word} {form}", country=country, domain=theirs), "related", "subsidiary")


def _of_one_house(companies: Sequence[Listed], most: int, rng: Random) -> Iterator[Pair]:
    """Yield what stands in the registers as a company and one named after it, with a rare word of its own, in the same country."""
    carried = Counter(word for each in companies for word in set(each.core.casefold().split()))
    by_core = {(each.country, each.core.casefold()): each for each in companies if len(each.signature) > 5}
    found = []
    for each in companies:
        words = each.core.casefold().split()
        for length in range(1, len(words)):
            mother = by_core.get((each.country, " ".join(words[:length])))
            own = [word for word in words[length:] if carried[word] < _EVERYDAY]
            if mother is not None and mother.signature != each.signature and own:
                found.append((mother, each))
    for mother, each in rng.sample(found, min(most, len(found))):
        yield _apart("named after another", mother, each, rng, truth="related")


def _near(companies: Sequence[Listed], kind: str, most: int, rng: Random) -> Iterator[Pair]:
    """Yield pairs of other companies of one country whose names are nearest in letter trigrams."""
    made = 0
    seen: set[frozenset[str]] = set()
    for country in evidence.shuffled({each.country for each in companies}, rng):
        here = [each for each in companies if each.country == country and len(each.signature) > 3]
        for a, b in _nearest(here, rng):
            names = frozenset((a.name, b.name))
            if names not in seen and made < most and not _is_one(a, b):
                seen.add(names)
                made += 1
                yield _apart(kind, a, b, rng, truth="different")


def _nearest(here: Sequence[Listed], rng: Random) -> Iterator[tuple[Listed, Listed]]:
    grams = [_trigrams(each.signature) for each in here]
    carriers: dict[str, list[int]] = defaultdict(list)
    for at, found in enumerate(grams):
        for gram in found:
            carriers[gram].append(at)
    for at in rng.sample(range(len(here)), min(len(here), 900)):
        shared: dict[int, int] = defaultdict(int)
        for gram in grams[at]:
            if len(carriers[gram]) <= _MOST_RARE:
                for other in carriers[gram]:
                    shared[other] += 1
        near = [other for other in shared if here[other].signature != here[at].signature]
        if near:
            likest = partial(_likeness, grams, at)
            best = max(near, key=lambda other: (likest(other), -other))
            if likest(best) >= 0.3:
                yield here[at], here[best]


def _likeness(grams: Sequence[frozenset[str]], at: int, other: int) -> float:
    return len(grams[at] & grams[other]) / len(grams[at] | grams[other])


def _trigrams(text: str) -> frozenset[str]:
    return frozenset(text[start : start + 3] for start in range(len(text) - 2))


def _is_one(a: Listed, b: Listed) -> bool:
    """Tell whether the registers may mean one company or one house by the two: then the truth is not known."""
    if set(_WORD.findall(a.core.casefold())) == set(_WORD.findall(b.core.casefold())):
        return True
    short, long = sorted((a.signature, b.signature), key=len)
    first_a, first_b = a.core.casefold().split()[0], b.core.casefold().split()[0]
    return long.startswith(short) or (first_a == first_b and a.register == "ieee")


def _at_one_provider(companies: Sequence[Listed], most: int, rng: Random) -> Iterator[Pair]:
    """Yield two companies whose only common ground is where their mail is kept."""
    sample = rng.sample(companies, 2 * most)
    for one, other in zip(sample[:most], sample[most:], strict=True):
        a, b = evidence.at_provider(one, other, rng)
        yield Pair(a, b, "different", "one mail provider")


def _anybody(companies: Sequence[Listed], most: int, rng: Random) -> Iterator[Pair]:
    sample = rng.sample(companies, 2 * most)
    for a, b in zip(sample[:most], sample[most:], strict=True):
        yield _apart("any two", a, b, rng, truth="different")


def _apart(kind: str, one: Listed, other: Listed, rng: Random, *, truth: Truth) -> Pair:
    a, b = evidence.of_two(one, other, rng)
    return Pair(a, b, truth, kind)


def replace_country(company: Listed, country: str) -> Listed:
    """Return the company as if it were listed in another country."""
    return replace(company, country=country)
