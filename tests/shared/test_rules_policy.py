"""A policy is a versioned list of rules whose outcome can always be explained, and tried on history."""

import json
from collections.abc import Sequence
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules import (
    Case,
    FactSet,
    InvalidRule,
    Kind,
    Mode,
    Policy,
    Result,
    Rule,
    policy_from_json,
    policy_to_json,
    replay,
)

ORDER = FactSet("order", {"order.total": Kind.MONEY, "order.country": Kind.STRING, "order.paid": Kind.BOOL})
RANK = {"pass": 0, "refer": 1, "fail": 2}


def screening(*rules: Rule, mode: Mode = Mode.WORST_OF, default: str = "pass") -> Policy:
    return Policy(name="screening", version=3, facts=ORDER, mode=mode, rules=rules, default=default)


LARGE = Rule(code="large", when="order.total > 5000", outcome="refer", reason="Above 50.00")
EMBARGO = Rule(code="embargo", when="order.country == 'KP'", outcome="fail")
HOME = Rule(code="home", when="order.country == 'HU'", outcome="pass")


@pytest.mark.parametrize(
    ("values", "outcome", "reasons"),
    [
        ({"order.total": 1, "order.country": "HU"}, "pass", ("home",)),
        ({"order.total": 1, "order.country": "DE"}, "pass", ()),
        ({"order.total": 9_000, "order.country": "HU"}, "refer", ("large",)),
        ({"order.total": 9_000, "order.country": "KP"}, "fail", ("embargo",)),
        ({"order.country": "HU"}, "refer", ("large",)),
        ({"order.country": "KP"}, "fail", ("embargo",)),
        ({}, "refer", ("large", "embargo", "home")),
    ],
)
def test_the_worst_outcome_stands(values: dict[str, object], outcome: str, reasons: tuple[str, ...]) -> None:
    decision = screening(LARGE, EMBARGO, HOME).evaluate(values)

    assert (decision.outcome, decision.reasons) == (outcome, reasons)
    assert [entry.rule for entry in decision.trace] == ["large", "embargo", "home"]
    assert decision.passed is (outcome == "pass")


@pytest.mark.parametrize(
    ("values", "outcome", "evaluated"),
    [
        ({"order.total": 9_000, "order.country": "KP"}, "queue_large", 1),
        ({"order.total": 1, "order.country": "KP"}, "queue_legal", 2),
        ({"order.total": 1, "order.country": "HU"}, "queue_rest", 2),
        ({"order.country": "KP"}, "refer", 1),
    ],
)
def test_the_first_rule_that_matches_decides(values: dict[str, object], outcome: str, evaluated: int) -> None:
    routing = screening(
        Rule(code="large", when="order.total > 5000", outcome="queue_large"),
        Rule(code="legal", when="order.country == 'KP'", outcome="queue_legal"),
        mode=Mode.FIRST_MATCH,
        default="queue_rest",
    )

    decision = routing.evaluate(values)

    assert decision.outcome == outcome
    assert len(decision.trace) == evaluated


@pytest.mark.parametrize(
    ("values", "outcome", "reasons"),
    [
        ({"order.total": 1, "order.country": "HU", "order.paid": True}, "pass", ()),
        ({"order.total": 9_000, "order.country": "HU", "order.paid": False}, "refer", ("small", "paid")),
        ({"order.total": 9_000, "order.country": "KP", "order.paid": True}, "fail", ("allowed",)),
        ({"order.total": 1, "order.country": "HU"}, "refer", ("paid",)),
    ],
)
def test_automatic_approval_needs_every_rule_to_be_true(
    values: dict[str, object], outcome: str, reasons: tuple[str, ...]
) -> None:
    approval = screening(
        Rule(code="small", when="order.total <= 5000"),
        Rule(code="paid", when="order.paid"),
        Rule(code="allowed", when="order.country != 'KP'", outcome="fail"),
        mode=Mode.ALL_OF,
    )

    decision = approval.evaluate(values)

    assert (decision.outcome, decision.reasons) == (outcome, reasons)


def test_the_trace_tells_each_rule_its_inputs_and_its_result_in_json() -> None:
    decision = screening(LARGE, EMBARGO, Rule(code="odd", when="order.total / 0 > 1")).evaluate({"order.total": 9_000})

    assert json.loads(json.dumps(decision.to_json())) == {
        "policy": "screening",
        "version": 3,
        "outcome": "refer",
        "reasons": ["large", "embargo", "odd"],
        "trace": [
            {
                "rule": "large",
                "expression": "order.total > 5000",
                "inputs": {"order.total": 9_000},
                "result": "true",
                "error": None,
                "error_code": None,
                "outcome": "refer",
            },
            {
                "rule": "embargo",
                "expression": "order.country == 'KP'",
                "inputs": {"order.country": None},
                "result": "error",
                "error": "fact order.country is missing",
                "error_code": "fact_missing",
                "outcome": "refer",
            },
            {
                "rule": "odd",
                "expression": "order.total / 0 > 1",
                "inputs": {"order.total": 9_000},
                "result": "error",
                "error": "divide by zero",
                "error_code": "evaluation_failed",
                "outcome": "refer",
            },
        ],
    }


