"""Liveness, readiness and metrics of a service."""

from collections.abc import Awaitable, Callable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from shared.web.reply import Reply

Check = Callable[[], Awaitable[str | None]]


class Health:
    """Answers `/livez`, `/readyz` and `/metrics`; a check returns None, or what is wrong in a few words."""

    def __init__(self, service: str, checks: dict[str, Check]) -> None:
        self._checks = checks
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "prm_requests", "Requests answered.", ("service", "operation", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "prm_request_seconds",
            "Time to answer.",
            ("service", "operation"),
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
            registry=self.registry,
        )
        self._service = service

    async def probe(self, path: str) -> Reply | None:
        """Answer a probe, or None when the path is not one."""
        if path == "/livez":
            return Reply.json({"status": "alive"})
        if path == "/readyz":
            faults = {name: fault for name, check in self._checks.items() if (fault := await check()) is not None}
            return Reply.json(
                {"status": "ready" if not faults else "not_ready", "faults": faults}, status=503 if faults else 200
            )
        if path == "/metrics":
            return Reply(200, generate_latest(self.registry), content_type="text/plain; version=0.0.4; charset=utf-8")
        return None

    def served(self, operation: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        self._requests.labels(self._service, operation, f"{status // 100}xx").inc()
        self._seconds.labels(self._service, operation).observe(seconds)
