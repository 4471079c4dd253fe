"""The words of a name as they are stored and as they are asked for: without case, accents and script. Pure.

Latin letters stand for any script, as in matching: `Новотех` is novotekh, `東京` is dongjing, `Őrző` is orzo. An umlaut that
is spelt out is found as either (`Mueller` is mueller and muller). Chinese and Japanese names have no spaces, so they are
found from each of their characters on.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from anyascii import anyascii

from shared.matching.latin import folded, latin, settled, words

MOST_ASKED: Final = 5
"""Of a longer search the words beyond these are not looked at."""
LONGEST_SEARCH: Final = 200
_MOST_STORED: Final = 60
_LONGEST: Final = 40
_FROM_EACH: Final = 16
# What addresses of sites begin with.
_OF_ADDRESSES: Final = frozenset({"http", "https", "www"})
_CHARACTERS: Final = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")


def words_of(texts: Iterable[str | None]) -> list[str]:
    """Return the words under which something with these texts is found, sorted."""
    found: dict[str, None] = {}
    for text in texts:
        for word in _words_in(text or ""):
            found[word[:_LONGEST]] = None
    return sorted(islice(found, _MOST_STORED))


def _words_in(text: str) -> Iterator[str]:
    own_script = folded(text)
    written = words(latin(own_script))
    # The first of them says all of a short name; what follows only makes it easier to find.
    told = (*settled(written), *written)
    yield from (each for each in told if each not in _OF_ADDRESSES and (len(each) > 1 or not own_script.isascii()))
    if not own_script.isascii():
        for run in _CHARACTERS.findall(own_script):
            for start in range(min(len(run), _FROM_EACH)):
                yield from words(anyascii(run[start:]).lower().replace("'", ""))[:1]


def asked_for(text: str) -> tuple[str, ...]:
    """Return the words that a search asks for, the last of which may go on; empty when nothing in it is a word.

    Words of one letter are passed over, unless there are no others.
    """
    written = tuple(dict.fromkeys(word[:_LONGEST] for word in settled(words(latin(folded(text))))))
    telling = tuple(each for each in written if each not in _OF_ADDRESSES and (len(each) > 1 or not text.isascii()))
    return (telling or written)[:MOST_ASKED]


def beyond(prefix: str) -> str:
    """Return the first text, byte by byte, that comes after all words with a prefix."""
    # Words are made of digits and small letters, and a brace follows them.
    return prefix + "{"
