"""The house of a domain: its aliases, the domains of its parents, and those of its subsidiaries, all the way up and down. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from shared.matching import Company, registrable_domain

Side = Literal["alias", "parent", "child"]


@dataclass(frozen=True, slots=True)
class House:
    """Domains by how they stand to the company that they are the house of."""

    aliases: frozenset[str] = frozenset()
    parents: frozenset[str] = frozenset()
    children: frozenset[str] = frozenset()

    def owned(self, company: Company) -> Company:
        """Return the company whose house it is with the domains that are known of it."""
        if self == NO_HOUSE:
            return company
        return replace(company, alias_domains=tuple(sorted(self.aliases)), parent_domains=tuple(sorted(self.parents)))

    def related(self, candidate: Company, *, to: Company) -> Company:
        """Return a company that may be of the house, with its parent's domain where it is a subsidiary."""
        if not self.children or not candidate.domain or not to.domain:
            return candidate
        is_child = registrable_domain(candidate.domain) in self.children
        return replace(candidate, parent_domains=(to.domain,)) if is_child else candidate


NO_HOUSE: Final = House()


def house_of(members: Iterable[str]) -> House:
    """Return a house from its members, each told as its side, a space and the domain; a parent or child is no mere alias."""
    sides: dict[str, set[str]] = {"alias": set(), "parent": set(), "child": set()}
    for member in members:
        side, _, domain = member.partition(" ")
        sides[side].add(domain)
    return House(*(frozenset(sides[side]) for side in ("alias", "parent", "child")))
