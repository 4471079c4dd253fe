"""The keys under which companies are found: identity keys decide, blocking keys only bring candidates together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from shared.matching import minhash
from shared.matching.company import Company, Profile, profile_of, trigrams
from shared.matching.domains import domain_label, registrable_domain
from shared.matching.latin import tokens_of
from shared.matching.rarity import is_generic
from shared.matching.tax_ids import tax_id_key
from shared.values.countries import NUMBERS

KeyKind = Literal["tax_id", "domain", "name_country"]
_SHORTEST_RARE_TOKEN: Final = 3
_MOST_TOKENS: Final = 6
_ACRONYM_LENGTH: Final = range(2, 7)
_PROMISE: Final = {"x": 30.0, "d": 20.0, "m": 20.0, "p": 20.0, "n": 10.0, "t": 3.0, "h": 2.0, "a": 1.0}


@dataclass(frozen=True, slots=True, order=True)
class IdentityKey:
    """A key two records of one company share; unique among the customers of a tenant."""

    kind: KeyKind
    value: str


def identity_keys(company: Company) -> list[IdentityKey]:
    """Return the keys that decide who the company is, the most authoritative first.

    Valid tax numbers and LEI, then the registrable domain; only without either the name in its country. A company with no
    usable number or domain, and no telling name or no country, has no keys.
    """
    profile = profile_of(company)
    numbers = sorted(f"{tax_id.kind}:{tax_id.value}" for tax_id in profile.tax_ids)
    keys = [IdentityKey("tax_id", number) for number in numbers]
    if profile.domain:
        keys.append(IdentityKey("domain", profile.domain))
    if not keys and profile.country and profile.name.distinctive:
        keys.append(IdentityKey("name_country", f"{profile.country}:{profile.name.sorted_key}"))
    return keys


def is_identified(company: Company) -> bool:
    """Tell whether a company has a valid number or a domain of its own; a name alone, or a mailbox at a mail provider, is none."""
    return any(key.kind != "name_country" for key in identity_keys(company))


def blocking_keys(company: Company) -> list[str]:
    """Return the keys whose equality makes two companies worth scoring, sorted, each with a one-letter kind.

    d domain, x tax number, m mail, p phone, t telling word, n sorted name, a acronym and country, h minhash band. A key that
    very many companies share (a common word) is best skipped by the one who looks up.
    """
    return sorted(set(_blocking_keys(profile_of(company))))


def keys_of_domain(text: str) -> list[str]:
    """Return the blocking keys of whoever has this domain, or an address on it; none where it identifies nobody."""
    domain = registrable_domain(text)
    return [f"d:{domain}"] if domain else []


def keys_of_tax_id(text: str) -> list[str]:
    """Return the blocking keys of whoever has this number in any country; none where it is a number nowhere."""
    readings = {tax_id_key(text, country) for country in (None, *NUMBERS)}
    return sorted(f"x:{each.kind}:{each.value}" for each in readings if each.valid)


def key_weight(key: str) -> float:
    """Return how much two companies that share this blocking key promise to be one, before its rarity is counted."""
    return _PROMISE[key[0]]


def _blocking_keys(profile: Profile) -> Iterator[str]:
    domains = {domain for domain in (profile.domain, *profile.alias_domains, *profile.parent_domains) if domain}
    yield from (f"d:{domain}" for domain in domains)
    yield from (f"x:{tax_id.kind}:{tax_id.value}" for tax_id in profile.tax_ids)
    if profile.email:
        yield f"m:{profile.email}"
    if profile.phone:
        yield f"p:{profile.phone}"
    labels = tokens_of(domain_label(profile.domain)) if profile.domain else ()
    named = profile.name.tokens if profile.name.distinctive else ()
    yield from (f"t:{token}" for token in _telling((*named, *labels)))
    if not named:
        return
    yield f"n:{profile.name.sorted_key}"
    telling = tuple(token for token in named if not is_generic(token)) or named  # or all "… Solutions" would meet
    yield from (f"h:{band}" for band in minhash.bands(set(trigrams(telling))))
    if profile.country and (acronym := _acronym(profile)):
        yield f"a:{profile.country}:{acronym}"


def _telling(tokens: tuple[str, ...]) -> list[str]:
    """Return the words that are not everybody's, the longest first, a few at most."""
    telling = {token for token in tokens if len(token) >= _SHORTEST_RARE_TOKEN and not is_generic(token)}
    return sorted(telling, key=lambda token: (-len(token), token))[:_MOST_TOKENS]


def _acronym(profile: Profile) -> str:
    """Return the initials of a long name, or a one-word name that may be initials itself."""
    tokens = profile.name.tokens
    acronym = tokens[0] if len(tokens) == 1 else profile.name.acronym
    return acronym if len(acronym) in _ACRONYM_LENGTH else ""
