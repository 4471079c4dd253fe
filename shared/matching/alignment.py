"""Which words of two names are one word, written alike or not, and which only one of them has."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from shared.matching.rarity import is_generic

_ONE_SLIP: Final = 4
_TWO_SLIPS: Final = 10
"""Letters that a word needs before one or two slips of the fingers leave it recognisable; the first letter is seldom among them."""
_STEM: Final = 5
_SHORTENED: Final = 0.7
_SHORTEST: Final = 2


@dataclass(frozen=True, slots=True)
class Alignment:
    """The words that both names have, as the first one writes them, and those of either alone."""

    common: frozenset[str]
    only_first: frozenset[str]
    only_second: frozenset[str]


def aligned(first: tuple[str, ...], second: tuple[str, ...]) -> Alignment:
    """Return which words of two names belong together: equal, misspelt, inflected, shortened, or written as one.

    Symmetric up to the order of the names.
    """
    left, right = set(first) - set(second), set(second) - set(first)
    common = set(first) & set(second)
    if not left and not right or "".join(first) == "".join(second):
        return Alignment(frozenset(common | left), frozenset(), frozenset())
    for word, other in _alike(left, right):
        if word in left and other in right:
            common.add(word)
            left.discard(word)
            right.discard(other)
    _join(first, left, right, common)
    _join(second, right, left, common)
    return Alignment(frozenset(common), frozenset(left), frozenset(right))


def _alike(left: set[str], right: set[str]) -> list[tuple[str, str]]:
    """Return the pairs of words that may be one, the nearest first."""
    found = [
        (distance, min(word, other), max(word, other), word, other)
        for word in left
        for other in right
        if (distance := _distance(word, other)) is not None
    ]
    return [(word, other) for *_, word, other in sorted(found)]


def _distance(word: str, other: str) -> float | None:
    """Return how far two words are from being one, 0..1, or None where they are two."""
    short, long = sorted((word, other), key=len)
    # Words are of letters and digits; a number that differs by one is another number.
    if len(short) >= _ONE_SLIP and len(long) - len(short) <= 2 and short.isalpha() and long.isalpha():
        slips = OSA.distance(short, long, score_cutoff=2)
        allowed = (len(short) >= _ONE_SLIP) + (len(short) >= _TWO_SLIPS) - (short[0] != long[0])
        if slips <= allowed:
            return slips / len(long)
    if is_generic(word) or is_generic(other):
        if _STEM <= _beginning(short, long) >= _SHORTENED * len(long):
            return 0.5
        if _shortens(short, long):
            return 0.75
    return None


def _beginning(short: str, long: str) -> int:
    return next((at for at, letter in enumerate(short) if letter != long[at]), len(short))


def _shortens(short: str, long: str) -> bool:
    """Tell whether a word is another cut short, as tech, intl and mfg are."""
    if not (_SHORTEST <= len(short) <= _SHORTENED * len(long)) or short[0] != long[0]:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)


def _join(words: tuple[str, ...], own: set[str], others: set[str], common: set[str]) -> None:
    """Take neighbours that the other name writes as one word for that word."""
    for before, after in _neighbours(words):
        if before in own and after in own and before + after in others:
            common.update((before, after))
            own.difference_update((before, after))
            others.discard(before + after)


def _neighbours(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield from zip(words, words[1:], strict=False)
