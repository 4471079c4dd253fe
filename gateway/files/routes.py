"""`files`: upload bytes, read facts, ask for a link, follow it."""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import quote

from gateway.files.tables import files
from shared import clock
from shared.auth.principal import Caller
from shared.db.pool import Database
from shared.db.resource import Resource, computed
from shared.db.tx import Tx as Transaction
from shared.db.tx import transaction
from shared.errors import BadRequest, Fault, Gone, Invalid, TooLarge
from shared.events.inbox import system_caller
from shared.files import FileStore, Links, key_of
from shared.values.ids import is_id
from shared.web.models import Out, ResourceOut
from shared.web.params import Http, Now, Principal, Read, Tx
from shared.web.reply import Reply
from shared.web.router import Router

LARGEST_FILE: Final = 25_000_000
# A name of dots alone would be a directory where somebody saves it.
_NAMES: Final = r"^(?!\.{1,2}$)[^\x00-\x1f\x7f/\\]{1,200}$"
_NAME: Final = re.compile(_NAMES)
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,99}")

FILES = Resource(
    "file",
    files,
    (
        computed("partner_id", lambda row: row["owner"] if is_id(row["owner"], "ptr") else None, "owner"),
        "name",
        "content_type",
        "size",
        "sha256",
    ),
    permission="files:read",
    filters=("created_at", "content_type"),
)


class LinkExpired(Gone):
    """The link has expired or is not genuine; ask for a new one."""

    code, title = "link_expired", "The link has expired"


class FileOut(ResourceOut):
    """Facts about a file; its content is behind a link."""

    object: Literal["file"]
    partner_id: str | None
    name: str
    content_type: str
    size: int
    sha256: str


class FileLinkOut(Out):
    """A link that opens the file's content without a token, until it expires."""

    object: Literal["file_link"]
    file_id: str
    url: str
    expires_at: datetime


def _parameter(name: str, *, pattern: str, description: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "query", "required": True, "schema": schema, "description": description}


def router(store: FileStore, links: Links) -> Router:
    """Return the router of files over a store."""
    noun = Router("files")
    noun.lists(FILES, FileOut, summary="Files of the caller's side, newest first.")
    noun.reads(FILES, FileOut, summary="Facts about one file.")

    @noun.post(
        permission="files:write",
        out=FileOut,
        returns=FILES,
        status=201,
        query=[_parameter("name", pattern=_NAMES, description="Name to show people, with its ending.")],
        problems=[TooLarge],
        largest_body=LARGEST_FILE,
        body_type="application/octet-stream",
    )
    async def upload_file(tx: Tx, request: Http, caller: Principal) -> Any:
        """Store the body as a file of the caller's side; its type is the Content-Type sent with it."""
        return await _upload(tx, request, caller, store)

    @noun.get("/{id}/link", permission="files:read", out=FileLinkOut)
    async def link_to_file(id: str, read: Read, now: Now) -> Reply:
        """A link to the file's content for five minutes."""
        row = await read.get(FILES, id)
        link = {"object": "file_link", "file_id": id, **_link(links, row, tenant_id=read.caller.tenant_id)}
        return Reply.json(link, headers={"Cache-Control": "no-store"})

    @noun.get(
        "/{id}/content",
        permission=None,
        public=True,
        query=[
            _parameter("tenant", pattern="^tnt_[0-9a-z]{26}$", description="As in the link."),
            _parameter("expires", pattern="^[0-9]{1,12}$", description="As in the link."),
            _parameter("signature", pattern="^[0-9a-f]{64}$", description="As in the link."),
        ],
        problems=[LinkExpired],
    )
    async def read_file(id: str, read: Read, request: Http) -> Reply:
        """The content behind a link, as an attachment."""
        return await _content(id, read, request, store, links)

    # Of any type: what was uploaded, as it was named then.
    content = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    noun.operations[-1].responses |= {200: {"description": "The content", "content": content}}
    return noun


def internal(database: Database, links: Links) -> Router:
    """Return the routes by which the service that an upload belongs to asks about it, after a check of its own."""
    lookup = Router("files", prefix="/internal")
    query = [{"name": name, "in": "query", "required": True, "schema": {"type": "string"}} for name in ("tenant", "id")]

    async def found(request: Any, now: datetime) -> Any:
        caller = system_caller(request.query.get("tenant", ""), mode="live")
        opened = transaction(database, caller=caller, viewer="*", now=now, action="look_up_file", engine=True)
        async with opened as tx:
            return await tx.fetch(files, request.query.get("id", ""))

    @lookup.get(permission=None, in_spec=False, query=query)
    async def look_up_file(request: Http, now: Now) -> dict[str, Any]:
        """Return whose a file is, what it is called, and the digest of its content."""
        row = await found(request, now)
        return {name: row[name] for name in ("owner", "name", "content_type", "size", "sha256")}

    @lookup.get("/link", permission=None, in_spec=False, query=query)
    async def look_up_file_link(request: Http, now: Now) -> Reply:
        """Return a link to the content for five minutes."""
        return Reply.json(_link(links, await found(request, now), tenant_id=request.query["tenant"]))

    return lookup


def _link(links: Links, row: Any, *, tenant_id: str) -> dict[str, Any]:
    lasts, wall = timedelta(minutes=5), clock.now()
    query = links.query(tenant_id=tenant_id, file_id=row["id"], now=wall, lasts=lasts)
    return {"url": f"/v1/files/{row['id']}/content?{query}", "expires_at": wall + lasts}


async def _upload(tx: Transaction, request: Any, caller: Caller, store: FileStore) -> Any:
    name = request.query.get("name", "")
    if _NAME.fullmatch(name) is None:
        raise Invalid(errors=[Fault("name", "wrong_form", "1 to 200 characters, no slashes or control characters.")])
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if _TYPE.fullmatch(content_type) is None:
        raise BadRequest(errors=[Fault("Content-Type", "wrong_form", "Say what kind of file it is.")])
    if not request.body:
        raise Invalid(errors=[Fault("", "empty", "The file is empty.")])
    file_id = tx.new_id("file")
    key = key_of(tenant_id=tx.tenant_id, file_id=file_id, at=tx.now)
    # Bytes first: a row never points at nothing. Bytes without a row, left by a crash, cannot be reached by anybody.
    await store.put(key, request.body)
    return await tx.insert(
        files,
        id=file_id,
        # Of the staff, who reaches some partners only shares a file with those who reach all.
        owner=caller.partner_id or ("vendor" if tx.viewer == "*" else tx.viewer),
        uploaded_by=caller.account_id,
        name=name,
        content_type=content_type,
        size=len(request.body),
        sha256=hashlib.sha256(request.body).hexdigest(),
        key=key,
    )


async def _content(file_id: str, read: Any, request: Any, store: FileStore, links: Links) -> Reply:
    tenant, expires = request.query.get("tenant", ""), request.query.get("expires", "")
    signature = request.query.get("signature", "")
    if not (expires.isascii() and expires.isdigit() and len(expires) < 12) or not links.allows(
        tenant_id=tenant, file_id=file_id, expires=int(expires), signature=signature, now=clock.now()
    ):
        raise LinkExpired()
    caller = system_caller(tenant, mode="live")
    opened = transaction(read.database, caller=caller, viewer="*", now=clock.now(), action="read file", engine=True)
    async with opened as tx:
        row = await tx.fetch(files, file_id)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row['name'], safe='')}",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Reply(200, await store.get(row["key"]), headers, row["content_type"])
