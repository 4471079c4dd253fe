"""The one language for rules: CEL expressions over typed facts, checked when saved, traced when evaluated. Pure.

    ORDER = FactSet("order", {"order.total": Kind.MONEY, "order.country": Kind.STRING, "order.paid": Kind.BOOL})

    policy = Policy(name="release", version=3, facts=ORDER, mode=Mode.WORST_OF, default="pass", rules=(
        Rule(code="large", when="order.total > 5000000", outcome="refer", reason="Above 50,000.00"),
        Rule(code="embargo", when='order.country in ["KP"]', outcome="fail"),
    ))                                               # InvalidRule (422) names every fault: /rules/0/when ...
    decision = policy.evaluate({"order.total": 120, "order.country": "HU"})     # also the dry run
    decision.outcome, decision.reasons               # "pass", ()
    decision.to_json()                               # stored with what it decided: rules, inputs, results, version
    replay(policy, [Case(values={...}, recorded="pass", reference="ord_1")]).transitions
    policy_from_json(policy_to_json(policy), facts=ORDER) == policy
    compile_rule("order.paid || order.total == 0", facts=ORDER, pointer="/condition").evaluate({...}).holds

Modes: `first_match` (any outcomes), `worst_of` (fail > refer > pass), `all_of` (what is not true refers, or fails).
AND, OR and n-of-m are CEL: `[a, b, c].filter(x, x).size() >= 2`. A fact that is None or absent is missing: the rule
that needs it refers with "fact order.total is missing"; `order.total.known` asks. Traces repeat the facts they used, so
a fact is never a personal field. Cost: 4 to 6 microseconds a rule with its trace; the most hostile known takes half a second.
"""

from shared.rules.diagnosis import DiagnosisCode, ErrorCode
from shared.rules.documents import policy_from_json, policy_to_json
from shared.rules.expression import Condition, InvalidRule, Result, Verdict, compile_rule
from shared.rules.facts import FactSet, Kind
from shared.rules.policy import FAIL, PASS, REFER, Evaluation, Mode, Policy, Rule, TraceEntry
from shared.rules.replay import Case, Change, Replay, replay

__all__ = [
    "FAIL",
    "PASS",
    "REFER",
    "Case",
    "Change",
    "Condition",
    "DiagnosisCode",
    "ErrorCode",
    "Evaluation",
    "FactSet",
    "InvalidRule",
    "Kind",
    "Mode",
    "Policy",
    "Replay",
    "Result",
    "Rule",
    "TraceEntry",
    "Verdict",
    "compile_rule",
    "policy_from_json",
    "policy_to_json",
    "replay",
]
