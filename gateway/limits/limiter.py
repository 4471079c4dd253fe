"""The buckets of one process. They live in memory: a restart empties them, and replicas divide the allowances."""

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final

from gateway.limits.rules import Allowance
from shared import clock
from shared.errors import TooManyRequests

_MOST_BUCKETS: Final = 100_000


class RateLimited(TooManyRequests):
    """Too much was asked in a short time; `Retry-After` says when there is room again."""

    code = "rate_limited"


class Limiter:
    """Charges requests to the buckets they belong to; those that nobody has asked for longest are forgotten first."""

    def __init__(self, allowances: Mapping[str, Allowance]) -> None:
        self._allowances = allowances
        self._policies: dict[tuple[str, ...], str] = {}
        self._buckets: OrderedDict[tuple[str, str], float] = OrderedDict()

    def take(self, whose: Sequence[tuple[str, str]], *, cost: int) -> list[tuple[str, str]]:
        """Charge a cost to all buckets (kind and key) or to none, and return the headers of the tightest.

        Raises RateLimited with the same headers when it does not fit into one of them. A kind without an allowance is
        not limited.
        """
        now = clock.monotonic()
        filled: list[tuple[tuple[str, str], float]] = []
        tightest, least, wait = None, math.inf, 0.0
        for bucket in whose:
            allowance = self._allowances.get(bucket[0])
            if allowance is None:
                continue
            empty_at = self._buckets.get(bucket, 0.0)
            after = allowance.filled(empty_at, cost=cost, now=now)
            filled.append((bucket, after))
            over = allowance.over(after, now=now)
            # It fits again when it fits into all of them, which may not be when it fits into the tightest.
            wait = max(wait, over)
            room = (now + allowance.window - after) / allowance.unit
            if room < least:
                tightest, least = allowance, room
                kept = after if over == 0.0 else empty_at
        if tightest is None:
            return []
        headers = [
            ("RateLimit-Policy", self._policy(tuple(kind for (kind, _), _ in filled))),
            ("RateLimit", f'"{tightest.name}";r={tightest.remaining(kept, now=now)};t={max(0, math.ceil(kept - now))}'),
        ]
        if wait > 0.0:
            raise RateLimited(headers={**dict(headers), "Retry-After": str(max(1, math.ceil(wait)))})
        for bucket, after in filled:
            self._buckets[bucket] = after
            self._buckets.move_to_end(bucket)
        while len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return headers

    def _policy(self, kinds: tuple[str, ...]) -> str:
        found = self._policies.get(kinds)
        if found is None:
            found = self._policies[kinds] = ", ".join(self._allowances[kind].shown for kind in kinds)
        return found
