"""Replay on history: what a policy would have decided about cases already decided."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from shared.rules.policy import Policy

MOST_CHANGES_LISTED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The facts of one past case, the outcome recorded then (None when there was none) and what to call it."""

    values: Mapping[str, object]
    recorded: str | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A past case the policy would decide otherwise, and the rules that would."""

    reference: str
    recorded: str
    outcome: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Counts over all cases: by outcome, by deciding rule, and by (recorded, now) where they differ.

    `changes` lists the first 100 of the differing cases; the counts are complete.
    """

    policy: str
    version: int
    total: int
    outcomes: Mapping[str, int]
    reasons: Mapping[str, int]
    transitions: Mapping[tuple[str, str], int]
    changes: tuple[Change, ...]

    def to_json(self) -> dict[str, object]:
        """Return the summary in JSON types."""
        return {
            "policy": self.policy,
            "version": self.version,
            "total": self.total,
            "outcomes": dict(self.outcomes),
            "reasons": dict(self.reasons),
            "transitions": [
                {"recorded": recorded, "outcome": outcome, "count": count}
                for (recorded, outcome), count in self.transitions.items()
            ],
            "changes": [
                {
                    "reference": change.reference,
                    "recorded": change.recorded,
                    "outcome": change.outcome,
                    "reasons": list(change.reasons),
                }
                for change in self.changes
            ],
        }


def replay(policy: Policy, cases: Iterable[Case]) -> Replay:
    """Return how the policy decides past cases beside what was recorded; reads the cases once and stores nothing."""
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    transitions: Counter[tuple[str, str]] = Counter()
    changes: list[Change] = []
    for case in cases:
        now = policy.evaluate(case.values)
        outcomes[now.outcome] += 1
        reasons.update(now.reasons)
        if case.recorded is None or case.recorded == now.outcome:
            continue
        transitions[case.recorded, now.outcome] += 1
        if len(changes) < MOST_CHANGES_LISTED:
            changes.append(
                Change(reference=case.reference, recorded=case.recorded, outcome=now.outcome, reasons=now.reasons)
            )
    return Replay(
        policy=policy.name,
        version=policy.version,
        total=outcomes.total(),
        outcomes=outcomes,
        reasons=reasons,
        transitions=transitions,
        changes=tuple(changes),
    )
