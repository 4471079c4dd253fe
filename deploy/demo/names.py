"""Invented companies and people, the same ones each time, in the scripts and languages of their countries."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from anyascii import anyascii


@dataclass(frozen=True, slots=True)
class Company:
    """A company that does not exist; its domain lies under .example, which nobody can register (RFC 2606)."""

    name: str
    country: str
    domain: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a company."""

    given_name: str
    family_name: str
    email: str


@dataclass(frozen=True, slots=True)
class PartnerProfile:
    """A partner of the story, with its tier in the end and the person who runs it."""

    name: str
    country: str
    domain: str
    given_name: str
    family_name: str
    tier: str
    type: str


def content(name: str) -> Any:
    """Return a table of the story's content."""
    return json.loads(files("deploy.demo").joinpath("content", name).read_text("utf-8"))


@cache
def partner_profiles() -> Sequence[PartnerProfile]:
    """Return the forty partners."""
    return [PartnerProfile(**each) for each in content("partners.json")]


class Naming:
    """Draws companies, each with a name of its own, and people."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._cultures: Mapping[str, Mapping[str, list[str]]] = {
            country: culture for culture in content("naming.json").values() for country in culture["countries"]
        }
        self._taken: set[str] = set()

    def company(self, country: str) -> Company:
        """Return a company of the country that has not been drawn before."""
        culture = self._cultures[country]
        while True:
            stem = self._dice.choice(culture["stems"]) + self._dice.choice(culture["ends"])
            host = slug(stem)
            if host not in self._taken and len(host) > 2:
                break
        self._taken.add(host)
        trade, form = self._dice.choice(culture["trades"]), self._dice.choice(_forms(country, culture["forms"]))
        return Company(_joined(country, stem, trade, form), country, f"{host}-{slug(trade)[:9].strip('-')}.example")

    def person(self, company: Company) -> Person:
        """Return somebody who works there."""
        culture = self._cultures[company.country]
        given, family = self._dice.choice(culture["given"]), self._dice.choice(culture["family"])
        return Person(given, family, f"{slug(given)}.{slug(family)}@{company.domain}")


def slug(text: str) -> str:
    """Return a name as it would stand in an address."""
    return re.sub(r"[^a-z0-9]+", "-", anyascii(text).lower()).strip("-")


def _forms(country: str, forms: list[str]) -> list[str]:
    local = {
        "GB": ["Ltd", "plc"],
        "US": ["Inc.", "LLC"],
        "SG": ["Pte. Ltd."],
        "KZ": ["ТОО", "АО"],
        "CH": ["AG", "GmbH"],
    }
    return local.get(country, forms)


def _joined(country: str, stem: str, trade: str, form: str) -> str:
    match country:
        case "CN":
            return f"{stem}{trade}{form}"
        case "JP":
            return f"{form}{stem}{trade}"
        case "KZ":
            return f"{form} {stem} {trade}"
        case "FR":
            return f"{trade} {stem} {form}"
        case _:
            return f"{stem} {trade} {form}"
