"""How much each partner that touched a deal has to do with it, by model. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from shared.values.basis_points import WHOLE
from shared.values.money import allocate

# The first and the last touch have two fifths each; those between share the fifth that is left.
_OUTER: Final = Decimal("0.4")


@dataclass(frozen=True, slots=True, order=True)
class Touch:
    """A partner had to do with a deal: when, by what, and in which role."""

    at: datetime
    kind: str
    partner_id: str
    role: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """The share a model gives to a partner, in basis points, and the role of its first touch."""

    partner_id: str
    role: str
    basis_points: int


def _first(count: int) -> list[Decimal]:
    return [Decimal(1), *[Decimal(0)] * (count - 1)]


def _last(count: int) -> list[Decimal]:
    return _first(count)[::-1]


def _linear(count: int) -> list[Decimal]:
    return [Decimal(1)] * count


def _by_position(count: int) -> list[Decimal]:
    if count < 3:
        return _linear(count)
    between = (1 - 2 * _OUTER) / (count - 2)
    return [_OUTER, *[between] * (count - 2), _OUTER]


WEIGHTS: Final[Mapping[str, Callable[[int], list[Decimal]]]] = {
    "first_touch": _first,
    "last_touch": _last,
    "linear": _linear,
    "position_based": _by_position,
}


def shares_by(model: str, touches: Sequence[Touch]) -> list[Proposed]:
    """Return what a model makes of the touches, which together are exactly the whole; nothing where nobody touched the deal.

    Rounding is by largest remainder, over partners in the order of their first touch.
    """
    in_order = sorted(touches)
    if not in_order:
        return []
    weights, roles = dict[str, Decimal](), dict[str, str]()
    for touch, weight in zip(in_order, WEIGHTS[model](len(in_order)), strict=True):
        weights[touch.partner_id] = weights.get(touch.partner_id, Decimal(0)) + weight
        roles.setdefault(touch.partner_id, touch.role)
    parts = allocate(WHOLE, list(weights.values()))
    return [
        Proposed(partner_id, roles[partner_id], part)
        for partner_id, part in zip(weights, parts, strict=True)
        if part > 0
    ]
