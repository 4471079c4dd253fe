"""What each way of recognising a company makes of the labelled set."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from shared.matching import DEFAULT_THRESHOLDS, Score, blocking_keys, identity_score, registrable_domain
from tests.bench.conflicts.pairs import Pair, Truth

Way = Callable[[Pair], bool]


@dataclass(slots=True)
class Counts:
    """How many pairs were called one company, rightly and wrongly, of how many."""

    right: int = 0
    wrong: int = 0
    of_same: int = 0
    of_others: int = 0

    @property
    def precision(self) -> float:
        """The share of those called one company that are."""
        called = self.right + self.wrong
        return self.right / called if called else 1.0

    @property
    def recall(self) -> float:
        """The share of pairs of one company that were called so."""
        return self.right / self.of_same if self.of_same else 1.0


@dataclass(frozen=True, slots=True)
class Kind:
    """What the engine made of the pairs of one kind."""

    name: str
    truth: Truth
    pairs: int
    called_same: int
    called_related: int
    brought_together: int


@dataclass(frozen=True, slots=True)
class Findings:
    """The engine's counts at several least scores, those of the field's practice, and the engine's by kind of pair."""

    pairs: int
    engine: dict[float, Counts]
    practice: dict[str, Counts]
    kinds: Sequence[Kind]


def measured(pairs: Sequence[Pair]) -> Findings:
    """Score every pair and count."""
    scored = [(pair, identity_score(pair.a, pair.b)) for pair in pairs]
    levels = (DEFAULT_THRESHOLDS.possible, 0.55, 0.60, 0.65, DEFAULT_THRESHOLDS.probable)
    return Findings(
        pairs=len(pairs),
        engine={level: _counted((pair, _is_same(score, level)) for pair, score in scored) for level in levels},
        practice={
            "exact domain": _counted((pair, _one_domain(pair)) for pair in pairs),
            "exact name": _counted((pair, _one_name(pair)) for pair in pairs),
            "exact domain or name": _counted((pair, _one_domain(pair) or _one_name(pair)) for pair in pairs),
        },
        kinds=_by_kind(scored),
    )


def _is_same(score: Score, least: float) -> bool:
    return score.relation == "same" and score.value >= least


def _one_domain(pair: Pair) -> bool:
    a, b = registrable_domain(pair.a.domain or ""), registrable_domain(pair.b.domain or "")
    return a is not None and a == b


def _one_name(pair: Pair) -> bool:
    return " ".join(pair.a.name.casefold().split()) == " ".join(pair.b.name.casefold().split())


def _counted(called: Iterable[tuple[Pair, bool]]) -> Counts:
    counts = Counts()
    for pair, same in called:
        is_same = pair.truth == "same"
        counts.of_same += is_same
        counts.of_others += not is_same
        counts.right += same and is_same
        counts.wrong += same and not is_same
    return counts


def _by_kind(scored: Sequence[tuple[Pair, Score]]) -> list[Kind]:
    kinds: dict[tuple[Truth, str], list[tuple[Pair, Score]]] = defaultdict(list)
    for pair, score in scored:
        kinds[pair.truth, pair.kind].append((pair, score))
    return [
        Kind(
            name=name,
            truth=truth,
            pairs=len(found),
            called_same=sum(_is_same(score, DEFAULT_THRESHOLDS.possible) for _, score in found),
            called_related=sum(score.relation in ("related", "same_group") for _, score in found),
            brought_together=sum(bool(set(blocking_keys(pair.a)) & set(blocking_keys(pair.b))) for pair, _ in found),
        )
        for (truth, name), found in kinds.items()
    ]
