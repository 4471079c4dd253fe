"""`/v1/operations`: the list over all services. Single ones say by their id whose they are; the edge sends them there."""

from collections.abc import Mapping
from typing import Final

from gateway.metadata import PLUMBING
from gateway.operations.queries import counted, listed
from shared.operations.routes import router as single_router
from shared.operations.schemas import OperationListOut
from shared.web.models import CountOut
from shared.web.params import Http, Read
from shared.web.peer import Peer
from shared.web.reply import Reply
from shared.web.router import Router

OPERATIONS: Final = PLUMBING.operations.resource


def router(peers: Mapping[str, Peer]) -> Router:
    """Return every operation of the noun, over the gateway's own and those of the services named."""
    noun = single_router(PLUMBING.operations)

    @noun.get(permission=OPERATIONS.permission, listing=OPERATIONS, out=OperationListOut)
    async def list_operations(read: Read, request: Http) -> Reply:
        """Operations of all services that the caller may see, newest first.

        A service that gives no answer in time is named in `unavailable`: ask again from the same cursor for what it has.
        """
        return await listed(read, request, OPERATIONS, peers=peers)

    @noun.get("/count", permission=OPERATIONS.permission, out=CountOut, query=OPERATIONS.filter_parameters())
    async def count_operations(read: Read, request: Http) -> Reply:
        """How many the list has, with the same filters; a 503 when a service gives no answer in time."""
        return await counted(read, request, OPERATIONS, peers=peers)

    return noun
