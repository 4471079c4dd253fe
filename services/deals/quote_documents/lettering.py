"""Letters: the fonts a document is set in, which of them has a character, and where a text is broken into lines.

Latin, Greek and Cyrillic letters are embedded. Chinese, Japanese and Korean ones are named by the character collections of
PDF, for which every reader has fonts of its own. What none of these has is written in Latin letters.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import as_file, files
from itertools import groupby
from typing import Final

from anyascii import anyascii
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

REGULAR: Final = "SourceSansPro-Regular"
BOLD: Final = "SourceSansPro-Bold"
_HANGUL: Final = "HYSMyeongJo-Medium"
_KANA: Final = "HeiseiMin-W3"
_HAN: Final = "STSong-Light"
# The first and last character, and the font that has all between.
_EAST_ASIAN: Final = (
    ("\u3000", "\u303f", _HAN),
    ("\u3041", "\u30fe", _KANA),
    ("\u3131", "\u318e", _HANGUL),
    ("\u4e00", "\u9fa5", _HAN),
    ("\uac00", "\ud7a3", _HANGUL),
    ("\uff01", "\uff5e", _HAN),
)


@cache
def fonts() -> dict[str, frozenset[int]]:
    """Return the characters of each embedded font, all fonts being ready for use afterwards."""
    covered = {}
    for name in (REGULAR, BOLD):
        with as_file(files("font_source_sans_pro") / "files" / f"{name}.ttf") as path:
            font = TTFont(name, str(path))
        pdfmetrics.registerFont(font)
        covered[name] = frozenset(font.face.charToGlyph)
    for name in (_HAN, _KANA, _HANGUL):
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return covered


@lru_cache(maxsize=20_000)
def _set(character: str, face: str) -> tuple[tuple[str, str], ...]:
    """Return the font and the letters that a character is set in: itself, or Latin letters in its place."""
    covered = fonts()[face]
    if ord(character) in covered:
        return ((face, character),)
    for first, last, font in _EAST_ASIAN:
        if first <= character <= last:
            return ((font, character),)
    return tuple((face, each) for each in anyascii(character) if ord(each) in covered)


def plain(text: str) -> str:
    """Return a text as it can be set on lines: composed letters, no control characters, one blank between words."""
    composed = unicodedata.normalize("NFC", text)
    kept = (each if each.isprintable() or each.isspace() else "" for each in composed)
    # An unbroken space stays: figures are kept together by it.
    return " ".join(part for part in "".join(kept).replace("\u00a0", "\0").split() if part).replace("\0", "\u00a0")


def runs(text: str, face: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a text that are set in one font, with that font."""
    letters = (each for character in text for each in _set(character, face))
    for font, same in groupby(letters, key=lambda each: each[0]):
        yield font, "".join(letter for _, letter in same)


def width(text: str, face: str, size: float) -> float:
    """Return how wide a text is, in points."""
    return sum(_width(character, face) for character in text) * size


def broken(text: str, face: str, size: float, *, within: float) -> list[str]:
    """Return the lines of a text that has to fit a width: broken between words, within one where it is too long itself."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        rest = plain(paragraph)
        while len(rest) > (fitting := _fitting(rest, face, within / size)):
            at = rest.rfind(" ", 0, fitting + 1)
            at = at if at > 0 else fitting
            lines.append(rest[:at].rstrip(" "))
            rest = rest[at:].lstrip(" ")
        lines.append(rest)
    return lines


def _fitting(text: str, face: str, within: float) -> int:
    """Return how many characters of a text fit a width at size 1: one at least."""
    used = 0.0
    for place, character in enumerate(text):
        used += _width(character, face)
        if used > within:
            return max(place, 1)
    return max(len(text), 1)


@lru_cache(maxsize=20_000)
def _width(character: str, face: str) -> float:
    return sum(float(pdfmetrics.stringWidth(letter, font, 1)) for font, letter in _set(character, face))
