"""Policies as JSON documents: what a service stores for a version, and reads back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from shared.errors import Fault
from shared.rules.expression import InvalidRule
from shared.rules.facts import FactSet
from shared.rules.policy import REFER, Mode, Policy, Rule

_REQUIRED: Final = object()


def policy_to_json(policy: Policy) -> dict[str, object]:
    """Return the document `policy_from_json` reads back to an equal policy."""
    return {
        "name": policy.name,
        "version": policy.version,
        "facts": policy.facts.name,
        "mode": policy.mode.value,
        "default": policy.default,
        "rules": [
            {"code": rule.code, "when": rule.when, "outcome": rule.outcome, "reason": rule.reason}
            for rule in policy.rules
        ],
    }


def policy_from_json(document: Mapping[str, object], *, facts: FactSet, pointer: str = "") -> Policy:
    """Return the policy a document describes; raises InvalidRule with all faults below `pointer`."""
    try:
        return _read(document, facts)
    except InvalidRule as invalid:
        faults = [replace(fault, pointer=pointer + fault.pointer) for fault in invalid.errors]
        raise InvalidRule(errors=faults) from None


def _read(document: Mapping[str, object], facts: FactSet) -> Policy:
    if _text(document, "facts", at="", default=facts.name) != facts.name:
        raise _wrong("/facts", "unknown_fact_set", f"the rules of this policy speak of {facts.name}")
    version = document.get("version", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _wrong("/version", "wrong_type", "the version is a whole number from 1")
    rules = document.get("rules")
    if not isinstance(rules, list):
        raise _wrong("/rules", "wrong_type", "the rules are a list")
    return Policy(
        name=_text(document, "name", at=""),
        version=version,
        facts=facts,
        mode=_mode(_text(document, "mode", at="")),
        rules=tuple(_rule(rule, at=f"/rules/{index}") for index, rule in enumerate(rules)),
        default=_text(document, "default", at=""),
    )


def _rule(document: object, *, at: str) -> Rule:
    if not isinstance(document, Mapping):
        raise _wrong(at, "wrong_type", "a rule is an object with code, when, outcome and reason")
    return Rule(
        code=_text(document, "code", at=at),
        when=_text(document, "when", at=at),
        outcome=_text(document, "outcome", at=at, default=REFER),
        reason=_text(document, "reason", at=at, default=""),
    )


def _mode(text: str) -> Mode:
    try:
        return Mode(text)
    except ValueError:
        raise _wrong("/mode", "unknown_mode", f"the mode is one of {', '.join(Mode)}") from None


def _text(document: Mapping[str, object], key: str, *, at: str, default: object = _REQUIRED) -> str:
    value = document.get(key, default)
    if value is _REQUIRED:
        raise _wrong(f"{at}/{key}", "required", f"{key} is needed")
    if not isinstance(value, str):
        raise _wrong(f"{at}/{key}", "wrong_type", f"{key} is a text")
    return value


def _wrong(pointer: str, code: str, detail: str) -> InvalidRule:
    return InvalidRule(errors=[Fault(pointer, code, detail)])
