"""Whether two titles name one project: a large customer may have several at a time."""

from typing import Final

from rapidfuzz import fuzz

from shared.matching.latin import tokens_of

_DIGITS: Final = 4


def project_likeness(a: str | None, b: str | None) -> float | None:
    """Return how alike two titles are, 0..1, whatever order their words are in; None where either has no words."""
    first, second = tokens_of(a or ""), tokens_of(b or "")
    if not first or not second:
        return None
    return round(fuzz.token_set_ratio(" ".join(sorted(first)), " ".join(sorted(second))) / 100, _DIGITS)
