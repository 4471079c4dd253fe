"""Liveness and readiness of a service, and the metrics of its process."""

from collections.abc import Awaitable, Callable

from shared.web.metrics import Metrics
from shared.web.reply import Reply

Check = Callable[[], Awaitable[str | None]]


class Health:
    """Answers `/livez`, `/readyz` and `/metrics`; a check returns None, or what is wrong in a few words."""

    def __init__(self, service: str, checks: dict[str, Check], metrics: Metrics) -> None:
        self._service, self._checks, self._metrics = service, checks, metrics

    async def probe(self, path: str) -> Reply | None:
        """Answer a probe, or None when the path is not one."""
        if path == "/livez":
            return Reply.json({"status": "alive"})
        if path == "/readyz":
            faults = {name: fault for name, check in self._checks.items() if (fault := await check()) is not None}
            return Reply.json(
                {"status": "ready" if not faults else "not_ready", "faults": faults}, status=503 if faults else 200
            )
        return self._metrics.shown() if path == "/metrics" else None

    def served(self, operation: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        self._metrics.served(self._service, operation, status, seconds)
