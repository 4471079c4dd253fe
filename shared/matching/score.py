"""How likely two records mean one company: SPEC D-b, step 3.

Equal tax numbers or LEI give 1.0 and end it; otherwise `1 − Π(1 − wᵢ·sᵢ)` over domain, name, contact and address. Pure and
symmetric: the order of the two companies changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from shared.matching.alignment import Alignment, aligned
from shared.matching.company import Company, Profile, profile_of
from shared.matching.domains import domain_label
from shared.matching.rarity import TokenRarity, is_generic, is_place, joint_rarity

Relation = Literal["same", "related", "same_group", "different"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each signal is worth, 0 to 1; kept with every result so that it can be computed again."""

    domain: float = 0.80
    domain_of_house: float = 0.60
    name: float = 0.70
    contact: float = 0.50
    address: float = 0.25
    country_mismatch: float = 0.60
    domains_differ: float = 0.75
    generic_name_floor: float = 0.40
    words_apart: float = 0.60


@dataclass(frozen=True, slots=True)
class Score:
    """The likelihood 0..1, the signals it was made of, and how the two companies stand to each other."""

    value: float
    features: Mapping[str, float]
    relation: Relation


DEFAULT_WEIGHTS: Final = Weights()
_WEAKEST_NAME: Final = 0.55
_WEAKEST_ADDRESS: Final = 0.60
_SAME_LABEL: Final = 0.90
_DIFFERENT: Final = 0.50
_DIGITS: Final = 4
_BY_COUNTRY: Final = frozenset({"vat", "national"})


def identity_score(
    a: Company, b: Company, *, token_rarity: TokenRarity | None = None, weights: Weights = DEFAULT_WEIGHTS
) -> Score:
    """Return how likely the two are one company; `token_rarity` is the tenant's own count of words in names.

    Features are the signals before weighting, 0..1, under `tax_id`, `domain`, `domain_alias`, `domain_parent`, `name` (with its
    parts `name_trigram`, `name_token_set`, `name_jaro_winkler`, `name_rarity`, `name_apart`), `contact`, `address`,
    `country_mismatch`, `domains_differ`, `acronym` (shown, not weighed); a signal that does not speak is left out.
    """
    first, second = sorted((profile_of(a), profile_of(b)), key=lambda profile: profile.name.text)
    if first.tax_ids & second.tax_ids:
        return Score(1.0, {"tax_id": 1.0}, "same")
    words = aligned(first.name.tokens, second.name.tokens)
    features = {
        **_domain(first, second),
        **_name(first, second, words, token_rarity, weights),
        **_contact(first, second),
        **_address(first, second),
    }
    value = _combined(features, weights)
    if first.country and second.country and first.country != second.country:
        features["country_mismatch"] = 1.0
        if not features.keys() & {"domain", "domain_alias", "domain_parent"}:
            value *= weights.country_mismatch
    if "contact" not in features and _domains_differ(first, second):
        features["domains_differ"] = 1.0
        value *= weights.domains_differ
    value = round(value, _DIGITS)
    return Score(value, features, _relation(first, second, words, value, features))


def _combined(features: Mapping[str, float], weights: Weights) -> float:
    unlike = 1.0 - weights.domain * features.get("domain", 0.0)
    unlike *= 1.0 - weights.domain_of_house * max(features.get("domain_alias", 0.0), features.get("domain_parent", 0.0))
    unlike *= 1.0 - weights.name * features.get("name", 0.0)
    unlike *= 1.0 - weights.contact * features.get("contact", 0.0)
    unlike *= 1.0 - weights.address * features.get("address", 0.0)
    return 1.0 - unlike


def _domain(a: Profile, b: Profile) -> dict[str, float]:
    if a.domain and a.domain == b.domain:
        return {"domain": 1.0}
    own_a, own_b = a.alias_domains | {a.domain}, b.alias_domains | {b.domain}
    if (a.parent_domains & own_b) or (b.parent_domains & own_a):
        return {"domain_parent": 1.0}
    return {"domain_alias": 1.0} if (own_a & own_b) - {None} else {}


def _domains_differ(a: Profile, b: Profile) -> bool:
    """Two domains of different names: not acme.de beside acme.com, nor a domain known to be of the other's house."""
    if not (a.domain and b.domain):
        return False
    if ({a.domain} | a.alias_domains | a.parent_domains) & ({b.domain} | b.alias_domains | b.parent_domains):
        return False
    return JaroWinkler.similarity(domain_label(a.domain), domain_label(b.domain)) < _SAME_LABEL


