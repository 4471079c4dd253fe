"""Policies: named rules in order, one version of which never changes, and the traced outcome of applying them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from shared.errors import Fault
from shared.rules.expression import Condition, InvalidRule, Result, Verdict, compile_rule
from shared.rules.facts import FactSet

PASS: Final = "pass"
REFER: Final = "refer"
FAIL: Final = "fail"
_RANK: Final = {PASS: 0, REFER: 1, FAIL: 2}
MOST_RULES: Final = 100


class Mode(StrEnum):
    """How the rules of a policy combine. In every mode a rule that ends in an error contributes "refer"."""

    FIRST_MATCH = "first_match"
    """The first true rule decides, with any outcome a text can name; an error before it refers and ends the search."""
    WORST_OF = "worst_of"
    """Every true rule contributes its outcome and the worst stands: fail, then refer, then pass."""
    ALL_OF = "all_of"
    """Every rule must be true; one that is not contributes its outcome (refer unless it says fail), the worst stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One named rule: a CEL condition, the outcome it contributes, and the reason people are shown."""

    code: str
    when: str
    outcome: str = REFER
    reason: str = ""


class TraceEntry(NamedTuple):
    """What became of one rule; `outcome` is what it contributed, None when it had nothing to say."""

    rule: str
    verdict: Verdict
    outcome: str | None

    def to_json(self) -> dict[str, object]:
        """Return the entry in JSON types."""
        return {"rule": self.rule, **self.verdict.to_json(), "outcome": self.outcome}


class Evaluation(NamedTuple):
    """The outcome of one policy version, the codes of the rules that led to it, and every rule evaluated on the way."""

    policy: str
    version: int
    outcome: str
    reasons: tuple[str, ...]
    trace: tuple[TraceEntry, ...]

    @property
    def passed(self) -> bool:
        """Whether the outcome is pass."""
        return self.outcome == PASS

    def to_json(self) -> dict[str, object]:
        """Return the evaluation in JSON types, as it is stored with the decision it led to."""
        return {
            "policy": self.policy,
            "version": self.version,
            "outcome": self.outcome,
            "reasons": list(self.reasons),
            "trace": [entry.to_json() for entry in self.trace],
        }


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One immutable version of a list of rules; making one checks every rule.

    `default` is the outcome when no rule has anything to say. Raises InvalidRule naming all faults, with pointers such
    as `/rules/2/when`.
    """

    name: str
    version: int
    facts: FactSet
    mode: Mode
    rules: tuple[Rule, ...]
    default: str
    conditions: tuple[Condition, ...] = field(init=False, repr=False, compare=False)
    names: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        faults = _faults_of(self)
        conditions: list[Condition] = []
        for index, rule in enumerate(self.rules):
            try:
                conditions.append(compile_rule(rule.when, facts=self.facts, pointer=f"/rules/{index}/when"))
            except InvalidRule as invalid:
                faults.extend(invalid.errors)
        if faults:
            raise InvalidRule(errors=faults)
        object.__setattr__(self, "rules", tuple(self.rules))
        object.__setattr__(self, "conditions", tuple(conditions))
        object.__setattr__(self, "names", frozenset(name for condition in conditions for name in condition.names))

    def evaluate(self, values: Mapping[str, object]) -> Evaluation:
        """Return the outcome over values by fact name, with its trace; nothing is stored, so it serves as a dry run.

        A missing or unreadable fact never raises: it refers. ValueError when a value names an undeclared fact.
        """
        self.facts.refuse_undeclared(values)
        reading = self.facts.read(values, self.names)
        trace: list[TraceEntry] = []
        spoken: list[tuple[str, str]] = []
        for rule, condition in zip(self.rules, self.conditions, strict=True):
            verdict = condition.judge(reading)
            outcome = self._contribution(rule, verdict.result)
            trace.append(TraceEntry(rule.code, verdict, outcome))
            if outcome is not None:
                spoken.append((rule.code, outcome))
                if self.mode is Mode.FIRST_MATCH:
                    break
        decided = max(
            (outcome for _, outcome in spoken), key=lambda outcome: _RANK.get(outcome, 0), default=self.default
        )
        reasons = tuple(code for code, outcome in spoken if outcome == decided)
        return Evaluation(self.name, self.version, decided, reasons, tuple(trace))

    def _contribution(self, rule: Rule, result: Result) -> str | None:
        if result is Result.ERROR:
            return REFER
        speaks = Result.FALSE if self.mode is Mode.ALL_OF else Result.TRUE
        return rule.outcome if result is speaks else None


def _faults_of(policy: Policy) -> list[Fault]:
    """Return what is wrong with the list itself, apart from its expressions."""
    faults: list[Fault] = []
    if not 0 < len(policy.rules) <= MOST_RULES:
        faults.append(Fault("/rules", "rule_count", f"a policy has 1 to {MOST_RULES} rules"))
    ranked = policy.mode is not Mode.FIRST_MATCH
    if not policy.default or (ranked and policy.default not in _RANK):
        faults.append(Fault("/default", "unknown_outcome", _outcomes(policy.mode)))
    seen: set[str] = set()
    for index, rule in enumerate(policy.rules):
        if not rule.code or rule.code in seen:
            faults.append(Fault(f"/rules/{index}/code", "duplicate_code", "each rule has a code of its own"))
        seen.add(rule.code)
        welcome = not ranked or rule.outcome in _RANK and not (policy.mode is Mode.ALL_OF and rule.outcome == PASS)
        if not rule.outcome or not welcome:
            faults.append(Fault(f"/rules/{index}/outcome", "unknown_outcome", _outcomes(policy.mode)))
    return faults


def _outcomes(mode: Mode) -> str:
    if mode is Mode.FIRST_MATCH:
        return "an outcome is needed"
    return "the outcome is refer or fail" if mode is Mode.ALL_OF else "the outcome is pass, refer or fail"
