"""One condition: a CEL expression checked when saved, and the verdict of evaluating it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple

from shared.errors import Fault, Invalid
from shared.rules.diagnosis import Diagnosis, Error, ErrorCode, diagnose
from shared.rules.facts import FactSet, Reading
from shared.rules.language import BOOL, KNOWN, LONGEST_EXPRESSION
from shared.rules.shape import Refused, names_in

_ABSENT: Final = re.compile(r'No value with name "([^"]+)" found')
_STATUS: Final = re.compile(r"^[A-Z_]+: | \[[A-Z_]+\]$")


class InvalidRule(Invalid):
    """A rule cannot be used as written; `errors` names each fault and its place."""

    code, title = "invalid_rule", "Invalid rule"


class Result(StrEnum):
    """What an expression gave. An error is a result of its own and never counts as true."""

    TRUE = "true"
    FALSE = "false"
    ERROR = "error"


class Verdict(NamedTuple):
    """The result of one expression, with the facts it used (None when missing) and the code and text of an error."""

    expression: str
    inputs: Mapping[str, object]
    result: Result
    error: str | None
    error_code: ErrorCode | None = None

    @property
    def holds(self) -> bool:
        """Whether the expression is true: neither false nor an error."""
        return self.result is Result.TRUE

    def to_json(self) -> dict[str, object]:
        """Return the verdict in JSON types; instants as RFC 3339 texts."""
        return {
            "expression": self.expression,
            "inputs": {fact: _plain(value) for fact, value in self.inputs.items()},
            "result": self.result.value,
            "error": self.error,
            "error_code": self.error_code,
        }


@dataclass(frozen=True, eq=False)
class Condition:
    """A compiled expression over a fact set; immutable, safe to share between threads and tasks."""

    expression: str
    facts: FactSet
    names: tuple[str, ...]
    program: Any = field(repr=False)
    used: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        used = sorted({name.removesuffix(KNOWN) for name in self.names})
        object.__setattr__(self, "used", tuple(used))

    def evaluate(self, values: Mapping[str, object]) -> Verdict:
        """Return the verdict over values by fact name; ValueError when a value names an undeclared fact."""
        self.facts.refuse_undeclared(values)
        return self.judge(self.facts.read(values, self.names))

    def judge(self, reading: Reading) -> Verdict:
        """Return the verdict over a reading that covers at least this condition's names."""
        inputs = {fact: reading.inputs[fact] for fact in self.used}
        try:
            answer = self.program.eval(reading.activation)
        except RuntimeError as stopped:  # the runtime's own bound on loop steps
            return Verdict(self.expression, inputs, Result.ERROR, _STATUS.sub("", str(stopped)), "evaluation_stopped")
        value = answer.value()
        if answer.type() == BOOL and isinstance(value, bool):
            return Verdict(self.expression, inputs, Result.TRUE if value is True else Result.FALSE, None)
        error = _error(str(value), reading)
        return Verdict(self.expression, inputs, Result.ERROR, error.detail, error.code)


def compile_rule(expression: str, *, facts: FactSet, pointer: str = "/when") -> Condition:
    """Return the checked condition; raises InvalidRule with faults at `pointer` when it cannot be used as a rule."""
    fault = _check_text(expression)
    if fault:
        raise InvalidRule(errors=[Fault(pointer, fault.code, fault.detail)])
    try:
        return _compiled(expression, facts)
    except Refused as refused:
        raise InvalidRule(errors=[Fault(pointer, refused.code, refused.detail)]) from None
    except RuntimeError as unreadable:
        found = diagnose(str(unreadable), expression=expression, facts=facts.kinds.keys())
        raise InvalidRule(errors=[Fault(pointer, code, detail) for code, detail in found]) from None


def _check_text(expression: str) -> Diagnosis | None:
    if not expression.strip():
        return Diagnosis("expression_empty", "an expression is needed")
    if len(expression) > LONGEST_EXPRESSION:
        return Diagnosis("expression_too_long", f"at most {LONGEST_EXPRESSION:,} characters")
    if any("\ud800" <= letter <= "\udfff" for letter in expression):
        return Diagnosis("syntax_error", "the expression is not valid Unicode")
    return None


@lru_cache(maxsize=2048)
def _compiled(expression: str, facts: FactSet) -> Condition:
    program = facts.environment.compile(expression)
    if not program.return_type() == BOOL:
        raise Refused("not_boolean", f"a rule answers true or false; this gives {program.return_type().name().lower()}")
    names = names_in(program.serialize())
    known = {fact + KNOWN for fact in facts.kinds}
    return Condition(expression, facts, tuple(sorted(names & (known | facts.kinds.keys()))), program)


def _error(text: str, reading: Reading) -> Error:
    absent = _ABSENT.search(text)
    known = reading.faults.get(absent[1]) if absent else None
    return known or Error("evaluation_failed", text if absent else _STATUS.sub("", text))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
