"""How right matching has been, from labelled pairs: precision and recall with their confidence. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

THRESHOLDS: Final = tuple(value / 100 for value in range(50, 100, 5))
_SPEAKS: Final = 0.5
"""A signal at least this strong speaks for one company."""
_AGAINST: Final = frozenset({"country_mismatch", "domains_differ", "name_apart", "name_rarity"})
_Z: Final = 1.959964  # the 97.5 % quantile of the normal distribution


@dataclass(frozen=True, slots=True)
class Label:
    """A pair of companies: the engine's score and signals, and whether a person found them to be one."""

    same: bool
    score: float
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share, by Wilson (1927); None of nothing."""
        if self.whole == 0:
            return None
        share, square = self.part / self.whole, _Z * _Z / self.whole
        middle = (share + square / 2) / (1 + square)
        reach = _Z / (1 + square) * sqrt(share * (1 - share) / self.whole + square / (4 * self.whole))
        return max(0.0, middle - reach), min(1.0, middle + reach)


def at_threshold(labels: Sequence[Label], threshold: float) -> tuple[Share, Share]:
    """Return precision and recall had a match begun at this score."""
    called = [each for each in labels if each.score >= threshold]
    correct = sum(each.same for each in called)
    return Share(correct, len(called)), Share(correct, sum(each.same for each in labels))


def by_signal(labels: Iterable[Label]) -> dict[str, Share]:
    """Return, for each signal that spoke for one company, how often the two were one; in alphabetical order."""
    counted: dict[str, list[bool]] = {}
    for each in labels:
        for signal, strength in each.features.items():
            if signal not in _AGAINST and strength >= _SPEAKS:
                counted.setdefault(signal, []).append(each.same)
    return {signal: Share(sum(same), len(same)) for signal, same in sorted(counted.items())}
