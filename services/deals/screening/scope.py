"""How far two registrations of one customer meet: SPEC D-b, step 4. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.matching import Scope, project_likeness

Span = tuple[Any, Any]
"""A range `[start, end)`; None is without a bound."""
EVERYWHERE: Final[tuple[Span, ...]] = ((None, None),)


@dataclass(frozen=True, slots=True)
class Extent:
    """What a registration covers: ordinals of product families, numbers of countries, a time, and the project's title."""

    families: frozenset[int] = frozenset()
    territory: tuple[Span, ...] = EVERYWHERE
    period: Span = (None, None)
    project: str | None = None


def scope_of(asked: Extent, other: Extent, *, same_family: bool) -> Scope:
    """Return how far two extents meet; families that are not listed are compared by their codes, `same_family`."""
    return Scope(
        product_overlap=_jaccard(asked.families, other.families, otherwise=float(same_family)),
        territory_overlaps=any(meets(one, two) for one in asked.territory for two in other.territory),
        period_overlaps=meets(asked.period, other.period),
        project_likeness=project_likeness(asked.project, other.project),
    )


def meets(one: Span, two: Span) -> bool:
    """Tell whether two ranges have anything in common."""
    starts_before = one[0] is None or two[1] is None or one[0] < two[1]
    return starts_before and (two[0] is None or one[1] is None or two[0] < one[1])


def from_now(at: datetime) -> Span:
    """Return the time that a registration asked for now is about: it has no end yet."""
    return at, None


def to_json(scope: Scope) -> dict[str, Any]:
    """Return a scope as a result keeps it."""
    likeness = scope.project_likeness
    return {
        "product_overlap": f"{scope.product_overlap:.4f}",
        "territory_overlaps": scope.territory_overlaps,
        "period_overlaps": scope.period_overlaps,
        "project_likeness": None if likeness is None else f"{likeness:.4f}",
    }


def from_json(stored: Mapping[str, Any]) -> Scope:
    """Return the scope that a result was kept with."""
    likeness = stored["project_likeness"]
    return Scope(
        product_overlap=float(stored["product_overlap"]),
        territory_overlaps=stored["territory_overlaps"],
        period_overlaps=stored["period_overlaps"],
        project_likeness=None if likeness is None else float(likeness),
    )


def ordinals(spans: Sequence[Span]) -> frozenset[int]:
    """Return the numbers in bounded ranges; none where a range has no bound, since that is all of them."""
    if any(start is None or end is None for start, end in spans):
        return frozenset()
    return frozenset(number for start, end in spans for number in range(start, end))


def _jaccard(one: frozenset[int], two: frozenset[int], *, otherwise: float) -> float:
    return len(one & two) / len(one | two) if one and two else otherwise
