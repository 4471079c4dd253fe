"""Whatever went wrong, as the problem that the caller is told; what we have to look at ourselves is logged here."""

from typing import Final

import asyncpg

from shared import logs
from shared.db.pool import CONTENTION, is_outage
from shared.errors import Forbidden, Internal, Problem, Unavailable

_LOG: Final = logs.logger("request")


def problem_of(error: Exception, *, service: str, request_id: str) -> Problem:
    """Return the problem that an error is to the caller: itself, an outage that passes, a wall that held, or a crash."""
    if isinstance(error, Problem):
        if error.status == 500:
            _LOG.error("failed", service=service, request_id=request_id, code=error.code)
        return error
    if is_outage(error) or isinstance(error, (*CONTENTION, asyncpg.QueryCanceledError)):
        _LOG.error("unavailable", service=service, request_id=request_id, error=type(error).__name__)
        return Unavailable(headers={"Retry-After": "1"})
    if isinstance(error, asyncpg.InsufficientPrivilegeError):
        # The second wall held where a feature's own rule should have answered first.
        _LOG.error("stopped at the wall", service=service, request_id=request_id, exc_info=error)
        return Forbidden()
    _LOG.error("crashed", service=service, request_id=request_id, exc_info=error)
    return Internal()
