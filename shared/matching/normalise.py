"""A company's name as a key: one spelling, no legal form, no noise, whatever script and order it was typed in."""

from dataclasses import dataclass
from typing import Final

from shared.matching.latin import folded, latin, settled, words
from shared.matching.legal_forms import CONNECTORS, is_form, without_forms, without_native_forms
from shared.matching.tables import lines

_NOISE: Final = frozenset(lines("noise_words.txt"))
_UNSPOKEN_IN_ACRONYMS: Final = CONNECTORS | {"the", "of", "de", "fur", "for", "la", "du", "des", "der", "die", "das"}
_SHORTEST_DISTINCTIVE: Final = 2


@dataclass(frozen=True, slots=True)
class NormalisedName:
    """A name in every form it is compared in. `distinctive` is false when nothing in it tells companies apart."""

    original: str
    text: str
    tokens: tuple[str, ...]
    sorted_key: str
    acronym: str
    legal_form: str | None
    distinctive: bool


def name_key(name: str, country: str | None = None) -> NormalisedName:
    """Return the comparable forms of a company name; `country` (ISO 3166-1 alpha-2) decides ambiguous legal forms.

    Never raises: an empty name, or one of symbols only, has no tokens. A name made only of legal forms and noise keeps its
    words but is not distinctive. Normalising the `text` again gives the same `text`.
    """
    own_script = folded(name)
    native_form: str | None = None
    bare = own_script
    if not own_script.isascii():
        bare, native_form = without_native_forms(own_script)
    tokens = settled(words(latin(bare)))
    hollow = native_form is not None and not tokens
    if hollow:
        tokens = settled(words(latin(own_script)))
    formless, form = without_forms(tokens, country)
    tokens = _settle(formless, country)
    return NormalisedName(
        original=name,
        text=" ".join(tokens),
        tokens=tuple(tokens),
        sorted_key=" ".join(sorted(tokens)),
        acronym=_acronym(formless),
        legal_form=native_form or form,
        distinctive=not hollow and _is_distinctive(tokens, country),
    )


def _settle(tokens: list[str], country: str | None) -> list[str]:
    """Take off noise and forms until neither uncovers more of the other."""
    while True:
        less, _ = without_forms(settled(_without_noise(tokens)), country)
        if less == tokens:
            return tokens
        tokens = less


def _without_noise(tokens: list[str]) -> list[str]:
    last = len(tokens) - 1
    telling = [
        token
        for place, token in enumerate(tokens)
        if token not in _NOISE and not (token in CONNECTORS and 0 < place < last)
    ]
    return telling or tokens


def _acronym(tokens: list[str]) -> str:
    initials = [token[0] for token in tokens if token not in _UNSPOKEN_IN_ACRONYMS]
    return "".join(initials) if len(initials) > 1 else ""


def _is_distinctive(tokens: list[str], country: str | None) -> bool:
    telling = [token for token in tokens if token not in _NOISE and not is_form(token, country)]
    return sum(map(len, telling)) >= _SHORTEST_DISTINCTIVE
