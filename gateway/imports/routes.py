"""`/v1/imports`: begun at the owner of the object, listed over all services. The edge sends single ones where their ids say."""

from collections.abc import Mapping
from typing import Final

from gateway.imports.owners import OWNERS
from gateway.metadata import PLUMBING
from gateway.operations.queries import counted, listed
from shared.errors import Fault
from shared.imports.problems import UnknownObject
from shared.imports.routes import router as single_router
from shared.imports.schemas import ImportIn, ImportListOut, ImportOut
from shared.web.idempotency import IdempotencyKeyRequired
from shared.web.models import CountOut
from shared.web.params import Http, Read
from shared.web.peer import Peer
from shared.web.reply import Reply
from shared.web.router import Router

IMPORTS: Final = PLUMBING.imports.resource
# What belongs to the service's answer; the rest is made anew.
_KEPT: Final = frozenset(
    "etag location cache-control vary idempotent-replayed content-language www-authenticate retry-after".split()
)


def router(peers: Mapping[str, Peer]) -> Router:
    """Return every operation of the noun, over the services named; the gateway itself imports nothing."""
    noun = single_router(PLUMBING, {})

    @noun.post(
        permission="imports:write",
        out=ImportOut,
        status=201,
        keyed=True,
        batch=False,
        key_required=True,
        problems=[UnknownObject, IdempotencyKeyRequired],
    )
    async def create_import(body: ImportIn, request: Http) -> Reply:
        """Begin an import: say what the rows are and which column goes where. Rows follow in chunks."""
        owner = OWNERS.get(body.object)
        if owner is None:
            raise UnknownObject(errors=[Fault("/object", "unknown_object", "Objects of this kind cannot be imported.")])
        answer = await peers[owner].pass_on(request)
        headers = {name: value for name, value in answer.headers.items() if name in _KEPT}
        return Reply(answer.status, answer.body, headers, answer.headers.get("content-type", "application/json"))

    @noun.get(permission=IMPORTS.permission, listing=IMPORTS, out=ImportListOut)
    async def list_imports(read: Read, request: Http) -> Reply:
        """Imports of all services that the caller may see, newest first; `unavailable` names services that gave no answer."""
        return await listed(read, request, IMPORTS, peers=peers)

    @noun.get("/count", permission=IMPORTS.permission, out=CountOut, query=IMPORTS.filter_parameters())
    async def count_imports(read: Read, request: Http) -> Reply:
        """How many the list has, with the same filters; a 503 when a service gives no answer in time."""
        return await counted(read, request, IMPORTS, peers=peers)

    return noun
