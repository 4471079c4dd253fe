"""One way to write a JSON value down, so that everybody who hashes it gets the same digest.

Source: RFC 8785, JSON Canonicalization Scheme. Whole numbers beyond 2**53 keep all their digits, where the RFC has them
travel as texts.
"""

import re
from decimal import Decimal
from typing import Any, Final

import orjson

# Where a character beyond U+DFFF begins: names with such are in another order by UTF-16, which the RFC sorts by.
_PERHAPS_ANOTHER_ORDER: Final = re.compile(rb"[\xee-\xf4]")
# ECMAScript writes a number out in full below 10**21 and from 10**-6 on.
_LONGEST: Final = 21
_SMALLEST: Final = -6


def canonical(value: Any) -> bytes:
    """Return the canonical JSON of a value; raises TypeError for what is not JSON, a whole number beyond 64 bits included."""
    raw = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    if _has_fraction([value]) or (not raw.isascii() and _PERHAPS_ANOTHER_ORDER.search(raw)):
        return orjson.dumps(_ordered(value))
    return raw


def _has_fraction(value: Any) -> bool:
    """Tell whether a number somewhere is one that orjson writes in its own way."""
    for each in value.values() if type(value) is dict else value:
        kind = type(each)
        if kind is float or ((kind is dict or kind is list) and _has_fraction(each)):
            return True
    return False


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        names = sorted(value)
        if not "".join(names).isascii():
            names.sort(key=lambda name: name.encode("utf-16-be"))
        return {name: _ordered(value[name]) for name in names}
    if isinstance(value, list):
        return [_ordered(each) for each in value]
    return orjson.Fragment(_number(value)) if isinstance(value, float) else value


def _number(value: float) -> str:
    """Return a number as ECMAScript's Number::toString does, which the RFC asks for (its appendix B has examples)."""
    if value == 0:
        return "0"
    sign, figures, power = Decimal(repr(value)).as_tuple()
    digits = "".join(map(str, figures)).rstrip("0")
    # The number is 0.<digits> times ten to the power of `point`.
    point = len(figures) + int(power)
    if len(digits) <= point <= _LONGEST:
        text = digits + "0" * (point - len(digits))
    elif 0 < point <= _LONGEST:
        text = f"{digits[:point]}.{digits[point:]}"
    elif _SMALLEST < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        text = f"{digits[0]}{fraction}e{point - 1:+d}"
    return f"-{text}" if sign else text
