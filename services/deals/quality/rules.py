"""Figures of a partner's registrations, and the score they make. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

Name = Literal["won", "moving", "kept", "evidenced"]
NAMES: Final[tuple[Name, ...]] = ("won", "moving", "kept", "evidenced")
PRIOR_STRENGTH: Final = 10
"""With how many made-up registrations every partner begins."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of a partner's registrations over the window, and of those open now with the median of their ages in days."""

    open: int
    submitted: int
    evidenced: int
    ended: int
    won: int
    expired: int
    protected: int
    stale: int
    median_age_days: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the score: so many of so many, what that says when little is known, and the points it gives."""

    name: Name
    count: int
    total: int
    adjusted: Fraction
    weight: int
    points: int

    @property
    def ratio(self) -> Fraction | None:
        """The plain ratio, None of nothing."""
        return Fraction(self.count, self.total) if self.total else None


@dataclass(frozen=True, slots=True)
class _Rule:
    """What is expected of a partner nobody knows yet, at which ratio all points are given, and how many these are."""

    name: Name
    expected: Fraction
    full: Fraction
    weight: int


_RULES: Final = (
    _Rule("won", Fraction(3, 10), Fraction(1, 2), 35),
    _Rule("moving", Fraction(9, 10), Fraction(1), 25),
    _Rule("kept", Fraction(8, 10), Fraction(1), 20),
    _Rule("evidenced", Fraction(1, 2), Fraction(1), 20),
)


def adjusted(count: int, total: int, *, expected: Fraction) -> Fraction:
    """Return the ratio one may believe: the mean of the beta distribution after `count` of `total`.

    The prior is Beta(m·p, m·(1 − p)) with p the ratio expected and m = 10, so that the mean is (count + m·p) / (total + m)
    (Gelman et al., Bayesian Data Analysis, 3rd edition, section 2.4). One win of one does not make a perfect seller.
    """
    return (count + PRIOR_STRENGTH * expected) / (total + PRIOR_STRENGTH)


def parts_of(figures: Figures) -> tuple[Part, ...]:
    """Return the parts of the score: won and kept of what has ended, moving of what is protected, evidenced of all."""
    counts = {
        "won": (figures.won, figures.ended),
        "moving": (figures.protected - figures.stale, figures.protected),
        "kept": (figures.ended - figures.expired, figures.ended),
        "evidenced": (figures.evidenced, figures.submitted),
    }
    found = []
    for rule in _RULES:
        count, total = counts[rule.name]
        believed = adjusted(count, total, expected=rule.expected)
        points = round(rule.weight * min(believed / rule.full, Fraction(1)))
        found.append(Part(rule.name, count, total, believed, rule.weight, points))
    return tuple(found)


def score(parts: Sequence[Part]) -> int:
    """Return the score, 0 to 100: the sum of the points."""
    return sum(each.points for each in parts)


def as_text(ratio: Fraction | None) -> str | None:
    """Return a ratio as a decimal with four digits, rounded half to even; None of nothing."""
    return None if ratio is None else f"{round(ratio * 10_000) / 10_000:.4f}"
