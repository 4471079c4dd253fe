"""Names of customers by the million: parts of real companies' names, put together anew."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from shared.matching import Company
from tests.bench.conflicts.names import Listed, listed

SEED: Final = 20_261
_FORMS: Final = {"DE": "GmbH", "AT": "GmbH", "HU": "Kft.", "GB": "Ltd", "US": "Inc.", "FR": "SARL", "IT": "S.r.l."}
_OTHER_FORM: Final = "Ltd"


def companies(first: int, last: int) -> Iterator[Company]:
    """Yield the companies with these numbers; each is the same on every machine, and half of them have a domain."""
    register = listed()
    for number in range(first, last):
        yield _company(number, register)


def misspelt(company: Company, random: Random) -> Company:
    """Return a company as somebody else writes it: a slip in its name, its legal form gone, mostly without its domain."""
    words = company.name.rsplit(" ", 1)[0]
    at = random.randrange(1, max(2, len(words) - 1))
    slipped = words[:at] + words[at + 1 :] if random.random() < 0.5 else words.upper()
    return Company(slipped, country=company.country, domain=company.domain if random.random() < 0.2 else None)


def _company(number: int, register: Sequence[Listed]) -> Company:
    random = Random(SEED * 10_000_000 + number)
    one, two = register[number % len(register)], register[random.randrange(len(register))]
    start, end = one.core.split()[:2], two.core.split()[-1:]
    name = " ".join([*start, *end, _FORMS.get(one.country, _OTHER_FORM)])
    domain = f"c{number:x}-{two.signature[:8] or 'company'}.com" if number % 2 else None
    ascii_domain = domain if domain is None or domain.isascii() else f"c{number:x}.com"
    return Company(name, country=one.country, domain=ascii_domain)
