"""What problems say, in other languages than the English of the code.

The English sentence is the key, as it stands where the problem is raised; `{0}`, `{1}` … are the values in it, in their
order there, and a translation may put them in another. A value that is itself a sentence of the file is translated too.
A sentence that the file does not have stays English: a contract test sees to it that there is none.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent
_VALUE: Final = re.compile(r"\{(\d)\}")
# Longer ones are made of many values, and taking them apart would cost more than it is worth.
_LONGEST: Final = 600


@dataclass(frozen=True, slots=True)
class Sentences:
    """The titles of problems by code, and all sentences of one language by their English original."""

    titles: dict[str, str]
    sentences: dict[str, str]
    _patterns: tuple[tuple[re.Pattern[str], str], ...]

    def title(self, code: str, english: str) -> str:
        """Return the title of a problem, or the English one where there is no other."""
        return self.titles.get(code, english)

    def worded(self, english: str) -> str:
        """Return a sentence in this language, its values in their places, or as it was where there is no translation."""
        found = self.sentences.get(english)
        if found is not None or len(english) > _LONGEST:
            return found or english
        for pattern, translation in self._patterns:
            matched = pattern.fullmatch(english)
            if matched is not None:
                return _filled(translation, [self.sentences.get(each, each) for each in matched.groups()])
        return english


@cache
def sentences_in(language: str) -> Sentences:
    """Return the titles and sentences of a language; read when they are first needed."""
    document = json.loads((_FOLDER / f"problems.{language}.json").read_text())
    sentences: dict[str, str] = document["sentences"]
    with_values = sorted((each for each in sentences if _VALUE.search(each)), key=_fixed, reverse=True)
    return Sentences(
        titles=document["titles"],
        sentences=sentences,
        _patterns=tuple((_pattern(each), sentences[each]) for each in with_values),
    )


def _filled(template: str, values: Sequence[str]) -> str:
    return _VALUE.sub(lambda place: values[int(place[1])], template)


def _fixed(template: str) -> int:
    """Return how much of a template is not a value: what says most is tried first."""
    return len(_VALUE.sub("", template))


def _pattern(template: str) -> re.Pattern[str]:
    parts = _VALUE.split(template)[::2]
    return re.compile("(.*?)".join(re.escape(part) for part in parts), re.DOTALL)
