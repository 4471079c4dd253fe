"""What a registration tells of a company besides its name: mostly a domain, sometimes a contact, often nothing."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Final
from zlib import crc32

from shared.matching import Company
from tests.bench.conflicts.names import Listed

_BOTH, _ONE, _CONTACT = 0.45, 0.70, 0.80
"""So often both registrations name a domain, at least one does, one does or both name a contact; the rest name nothing."""
_ENDINGS: Final = {
    "US": "com",
    "GB": "co.uk",
    "AU": "com.au",
    "JP": "co.jp",
    "KR": "co.kr",
    "BR": "com.br",
    "TW": "com.tw",
    "ZA": "co.za",
}
_PROVIDERS: Final = (
    "gmail.com",
    "outlook.com",
    "gmx.de",
    "freemail.hu",
    "mail.ru",
    "qq.com",
    "yahoo.co.jp",
    "web.de",
    "163.com",
)
_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def domain(company: Listed) -> str:
    """Return the domain a company would have: its name, under its country or .com."""
    latin = unicodedata.normalize("NFKD", company.core.casefold()).encode("ascii", "ignore").decode()
    label = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:63].strip("-") or f"c{crc32(company.name.encode()):x}"
    return f"{label}.{_ENDINGS.get(company.country, company.country.lower())}"


def written(of: str, rng: Random) -> str:
    """Return a domain as people paste it."""
    return rng.choice(
        (of, f"www.{of}", f"https://www.{of}/", f"http://{of}/contact?lang=en", of.upper(), f"shop.{of}", f"sales@{of}")
    )


def of_one(company: Listed, a: Company, b: Company, rng: Random) -> tuple[Company, Company]:
    """Return two registrations of one company with what each tells of it."""
    chance, own = rng.random(), domain(company)
    if chance < _BOTH:
        return replace(a, domain=own), replace(b, domain=written(own, rng))
    if chance < _ONE:
        return replace(a, domain=own), b
    if chance < _CONTACT:
        mail = f"office@{own}"
        return replace(a, email=mail), replace(b, email=mail.upper())
    return a, b


def of_two(one: Listed, other: Listed, rng: Random) -> tuple[Company, Company]:
    """Return a registration each of two companies, telling as much of them as those of one company do."""
    a, b = Company(one.name, country=one.country), Company(other.name, country=other.country)
    chance = rng.random()
    if chance < _BOTH:
        return replace(a, domain=domain(one)), replace(b, domain=written(domain(other), rng))
    if chance < _ONE:
        return replace(a, domain=domain(one)), b
    if chance < _CONTACT:
        return replace(a, email=f"office@{domain(one)}"), replace(b, email=f"office@{domain(other)}")
    return a, b


def at_provider(one: Listed, other: Listed, rng: Random) -> tuple[Company, Company]:
    """Return two companies whose domain and mail are those of a provider of mail for everybody."""
    provider = rng.choice(_PROVIDERS)
    a = Company(one.name, country=one.country, domain=provider, email=f"{rng.randrange(10**6)}@{provider}")
    b = Company(other.name, country=one.country, domain=provider, email=f"{rng.randrange(10**6)}@{provider}")
    return a, b


def lei(rng: Random) -> str:
    """Return a legal entity identifier with the check digits of ISO 17442 (ISO 7064 MOD 97-10)."""
    body = "".join(rng.choice(_LETTERS) for _ in range(18))
    digits = "".join(str(int(letter, 36)) for letter in f"{body}00")
    return f"{body}{98 - int(digits) % 97:02d}"


def spaced(number: str, rng: Random) -> str:
    """Return a number as people write it."""
    grouped = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    return rng.choice((number.lower(), grouped, f" {number} ", grouped.replace(" ", "-")))


def shuffled(values: Iterable[str], rng: Random) -> list[str]:
    """Return the values in an order that depends on the seed alone."""
    ordered = sorted(values)
    rng.shuffle(ordered)
    return ordered
