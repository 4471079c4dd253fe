"""Entries of a decision's trace. Pure."""

from collections.abc import Sequence
from typing import Any

from services.deals.screening.rules import Screening
from shared.rules import Evaluation

Entry = dict[str, Any]


def entry(rule: str, result: str, *, reasons: Sequence[str] = ()) -> Entry:
    """Return what a step of a decision that is not a rule of the policy leaves in its trace."""
    return {
        "rule": rule,
        "result": result,
        "outcome": None,
        "reasons": list(reasons),
        "expression": None,
        "inputs": None,
        "error": None,
        "error_code": None,
    }


def screened_entry(screening: Screening) -> Entry:
    """Return what screening leaves in the trace; whom it found, where no case keeps that, is among the inputs, for the vendor."""
    told = entry("conflict_screening", screening.conflict_class, reasons=screening.reasons)
    if screening.findings and not screening.needs_a_case:
        told["inputs"] = {"findings": [each.to_trace() for each in screening.findings]}
    return told


def by_a_person(reasons: Sequence[str]) -> list[Entry]:
    """Return what is left in the trace of a decision that a person takes whatever the policy says; nothing without reasons."""
    return [entry("decided_by_a_person", "review", reasons=reasons)] if reasons else []


def is_decided_by_a_person(trace: Sequence[Entry], reasons: Sequence[str]) -> bool:
    """Tell whether a person decided, whatever the policy said, for these reasons among others."""
    decided = {reason for each in trace if each["rule"] == "decided_by_a_person" for reason in each["reasons"]}
    return decided.issuperset(reasons)


def is_left_to_a_person(trace: Sequence[Entry], reason: str) -> bool:
    """Tell whether the registration policy has left a decision to a person, for this reason among others."""
    return any(each["rule"] == "registration_policy" and reason in each["reasons"] for each in trace)


def entries_of(evaluation: Evaluation) -> list[Entry]:
    """Return what each rule of the policy leaves in the trace."""
    trace = []
    for rule in evaluation.trace:
        told = rule.to_json()
        trace.append(entry(rule.rule, str(told["result"]), reasons=[rule.rule] if rule.outcome else []) | told)
    return trace
