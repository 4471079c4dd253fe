"""`/internal/standing`: asked before each stretch of long work that somebody has started."""

from typing import Any, Final

from gateway.standing.queries import ENDED
from shared import clock
from shared.db.pool import Database
from shared.db.tx import transaction
from shared.events.inbox import system_caller
from shared.web.params import Http, Now
from shared.web.reply import Reply
from shared.web.router import Router

_QUERY: Final[list[dict[str, Any]]] = [
    {"name": name, "in": "query", "required": name in ("tenant", "account"), "schema": {"type": "string"}}
    for name in ("tenant", "account", "session", "client", "partner", "holder")
]


def router(database: Database) -> Router:
    """Return the internal operation that tells whether somebody's access still stands."""
    standing = Router("standing", prefix="/internal")

    @standing.get(permission=None, in_spec=False, query=_QUERY)
    async def look_up_standing(request: Http, now: Now) -> Reply:
        """Return whether nothing has ended that an access rested on; what is not known here has not."""
        asked = request.query
        caller = system_caller(asked.get("tenant", ""), mode="live")
        async with transaction(
            database, caller=caller, viewer="*", now=now, action="look_up_standing", engine=True
        ) as tx:
            ended = await tx.value(
                ENDED,
                people=[asked[name] for name in ("account", "holder") if name in asked],
                session=asked.get("session"),
                client=asked.get("client"),
                partner=asked.get("partner"),
                at=clock.now(),
            )
        return Reply.json({"stands": not ended})

    return standing
