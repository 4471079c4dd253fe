"""TypeIDs: a prefix and a UUIDv7 in Crockford base32, sortable by the instant they were made.

Format: https://github.com/jetify-com/typeid (specification 0.3.0) and RFC 9562 for UUIDv7.
"""

import os
import re
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_SUFFIX = r"[0-7][0-9a-hjkmnp-tv-z]{25}"
_ANY = re.compile(rf"[a-z](?:[a-z_]{{0,61}}[a-z])?_{_SUFFIX}")


def new_id(prefix: str, *, at: datetime) -> str:
    """Return a fresh TypeID whose sort position is the instant `at` (milliseconds) and then random."""
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    random = int.from_bytes(os.urandom(10), "big")
    return encode(prefix, milliseconds=milliseconds, random=random)


def encode(prefix: str, *, milliseconds: int, random: int) -> str:
    """Return the TypeID of 48 bits of time and 80 bits of randomness, of which 74 are kept."""
    rand_a = (random >> 68) & 0xFFF
    rand_b = random & ((1 << 62) - 1)
    number = (milliseconds << 80) | (0x7 << 76) | (rand_a << 64) | (0b10 << 62) | rand_b
    return f"{prefix}_{''.join([_PAIRS[(number >> shift) & 1023] for shift in range(120, -10, -10)])}"


def pattern(prefix: str) -> str:
    """Return the regular expression an id with this prefix must match, as published in the specification."""
    return rf"^{prefix}_{_SUFFIX}$"


def is_id(text: str, prefix: str | None = None) -> bool:
    """Tell whether the text is a well-formed TypeID, of the given prefix if one is named."""
    return _ANY.fullmatch(text) is not None and (prefix is None or text[:-27] == prefix)


def milliseconds_of(typeid: str) -> int:
    """Return the Unix time in milliseconds at which the id was made."""
    number = 0
    for letter in typeid[-26:]:
        number = (number << 5) | _VALUES[letter]
    return number >> 80
