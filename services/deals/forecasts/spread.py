"""How a sum of uncertain amounts is distributed: exact convolution on a grid, the same for the same deals. Pure.

Each deal brings its amount or nothing, apart from the others, and what is yet to come is one of some values. An amount between two
points of the grid is shared by both so that its mean stays what it is. These are estimates, so that floats serve; what leaves is whole.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final

_POINTS: Final = 400


class Spread:
    """The distribution of what is certain, plus deals that may be won, plus one of some equally likely values."""

    def __init__(self, certain: int, deals: Iterable[tuple[int, float]], others: Sequence[float] = (0.0,)) -> None:
        chances = [(amount, chance) for amount, chance in deals if amount > 0 and chance > 0]
        most = sum(amount for amount, _ in chances) + max(others)
        self._certain, self._width = certain, most / _POINTS or 1.0
        points = [0.0] * (_POINTS + 2)
        for value in others:
            place, beyond = self._place(value)
            points[place] += (1 - beyond) / len(others)
            points[place + 1] += beyond / len(others)
        for amount, chance in chances:
            points = self._with(points, amount, chance)
        self._sums = list(accumulate(points))

    def at(self, share: float) -> int:
        """Return the sum that is not exceeded with this chance, in minor units."""
        wanted = share * self._sums[-1]
        place = next(place for place, reached in enumerate(self._sums) if reached >= wanted)
        return self._certain + round(place * self._width)

    def _place(self, value: float) -> tuple[int, float]:
        place = min(_POINTS, int(value / self._width))
        return place, min(1.0, value / self._width - place)

    def _with(self, points: list[float], amount: int, chance: float) -> list[float]:
        place, beyond = self._place(amount)
        lost, near, far = 1 - chance, chance * (1 - beyond), chance * beyond
        moved = ([0.0] * place + points)[: _POINTS + 2]
        further = ([0.0] * (place + 1) + points)[: _POINTS + 2]
        return [lost * a + near * b + far * c for a, b, c in zip(points, moved, further, strict=True)]
