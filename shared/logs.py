"""Structured logs: one JSON line an event, carrying the request id; never secrets or personal data."""

import logging
import sys
from typing import Any

import structlog


def configure(level: str = "info", *, stream: Any = None) -> None:
    """Set up logging of the process: JSON lines on standard error, from our code and the libraries'."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=stream or sys.stderr)


def logger(name: str) -> Any:
    """Return a logger of this name."""
    return structlog.get_logger(name)


# Until a process configures its own level, nothing may print a traceback with the values of variables in it.
configure()
