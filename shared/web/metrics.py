"""Metrics of a process in the Prometheus text format."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from shared.web.reply import Reply

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """Counts requests of all services that share the process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "prm_requests", "Requests answered.", ("service", "operation", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "prm_request_seconds",
            "Time to answer.",
            ("service", "operation"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
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
        self._counted: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def served(self, service: str, operation: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        key = (service, operation, status // 100)
        found = self._counted.get(key)
        if found is None:
            # Finding the series of these labels takes longer than counting in it.
            requests = self._requests.labels(service, operation, f"{status // 100}xx")
            found = self._counted[key] = requests, self._seconds.labels(service, operation)
        requests, duration = found
        requests.inc()
        duration.observe(seconds)

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