@given(
    st.lists(
        st.tuples(st.sampled_from(["true", "false", "1 / 0 > 1"]), st.sampled_from(list(RANK))), min_size=1, max_size=8
    )
)
def test_no_combination_of_rules_passes_over_an_error_or_a_worse_outcome(drawn: Sequence[tuple[str, str]]) -> None:
    policy = screening(*(Rule(code=f"r{index}", when=when, outcome=to) for index, (when, to) in enumerate(drawn)))

    decision = policy.evaluate({})

    spoken = ["refer" if "/" in when else to for when, to in drawn if when != "false"]
    assert decision.outcome == max(spoken, key=RANK.__getitem__, default="pass")
    errors = [entry for entry in decision.trace if entry.verdict.result is Result.ERROR]
    assert not (errors and decision.passed)


def test_a_published_version_cannot_be_changed() -> None:
    policy = screening(LARGE)

    with pytest.raises(FrozenInstanceError):
        policy.version = 4  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        policy.rules[0].when = "true"  # type: ignore[misc]
    with pytest.raises(TypeError):
        policy.rules[0] = EMBARGO  # type: ignore[index]


def test_a_stored_policy_is_read_back_equal_and_decides_the_same() -> None:
    policy = screening(LARGE, EMBARGO, HOME)

    again = policy_from_json(json.loads(json.dumps(policy_to_json(policy))), facts=ORDER)

    assert again == policy
    assert again.evaluate({"order.total": 9_000}) == policy.evaluate({"order.total": 9_000})


def test_every_fault_of_a_policy_is_named_with_its_place() -> None:
    document = {
        "name": "screening",
        "mode": "all_of",
        "default": "maybe",
        "rules": [
            {"code": "small", "when": "order.totl < 5"},
            {"code": "small", "when": "order.total", "outcome": "pass"},
            {"code": "rich", "when": "order.total > 1.5"},
        ],
    }

    with pytest.raises(InvalidRule) as refused:
        policy_from_json(document, facts=ORDER, pointer="/policy")

    assert {(fault.pointer, fault.code) for fault in refused.value.errors} == {
        ("/policy/default", "unknown_outcome"),
        ("/policy/rules/1/code", "duplicate_code"),
        ("/policy/rules/1/outcome", "unknown_outcome"),
        ("/policy/rules/0/when", "unknown_fact"),
        ("/policy/rules/1/when", "not_boolean"),
        ("/policy/rules/2/when", "type_mismatch"),
    }


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"mode": "any"}, "/mode", "unknown_mode"),
        ({"mode": None}, "/mode", "wrong_type"),
        ({"rules": "none"}, "/rules", "wrong_type"),
        ({"rules": []}, "/rules", "rule_count"),
        ({"rules": [{"code": f"r{n}", "when": "true"} for n in range(101)]}, "/rules", "rule_count"),
        ({"rules": ["true"]}, "/rules/0", "wrong_type"),
        ({"rules": [{"code": "x"}]}, "/rules/0/when", "required"),
        ({"version": "1"}, "/version", "wrong_type"),
        ({"version": 0}, "/version", "wrong_type"),
        ({"facts": "lead"}, "/facts", "unknown_fact_set"),
        ({"default": ""}, "/default", "unknown_outcome"),
    ],
)
def test_a_malformed_document_is_refused(change: dict[str, object], pointer: str, code: str) -> None:
    document = policy_to_json(screening(LARGE)) | change

    with pytest.raises(InvalidRule) as refused:
        policy_from_json(document, facts=ORDER)

    assert [(fault.pointer, fault.code) for fault in refused.value.errors] == [(pointer, code)]


def test_replay_counts_what_would_have_been_decided_otherwise() -> None:
    past = [
        Case(values={"order.total": 1, "order.country": "HU"}, recorded="pass", reference="ord_1"),
        Case(values={"order.total": 9_000, "order.country": "HU"}, recorded="pass", reference="ord_2"),
        Case(values={"order.total": 9_000, "order.country": "KP"}, recorded="refer", reference="ord_3"),
        Case(values={"order.total": 1, "order.country": "DE"}),
    ]

    summary = replay(screening(LARGE, EMBARGO), iter(past))

    assert summary.total == 4
    assert summary.outcomes == {"pass": 2, "refer": 1, "fail": 1}
    assert summary.transitions == {("pass", "refer"): 1, ("refer", "fail"): 1}
    assert [(change.reference, change.outcome, change.reasons) for change in summary.changes] == [
        ("ord_2", "refer", ("large",)),
        ("ord_3", "fail", ("embargo",)),
    ]
    assert json.loads(json.dumps(summary.to_json()))["transitions"][0] == {
        "recorded": "pass",
        "outcome": "refer",
        "count": 1,
    }


def test_replay_lists_a_hundred_changes_and_counts_them_all() -> None:
    past = (Case(values={"order.total": 9_000}, recorded="pass", reference=f"ord_{n}") for n in range(250))

    summary = replay(screening(LARGE), past)

    assert len(summary.changes) == 100
    assert summary.transitions == {("pass", "refer"): 250}
