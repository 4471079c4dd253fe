"""Metrics of a process in the Prometheus text format."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from shared.web.reply import Reply

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class _Served(Collector):
    """The requests answered and how long each took. Every request is counted here: a few sums, made a metric when asked for.

    The library's own counters lock for each number, which takes longer than finding the operation.
    """

    def __init__(self) -> None:
        self._requests: dict[tuple[str, str, int], int] = {}
        self._within: dict[tuple[str, str], list[int]] = {}
        self._seconds: dict[tuple[str, str], float] = {}

    def count(self, service: str, operation: str, status: int, seconds: float) -> None:
        answered, served = (service, operation, status // 100), (service, operation)
        self._requests[answered] = self._requests.get(answered, 0) + 1
        within = self._within.get(served)
        if within is None:
            within = self._within[served] = [0] * (len(_BUCKETS) + 1)
        within[bisect_left(_BUCKETS, seconds)] += 1
        self._seconds[served] = self._seconds.get(served, 0.0) + seconds

    def collect(self) -> Iterator[CounterMetricFamily | HistogramMetricFamily]:
        requests = CounterMetricFamily("prm_requests", "Requests answered.", labels=("service", "operation", "status"))
        for (service, operation, hundred), times in self._requests.items():
            requests.add_metric((service, operation, f"{hundred}xx"), times)
        yield requests
        seconds = HistogramMetricFamily("prm_request_seconds", "Time to answer.", labels=("service", "operation"))
        for served, within in self._within.items():
            buckets = zip([*map(str, _BUCKETS), "+Inf"], accumulate(within), strict=True)
            seconds.add_metric(served, [(bound, float(times)) for bound, times in buckets], self._seconds[served])
        yield seconds


class Metrics:
    """Counts requests of all services that share the process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._served = _Served()
        self._registry.register(self._served)
        self._breakers = Counter(
            "prm_breaker_changes",
            "Changes of the breaker of a service.",
            ("upstream", "state"),
            registry=self._registry,
        )
        self._refused = Counter(
            "prm_breaker_refusals", "Requests refused by an open breaker.", ("upstream",), registry=self._registry
        )
        self._not_logged = Counter(
            "prm_request_log_lost", "Requests that the request log had no room for.", registry=self._registry
        )

    def served(self, service: str, operation: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        self._served.count(service, operation, status, seconds)

    def breaker_changed(self, upstream: str, state: str) -> None:
        """Count that the breaker of a service opened or closed."""
        self._breakers.labels(upstream, state).inc()

    def refused(self, upstream: str) -> None:
        """Count a request that an open breaker refused."""
        self._refused.labels(upstream).inc()

    def requests_not_logged(self, count: int) -> None:
        """Count requests that the request log had no room for."""
        self._not_logged.inc(count)

    def shown(self) -> Reply:
        """Answer with all metrics."""
        return Reply(200, generate_latest(self._registry), content_type="text/plain; version=0.0.4; charset=utf-8")