def _name(a: Profile, b: Profile, words: Alignment, counted: TokenRarity | None, weights: Weights) -> dict[str, float]:
    """Return the name signal: the best of three likenesses, less what everybody's words contribute and what words of either alone deny."""
    if not (a.name.distinctive and b.name.distinctive):
        return {}
    trigram = len(a.trigrams & b.trigrams) / len(a.trigrams | b.trigrams)
    token_set = fuzz.token_set_ratio(a.name.text, b.name.text) / 100
    jaro_winkler = max(
        JaroWinkler.similarity(a.name.text, b.name.text), JaroWinkler.similarity(a.name.sorted_key, b.name.sorted_key)
    )
    likeness = max(trigram, token_set, jaro_winkler)
    # All of them when the likeness is not in words at all.
    told = joint_rarity(words.common or {*a.name.tokens, *b.name.tokens}, counted)
    apart = min(_denied(words.only_first, counted), _denied(words.only_second, counted))
    penalised = likeness * (weights.generic_name_floor + (1.0 - weights.generic_name_floor) * told)
    penalised *= 1.0 - weights.words_apart * apart
    parts = {
        "name_trigram": trigram,
        "name_token_set": token_set,
        "name_jaro_winkler": jaro_winkler,
        "name_rarity": told,
        "name_apart": apart,
    }
    parts["name"] = penalised if likeness >= _WEAKEST_NAME else 0.0
    if a.name.acronym and a.name.acronym == b.name.text or b.name.acronym and b.name.acronym == a.name.text:
        parts["acronym"] = 1.0
    return {signal: round(strength, _DIGITS) for signal, strength in parts.items()}


def _denied(words: frozenset[str], counted: TokenRarity | None) -> float:
    """Return what words of one name alone tell against its being the other; a country makes it another one of the house."""
    return joint_rarity((word for word in words if not is_place(word)), counted)


def _contact(a: Profile, b: Profile) -> dict[str, float]:
    same = (a.email and a.email == b.email) or (a.phone and a.phone == b.phone)
    return {"contact": 1.0} if same else {}


def _address(a: Profile, b: Profile) -> dict[str, float]:
    if not (a.address and b.address):
        return {}
    numbers_a, numbers_b = _numbers(a.address), _numbers(b.address)
    if numbers_a and numbers_b and not numbers_a & numbers_b:
        return {"address": 0.0}
    likeness = fuzz.ratio(" ".join(a.address), " ".join(b.address)) / 100
    return {"address": round(likeness, _DIGITS) if likeness >= _WEAKEST_ADDRESS else 0.0}


def _numbers(address: tuple[str, ...]) -> set[str]:
    return {token for token in address if token[0].isdigit()}


def _relation(a: Profile, b: Profile, words: Alignment, value: float, features: Mapping[str, float]) -> Relation:
    if value < _DIFFERENT:
        return "different"
    if "domain_parent" in features:
        return "related"
    one_domain = "domain" in features or "domain_alias" in features
    if one_domain and "country_mismatch" in features:
        return "same_group"
    if _has_other_number(a, b) or (not one_domain and _is_part_of_a_house(words)):
        return "related"
    return "same"


def _has_other_number(a: Profile, b: Profile) -> bool:
    """Two valid numbers out of one register belong to two legal entities."""
    return not _registers(a).isdisjoint(_registers(b))


def _registers(profile: Profile) -> set[tuple[str, str]]:
    """Return the registers the numbers come from: one per country for tax numbers, one in the world for LEI and D-U-N-S."""
    return {
        (tax_id.kind, tax_id.value[:2] if tax_id.kind in _BY_COUNTRY else "")
        for tax_id in profile.tax_ids
        if tax_id.kind != "other"
    }


def _is_part_of_a_house(words: Alignment) -> bool:
    """One name is the other plus a word of its own, or they differ by a country: Globex Hungary beside Globex."""
    if not words.common:
        return False
    apart = words.only_first | words.only_second
    one_more = bool(words.only_first) != bool(words.only_second)
    return any(map(is_place, apart)) or (one_more and not all(map(is_generic, apart)))
