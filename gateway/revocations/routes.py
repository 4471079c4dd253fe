"""`/internal/revocations`: polled by every process each second."""

from typing import Any

from gateway.revocations import queries
from shared.db.pool import Database
from shared.errors import BadRequest, Fault
from shared.web import params
from shared.web.reply import Reply
from shared.web.router import Router


def router(database: Database) -> Router:
    """Return the internal operation that lists revocations."""
    revocations = Router("revocations", prefix="/internal")
    after: list[dict[str, Any]] = [{"name": "after", "in": "query", "schema": {"type": "integer"}}]

    @revocations.get(permission=None, query=after, in_spec=False)
    async def list_revocations(request: params.Http) -> Reply:
        """Return what was revoked after a position."""
        text = request.query.get("after", "0")
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise BadRequest(errors=[Fault("after", "unreadable", "Not a position of this list.")])
        position, revoked = await queries.revoked_since(database, int(text))
        return Reply.json({"position": position, "revoked": revoked})

    return revocations
