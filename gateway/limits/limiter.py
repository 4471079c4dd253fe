"""The buckets of one process. They live in memory: a restart empties them, and replicas divide the allowances."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final

from gateway.limits.rules import Allowance, Verdict, charge
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
        self._policies = {name: each.shown for name, each in allowances.items()}
        self._buckets: OrderedDict[tuple[str, str], float] = OrderedDict()

    def take(self, whose: Sequence[tuple[str, str]], *, cost: int) -> list[tuple[str, str]]:
        """Charge a cost to all buckets (kind and key) or to none, and return the headers of the tightest.

        Raises RateLimited with the same headers when it does not fit into one of them. A kind without an allowance is
        not limited.
        """
        now = clock.monotonic()
        verdicts: list[tuple[tuple[str, str], Verdict]] = []
        for bucket in whose:
            allowance = self._allowances.get(bucket[0])
            if allowance is None:
                continue
            verdicts.append((bucket, charge(allowance, self._buckets.get(bucket, 0.0), cost=cost, now=now)))
        if not verdicts:
            return []
        (kind, _), tightest = min(verdicts, key=lambda each: (each[1].allowed, each[1].remaining))
        headers = [
            ("RateLimit-Policy", ", ".join(self._policies[name] for (name, _), _ in verdicts)),
            ("RateLimit", f'"{kind}";r={tightest.remaining};t={tightest.reset}'),
        ]
        if not tightest.allowed:
            raise RateLimited(headers={**dict(headers), "Retry-After": str(tightest.retry_after)})
        for bucket, verdict in verdicts:
            self._buckets[bucket] = verdict.empty_at
            self._buckets.move_to_end(bucket)
        while len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return headers
