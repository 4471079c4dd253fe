"""Any script read as lower-case Latin words, so that one name has one spelling.

Transliteration is `anyascii`'s; Chinese and Japanese characters are read as Mandarin pinyin, which is wrong for Japanese but
the same on both sides of a comparison.
"""

import re
import unicodedata
from collections.abc import Sequence

from anyascii import anyascii

from shared.matching.tables import lines

_WORD = re.compile(r"[a-z0-9]+")
_QUOTES = str.maketrans("", "", "'`")
_INITIALS = re.compile(r"\b([a-z0-9]{1,2})&(?!co\b)([a-z0-9]{1,2})\b")  # at&t, h&m, b&q; but not ag&co
_LONG_A = re.compile(r"aa+")
# An "e" after a, o, u is read as an umlaut spelt out (mueller), except where German spells no umlaut that way: after
# another vowel or q (bauer, quelle) and, for ue, at the end (blue). "aeu" stays one: haeuser is häuser.
_UMLAUT = re.compile(r"(?<![aeiouq])(?:(a)e(?![aeio])|(o)e(?![aeiou])|(u)e(?=[^aeiou]))")
_SHORTEST_FOLDED = 4  # AEG, AA, UE are initials
_CJK_WORDS = dict(entry.split() for entry in lines("cjk_words.txt"))
_CJK_WORD = re.compile("|".join(sorted(map(re.escape, _CJK_WORDS), key=len, reverse=True)))
_SPOKEN = frozenset("LNMPSZ")


def folded(text: str) -> str:
    """Return the text in one form per character (NFKC) and without case, in its own script."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def latin(text: str) -> str:
    """Return folded text in ASCII letters; symbols and emoji, which name nothing, become spaces."""
    if text.isascii():
        return text.translate(_QUOTES)
    spoken = "".join(letter if _is_spoken(letter) else " " for letter in text)
    translated = _CJK_WORD.sub(lambda match: f" {_CJK_WORDS[match[0]]} ", spoken)
    return anyascii(translated).lower().translate(_QUOTES)


def words(text: str) -> list[str]:
    """Return the words of a text already in ASCII, initials joined by an ampersand counting as one."""
    if "&" in text:
        text = _INITIALS.sub(r"\1\2", text)
    return _WORD.findall(text)


def settled(tokens: Sequence[str]) -> list[str]:
    """Return the words with umlauts folded and runs of single letters joined: s, r, l is srl; mueller is muller."""
    joined: list[str] = []
    run = ""
    for token in tokens:
        if len(token) == 1:
            run += token
            continue
        if run:
            joined.append(run)
            run = ""
        joined.append(token)
    if run:
        joined.append(run)
    return [_without_umlauts(token) for token in joined]


def tokens_of(text: str) -> tuple[str, ...]:
    """Return the settled Latin words of any text."""
    return tuple(settled(words(latin(folded(text)))))


def _without_umlauts(token: str) -> str:
    if len(token) < _SHORTEST_FOLDED or ("e" not in token and "aa" not in token):
        return token
    return _UMLAUT.sub(lambda match: match[1] or match[2] or match[3], _LONG_A.sub("a", token))


def _is_spoken(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category[0] in _SPOKEN and category not in ("So", "Sk")
