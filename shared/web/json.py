"""Strict JSON in, compact JSON out."""

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import orjson
from pydantic import BaseModel

from shared.errors import BadRequest, Fault, Invalid

LARGEST_BODY: Final = 1_000_000
DEEPEST: Final = 32
# All of Unicode's control characters but tab, line feed and carriage return; first as a body may spell them.
_PERHAPS_CONTROL: Final = re.compile(r"\\u00[0189][0-9a-f]|\\u007f|\\[bf]|[\x7f-\x9f]", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ESCAPE: Final = re.compile(r"\\u", re.IGNORECASE)
_SURROGATE: Final = re.compile(r"\\ud[89a-f]", re.IGNORECASE)
# As a number may be written that is whole and does not look it.
_WHOLE_FLOAT: Final = re.compile(r"[:\[,]\s*-?[0-9]+(?:\.0|[.0-9]*e)", re.IGNORECASE)
# Up to here a float is exact.
_EXACT: Final = 2**53


class UnreadableJson(BadRequest):
    """The body is not JSON as we accept it."""

    code, title = "unreadable_json", "Unreadable JSON"


def strict(raw: bytes) -> str:
    """Return the body as NFC text of one JSON object without doubtful parts.

    Raises UnreadableJson for bad UTF-8, duplicate keys, NaN, Infinity, lone surrogates, depth over 32, or anything
    but an object at the top; Invalid for control characters inside a text.
    """
    if not raw:
        raise UnreadableJson("The body is empty; a JSON object is expected.")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableJson("The body is not valid UTF-8.") from error
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    try:
        value = _DECODER.decode(text)
        if _SURROGATE.search(text):
            orjson.loads(text)
    except RecursionError as error:
        raise UnreadableJson(f"The body is nested deeper than {DEEPEST} levels.") from error
    except ValueError as error:
        raise UnreadableJson(_reason(error)) from error
    if not isinstance(value, dict):
        raise UnreadableJson("The body must be a JSON object.")
    if text.count("{") + text.count("[") > DEEPEST and _depth(value) > DEEPEST:
        raise UnreadableJson(f"The body is nested deeper than {DEEPEST} levels.")
    if _PERHAPS_CONTROL.search(text):
        _refuse_control(value, "")
    if _ESCAPE.search(text):
        # What is composed by escapes could not be normalised before it was decoded.
        written = json.dumps(value, ensure_ascii=False)
        if not unicodedata.is_normalized("NFC", written):
            return strict(unicodedata.normalize("NFC", written).encode())
    # 1.0 and 1e0 are whole numbers to JSON Schema, and so they are to us.
    return json.dumps(value, ensure_ascii=False) if _WHOLE_FLOAT.search(text) else text


def is_json(content_type: str) -> bool:
    """Tell whether a Content-Type announces JSON (or a merge-patch) in UTF-8."""
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [each.removeprefix("charset=").strip('"') for each in parameters if each.startswith("charset=")]
    return kind in ("application/json", "application/merge-patch+json") and all(each == "utf-8" for each in charsets)


def dumps(value: Any) -> bytes:
    """Return the JSON of an answer: instants in UTC with Z; raises TypeError for what has no one way to be written."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_UTC_Z)


def written(value: Any) -> bytes:
    """Return JSON as it would have been sent: compact, with numbers of any size, which `dumps` does not write."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"Not JSON: {error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}."
    return f"{error}." if isinstance(error, _Refused) else "The body is not JSON."


class _Refused(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Refused("An object has the same key twice")
    return members


def _constant(_: str) -> Any:
    raise _Refused("NaN and Infinity are not JSON")


def _finite(text: str) -> float | int:
    number = float(text)
    if not math.isfinite(number):
        raise _Refused("A number is out of range")
    return int(number) if number.is_integer() and abs(number) <= _EXACT else number


def _whole(text: str) -> int:
    if len(text) > 40:
        raise _Refused("A number is out of range")
    return int(text)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_constant, parse_float=_finite, parse_int=_whole
)


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        current, depth = waiting.pop()
        deepest = max(deepest, depth)
        inner = current.values() if isinstance(current, dict) else current
        waiting += [(each, depth + 1) for each in inner if isinstance(each, dict | list)]
    return deepest


def _refuse_control(value: Any, pointer: str) -> None:
    if isinstance(value, str) and _CONTROL.search(value):
        raise Invalid(errors=[Fault(pointer, "control_character", "The text contains a control character.")])
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in members:
        if isinstance(name, str) and _CONTROL.search(name):
            raise Invalid(errors=[Fault(pointer, "control_character", "A key contains a control character.")])
        _refuse_control(each, f"{pointer}/{name}")
