"""Facts: the typed, dotted names a rule may speak of, and the reading of their values for one evaluation.

A fact whose value is `None` or absent is *missing*. It is left out of the evaluation, so CEL's own three-valued logic
decides: `true || missing` is true, and an expression whose answer depends on the missing fact ends in an error, which
refers to a human with "fact order.total is missing". To decide about absence itself, every fact `x` has a boolean
`x.known`: `!order.paid_at.known || order.paid_at > timestamp("2030-01-01T00:00:00Z")`.
A value of the wrong type is treated the same way, with its own text; it is never coerced and never raised.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from shared.rules import language
from shared.rules.diagnosis import Error

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


class Kind(StrEnum):
    """The type of a fact. Lists hold at most 200 texts, maps 50, and a text at most 2,000 characters."""

    BOOL = "bool"
    INT = "int"
    MONEY = "money"
    """Whole minor units in the one currency the fact set documents; an int to CEL, so decimals are refused."""
    STRING = "string"
    STRINGS = "strings"
    ATTRIBUTES = "attributes"
    """Texts by key: `"region" in order.attributes && order.attributes["region"] == "EMEA"`."""
    TIMESTAMP = "timestamp"
    """An instant with an offset; a `datetime` without one is refused."""


class _Unreadable(Exception):
    """The value is not of the declared kind; the text completes the sentence "fact x …"."""


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Unreadable("is not a boolean")
    return value


def _int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Unreadable("is not a whole number")
    if not -(2**63) <= value < 2**63:
        raise _Unreadable("exceeds 64 bits")
    return value


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise _Unreadable("is not a text")
    if len(value) > language.LONGEST_TEXT:
        raise _Unreadable(f"is longer than {language.LONGEST_TEXT:,} characters")
    if "\0" in value:  # this binding cuts a text at NUL: "HU\0x" would equal "HU"
        raise _Unreadable("holds a NUL character")
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise _Unreadable("is not valid Unicode")
    return value


def _strings(value: object) -> list[str]:
    if not isinstance(value, list | tuple):
        raise _Unreadable("is not a list of texts")
    _bounded(value, language.LONGEST_LIST)
    return [_string(item) for item in value]


def _attributes(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise _Unreadable("is not a map of texts")
    _bounded(value, language.LARGEST_MAP)
    return {_string(key): _string(item) for key, item in value.items()}


def _timestamp(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise _Unreadable("is not an instant")
    if value.utcoffset() is None:
        raise _Unreadable("is an instant without an offset")
    return value


def _bounded(value: Collection[object], most: int) -> None:
    if len(value) > most:
        raise _Unreadable(f"holds more than {most} entries")


_KINDS: Final[dict[Kind, tuple[object, Callable[[object], object]]]] = {
    Kind.BOOL: (language.BOOL, _bool),
    Kind.INT: (language.INT, _int),
    Kind.MONEY: (language.INT, _int),
    Kind.STRING: (language.STRING, _string),
    Kind.STRINGS: (language.STRINGS, _strings),
    Kind.ATTRIBUTES: (language.ATTRIBUTES, _attributes),
    Kind.TIMESTAMP: (language.TIMESTAMP, _timestamp),
}


class Reading(NamedTuple):
    """The values of one evaluation: as CEL sees them, as the trace shows them, and why a fact cannot be used."""

    activation: Any
    inputs: Mapping[str, object]
    faults: Mapping[str, Error]


@dataclass(frozen=True, eq=False)
class FactSet:
    """A named set of typed facts. Declared once, as a module constant; equal to itself only.

    Raises ValueError for a name that is not lower_snake words joined by dots, is reserved in CEL, or ends in `.known`.
    """

    name: str
    kinds: Mapping[str, Kind]
    environment: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for fact in self.kinds:
            _check_name(fact)
        object.__setattr__(self, "kinds", MappingProxyType(dict(self.kinds)))
        variables = {fact: _KINDS[kind][0] for fact, kind in self.kinds.items()}
        object.__setattr__(self, "environment", language.environment(variables))

    def refuse_undeclared(self, values: Mapping[str, object]) -> None:
        """Raise ValueError when values name a fact this set does not declare: a mistake of the program, not of a user."""
        if not values.keys() <= self.kinds.keys():
            raise ValueError(f"not facts of {self.name}: {', '.join(sorted(values.keys() - self.kinds.keys()))}")

    def read(self, values: Mapping[str, object], names: Collection[str]) -> Reading:
        """Return the reading of the named facts (and `.known` companions) for one evaluation; never raises for a value."""
        variables: dict[str, object] = {}
        inputs: dict[str, object] = {}
        faults: dict[str, Error] = {}
        for name in names:
            fact = name.removesuffix(language.KNOWN)
            value, fault = self._read_one(fact, values.get(fact))
            inputs[fact] = value
            if name != fact and values.get(fact) is None:
                variables[name] = False
            elif fault is not None:
                faults[name] = fault
            else:
                variables[name] = value if name == fact else True
        return Reading(self.environment.Activation(variables), inputs, faults)

    def _read_one(self, fact: str, value: object) -> tuple[object, Error | None]:
        if value is None:
            return None, Error("fact_missing", f"fact {fact} is missing")
        try:
            return _KINDS[self.kinds[fact]][1](value), None
        except _Unreadable as unreadable:
            return None, Error("fact_unreadable", f"fact {fact} {unreadable}")


def _check_name(fact: str) -> None:
    reserved = language.RESERVED.intersection(fact.split("."))
    if not _NAME.fullmatch(fact) or reserved or fact.endswith(language.KNOWN):
        raise ValueError(f"{fact!r} cannot name a fact")
