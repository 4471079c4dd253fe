"""Whether a service has followed a test tenant's clock: it has stored how far that is ahead and run the timers due by then."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from shared.db.pool import Database
from shared.errors import BadRequest
from shared.web import params
from shared.web.reply import Reply
from shared.web.router import Router

# A timer that fails is set again for a minute later by the tenant's clock: it has been tried, and holds nobody up.
_FOLLOWED: Final = """
SELECT c.version >= $2 AND NOT EXISTS (
  SELECT FROM timers t WHERE t.tenant_id = c.tenant_id AND t.due_at <= $3 AND t.kind = ANY($4)
) FROM tenant_clocks c WHERE c.tenant_id = $1
"""


def clock_router(database: Database, kinds: Collection[str]) -> Router:
    """Return the internal operation by which the gateway learns that this service, with timers of these kinds, is there."""
    router = Router("clock", prefix="/internal")
    query: list[dict[str, Any]] = [
        {"name": name, "in": "query", "required": True, "schema": {"type": "string"}}
        for name in ("tenant", "version", "until")
    ]

    @router.get(permission=None, query=query, in_spec=False)
    async def look_up_clock(request: params.Http) -> Reply:
        """Return whether this version of a tenant's clock is stored, and nothing is due up to an instant on it."""
        asked = request.query
        try:
            version, until = int(asked["version"]), datetime.fromisoformat(asked["until"])
        except (KeyError, ValueError) as error:
            raise BadRequest() from error
        async with database.as_worker() as connection:
            followed = await connection.fetchval(_FOLLOWED, asked["tenant"], version, until, list(kinds))
        return Reply.json({"followed": bool(followed)})

    return router
