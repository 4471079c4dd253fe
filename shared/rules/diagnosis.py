"""Why an expression does not compile, told so that its author can mend it."""

import re
from collections.abc import Collection
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

from shared.rules.language import ADVICE, FUNCTIONS

DiagnosisCode = Literal[
    "expression_empty",
    "expression_too_long",
    "invalid_expression",
    "invalid_literal",
    "lists_joined",
    "message_literal",
    "mixed_types",
    "nested_loop",
    "not_boolean",
    "not_in_rules",
    "syntax_error",
    "too_deep",
    "type_mismatch",
    "unknown_fact",
    "unknown_function",
]
"""Why an expression cannot be used as a rule; `GET /v1/meta` has the words."""
ErrorCode = Literal["evaluation_failed", "evaluation_stopped", "fact_missing", "fact_unreadable"]
"""Why the evaluation of a rule gave neither true nor false; `GET /v1/meta` has the words."""
_ISSUE: Final = re.compile(r"^(?:[A-Z_]+: )?ERROR: <input>:(-?\d+):(-?\d+): (.+)", re.MULTILINE)
_UNDECLARED: Final = re.compile(r"^undeclared reference to '([^']*)'")
_OVERLOAD: Final = re.compile(r"^found no matching overload for '([^']*)' applied to '(\([^']*\))'")
_TOO_DEEP: Final = re.compile(r"^CANCELLED: |^Exceeded max recursion depth")
_MOST: Final = 5


class Diagnosis(NamedTuple):
    """One thing wrong with an expression: a stable code and a sentence with its place."""

    code: DiagnosisCode
    detail: str


class Error(NamedTuple):
    """Why an evaluation has no answer: a stable code, and the sentence for the trace."""

    code: ErrorCode
    detail: str


class _Issue(NamedTuple):
    place: str
    text: str
    at_call: bool

    @property
    def name(self) -> str:
        found = _UNDECLARED.search(self.text)
        return found[1] if found else ""


def diagnose(message: str, *, expression: str, facts: Collection[str]) -> list[Diagnosis]:
    """Return what the compiler's message means, at most five things, in the order of the expression."""
    issues = [_issue(int(line), int(column), text, expression) for line, column, text in _ISSUE.findall(message)]
    if any(_TOO_DEEP.search(text) for text in (message, *(issue.text for issue in issues))):
        return [Diagnosis("too_deep", "the expression nests too deeply; 32 levels are the limit")]
    advised = [issue for issue in issues if issue.name in ADVICE]
    found = [_explain(issue, facts) for issue in advised or issues if "*error*" not in issue.text]
    return found[:_MOST] or [Diagnosis("invalid_expression", "the expression cannot be read")]


def _issue(line: int, column: int, text: str, expression: str) -> _Issue:
    written = "".join(expression.split("\n")[line - 1 : line])
    return _Issue(f"line {line}, column {column}: ", text, at_call=written[column - 1 : column] == "(")


def _explain(issue: _Issue, facts: Collection[str]) -> Diagnosis:
    if issue.name:
        return _undeclared(issue, facts)
    overload = _OVERLOAD.search(issue.text)
    if overload is not None:
        return Diagnosis("type_mismatch", issue.place + _mismatch(operator=overload[1], operands=overload[2]))
    if "literal" in issue.text:
        return Diagnosis("invalid_literal", issue.place + "the number does not fit 64 bits or cannot be read")
    return Diagnosis("syntax_error", issue.place + "this is not a CEL expression from here on")


def _undeclared(issue: _Issue, facts: Collection[str]) -> Diagnosis:
    if issue.name in ADVICE:
        return Diagnosis("not_in_rules", issue.place + ADVICE[issue.name])
    if not issue.name.isidentifier() and "." not in issue.name:
        return Diagnosis("not_in_rules", f"{issue.place}the operator {_spelled(issue.name)} is not part of rules")
    if issue.at_call:
        return Diagnosis("unknown_function", f"{issue.place}no such function; there are {', '.join(FUNCTIONS)}")
    nearest = sorted(facts, key=lambda fact: (-SequenceMatcher(None, issue.name, fact).ratio(), fact))[:3]
    return Diagnosis("unknown_fact", f"{issue.place}no such fact; the nearest are {', '.join(nearest)}")


def _mismatch(*, operator: str, operands: str) -> str:
    hint = "; decimals are not part of rules, amounts are whole minor units" if "double" in operands else ""
    return f"{_spelled(operator)} does not apply to {operands}{hint}"


def _spelled(operator: str) -> str:
    """Return CEL's internal name of an operator as an author writes it: `_>_` is `>`."""
    return operator.replace("_", " ").strip().lstrip("@")
