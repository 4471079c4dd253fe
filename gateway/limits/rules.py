"""The generic cell rate algorithm: a bucket is one number, the time at which it will be empty again. Pure.

A bucket of `quota` units in `window` seconds drains evenly; what is in it may at most be `quota`. Source: ITU-T I.371,
annex A, the virtual scheduling algorithm. Headers as in the IETF draft "RateLimit header fields for HTTP".
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many units of cost in so many seconds; `name` is what its headers call it."""

    name: str
    quota: int
    window: int

    @property
    def shown(self) -> str:
        """Return the member of `RateLimit-Policy`."""
        return f'"{self.name}";q={self.quota};w={self.window}'

    def shared_by(self, replicas: int) -> "Allowance":
        """Return the part of one of several processes that do not know of each other."""
        return Allowance(self.name, max(1, self.quota // replicas), self.window)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a request's cost: `empty_at` of the bucket after it, what is left, seconds until all is."""

    allowed: bool
    empty_at: float
    remaining: int
    reset: int
    retry_after: int


def charge(allowance: Allowance, empty_at: float, *, cost: int, now: float) -> Verdict:
    """Put a cost into a bucket that would be empty at `empty_at`; one that does not fit is not charged.

    Times are seconds of one clock. A cost above the quota counts as the quota, or it could never be paid.
    """
    unit = allowance.window / allowance.quota
    before = max(empty_at, now)
    after = before + min(cost, allowance.quota) * unit
    over = after - now - allowance.window
    # Sums of floats: an even share of a second must not be refused for its last bit.
    allowed = over < unit * 1e-6
    kept = after if allowed else before
    remaining = max(0, math.floor((allowance.window - (kept - now)) / unit + 1e-6))
    return Verdict(allowed, kept, remaining, math.ceil(kept - now), max(1, math.ceil(over)))
