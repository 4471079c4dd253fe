"""Which of our languages a request asks for: the lookup of RFC 4647 (section 3.4) with the weights of RFC 9110 (12.5.4)."""

import re
from functools import lru_cache
from typing import Final

DEFAULT: Final = "en"
LANGUAGES: Final = (DEFAULT, "de", "hu")

_RANGE: Final = re.compile(r"([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)(?:\s*;\s*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?")
# Browsers send some dozens of characters; what is longer is not worth reading.
_LONGEST: Final = 500


def language_of(header: str | None) -> str:
    """Return the language for an Accept-Language header: the default where it is missing or names none of ours."""
    if not header or len(header) > _LONGEST:
        return DEFAULT
    return looked_up(header) or DEFAULT


@lru_cache(maxsize=512)
def looked_up(ranges: str) -> str | None:
    """Return the best of our languages for a list of language ranges, or None when it names none of them."""
    for wanted in _by_weight(ranges):
        subtags = wanted.lower().split("-")
        while subtags:
            tag = "-".join(subtags)
            if tag in LANGUAGES:
                return tag
            subtags.pop()
            # A singleton introduces what came after it, and means nothing alone.
            if subtags and len(subtags[-1]) == 1:
                subtags.pop()
    return None


def _by_weight(header: str) -> list[str]:
    """Return the language ranges, the most wanted first; a range that is refused (q=0) or cannot be read is left out."""
    found = [_RANGE.fullmatch(part.strip()) for part in header.split(",")]
    weighed = [(float(each[2] or "1"), each[1]) for each in found if each is not None]
    return [name for weight, name in sorted(weighed, key=lambda each: -each[0]) if weight > 0]
