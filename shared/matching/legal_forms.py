"""Legal forms at the ends of a company's name: GmbH, Kft., ООО, PT … Tbk, 有限公司.

Facts and their sources are in `tables/legal_forms.txt`. Latin forms are compared as words, others as text in their own script,
because "ИП" is a form where the initials "IP" are not.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from shared.matching.latin import folded, tokens_of
from shared.matching.tables import lines

Place = Literal["end", "start"]
CONNECTORS: Final = frozenset(lines("connectors.txt"))
"""Words for "and", which stand between the parts of a name or of a form."""


@dataclass(frozen=True, slots=True)
class _Form:
    words: tuple[str, ...]
    mark: str
    countries: frozenset[str]

    def applies(self, country: str | None) -> bool:
        if self.mark == "!":
            return country in self.countries
        return self.mark != "?" or country is None or country in self.countries


def without_forms(tokens: list[str], country: str | None) -> tuple[list[str], str | None]:
    """Return the words without the legal forms at either end, and the last form taken off; one word is always left."""
    taken: str | None = None
    while len(tokens) > 1:
        if (form := _found(tokens, "end", country)) is not None:
            tokens = tokens[: -len(form.words)]
            if len(tokens) > 1 and tokens[-1] in CONNECTORS:
                # GmbH and Co. KG: what joined two forms joins nothing any more.
                tokens = tokens[:-1]
        elif (form := _found(tokens, "start", country)) is not None:
            tokens = tokens[len(form.words) :]
        else:
            break
        taken = taken or " ".join(form.words)
    return tokens, taken


def without_native_forms(text: str) -> tuple[str, str | None]:
    """Return folded text without forms written in a script of their own, and the last of them; may leave nothing."""
    taken: str | None = None
    while True:
        reach = max(0, len(text) - _REACH)  # a form is short; looking further would cost a long text its square
        if match := _NATIVE_END.search(text[reach:]):
            text = text[: reach + match.start()]
        elif match := _NATIVE_START.match(text):
            text = text[match.end() :]
        else:
            return text, taken
        taken = taken or match["form"]


def is_form(word: str, country: str | None) -> bool:
    """Tell whether a single word is nothing but a legal form where the company is."""
    return any(len(form.words) == 1 and form.applies(country) for form in _BY_EDGE["end"].get(word, ()))


def _found(tokens: list[str], place: Place, country: str | None) -> _Form | None:
    for form in _BY_EDGE[place].get(tokens[-1] if place == "end" else tokens[0], ()):
        size = len(form.words)
        edge = tokens[-size:] if place == "end" else tokens[:size]
        if size < len(tokens) and tuple(edge) == form.words and form.applies(country):
            return form
    return None


def _entries() -> Iterator[tuple[frozenset[str], str, str, str]]:
    for line in lines("legal_forms.txt"):
        countries, place, forms = (part.strip() for part in line.split("|"))
        for form in forms.split(";"):
            mark = form.strip()[0] if form.strip()[0] in "?!" else ""
            yield frozenset(countries.split()), place, mark, form.strip().removeprefix(mark)


def _is_latin(form: str) -> bool:
    return all(not letter.isalpha() or unicodedata.name(letter).startswith("LATIN") for letter in form)


def _by_edge() -> dict[Place, dict[str, list[_Form]]]:
    table: dict[Place, dict[str, list[_Form]]] = {"end": {}, "start": {}}
    for countries, place, mark, form in _entries():
        if not _is_latin(form):
            continue
        entry = _Form(tokens_of(form), mark, countries)
        if place in ("end", "both"):
            table["end"].setdefault(entry.words[-1], []).append(entry)
        if place in ("start", "both"):
            table["start"].setdefault(entry.words[0], []).append(entry)
    for edges in table.values():
        for forms in edges.values():
            forms.sort(key=lambda form: -len(form.words))
    return table


_UNSPACED = re.compile("[ก-๛぀-ヿ㐀-鿿가-힣]")
_REACH: Final = 120
_ABBREVIATION: Final = 5  # letters; longer forms are words, written without dots


def _native_pattern() -> tuple[str, str]:
    worded, glued = [], []
    for *_, form in _entries():
        if _is_latin(form):
            continue
        text = folded(form)
        if _UNSPACED.search(text):
            glued.append(r"\s*".join(map(re.escape, text.split())))
        elif len(letters := re.sub(r"\W", "", text)) <= _ABBREVIATION:
            worded.append(r"[.\s\"'״׳]*".join(map(re.escape, letters)))
        else:
            worded.append(r"[\s.]+".join(map(re.escape, re.findall(r"\w+", text))))
    longest_first = [sorted(forms, key=len, reverse=True) for forms in (worded, glued)]
    return "|".join(longest_first[0]), "|".join(longest_first[1])


_WORDED, _GLUED = _native_pattern()
_NATIVE_START: Final = re.compile(rf"[\W_]*(?P<form>(?:{_WORDED})(?!\w)|(?:{_GLUED}))")
_NATIVE_END: Final = re.compile(rf"(?P<form>(?<!\w)(?:{_WORDED})|(?:{_GLUED}))[\W_]*$")
_BY_EDGE: Final = _by_edge()
