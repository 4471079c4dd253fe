"""The generic cell rate algorithm: a bucket is one number, the time at which it will be empty again. Pure.

A bucket of `quota` units in `window` seconds drains evenly; what is in it may at most be `quota`. Source: ITU-T I.371,
annex A, the virtual scheduling algorithm. Headers as in the IETF draft "RateLimit header fields for HTTP".
"""

import math
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many units of cost in so many seconds; `name` is what its headers call it."""

    name: str
    quota: int
    window: int
    unit: float = field(init=False)
    """Seconds in which one unit drains."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", self.window / self.quota)

    @property
    def shown(self) -> str:
        """Return the member of `RateLimit-Policy`."""
        return f'"{self.name}";q={self.quota};w={self.window}'

    def shared_by(self, replicas: int) -> "Allowance":
        """Return the part of one of several processes that do not know of each other."""
        return Allowance(self.name, max(1, self.quota // replicas), self.window)

    def filled(self, empty_at: float, *, cost: int, now: float) -> float:
        """Return when a bucket that would be empty at `empty_at` will be with a cost in it; see whether it `fits`.

        Times are seconds of one clock. A cost above the quota counts as the quota, or it could never be paid.
        """
        return max(empty_at, now) + min(cost, self.quota) * self.unit

    def over(self, filled: float, *, now: float) -> float:
        """Return by how many seconds a bucket is too full; nothing for one that everything fits into."""
        over = filled - now - self.window
        # Sums of floats: an even share of a second must not be refused for its last bit.
        return over if over > self.unit * 1e-6 else 0.0

    def remaining(self, empty_at: float, *, now: float) -> int:
        """Return how many units still fit in."""
        return max(0, math.floor((self.window - max(0.0, empty_at - now)) / self.unit + 1e-6))
