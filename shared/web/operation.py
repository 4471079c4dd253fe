"""The one form of an operation: executed by us, documented by FastAPI when the specification is made.

Order of checks: authentication, permission, idempotent replay, 404, 428, state 409, stale 412, body 422. A bad body is
therefore held back until the object it is meant for has been looked at.
"""

import asyncio
import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
from typing import Any

import asyncpg
from fastapi import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from shared.auth.principal import Caller
from shared.db.beside import rules_out, with_beside
from shared.db.filters import InvalidParameter
from shared.db.pool import Record
from shared.db.read import Read
from shared.db.resource import Resource
from shared.db.tx import Tx, require_version, transaction
from shared.errors import Fault, PreconditionRequired, Problem, StaleVersion
from shared.extensions.references import find
from shared.web import idempotency
from shared.web.accepted import accepted
from shared.web.bodies import parsed
from shared.web.conditional import condition_in, refused_in_any_version, version_in
from shared.web.deprecation import Deprecation
from shared.web.documentation import describe
from shared.web.json import LARGEST_BODY
from shared.web.params import Request
from shared.web.reasons import members_of, reason_in
from shared.web.reply import Reply
from shared.web.representation import Representation
from shared.web.runtime import Runtime
from shared.web.signature import plan

_RETRIED = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


class Operation:
    """One operation of the API."""

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        method: str,
        noun: str,
        permission: str | None,
        returns: Resource | None = None,
        about: Resource | None = None,
        listing: Resource | None = None,
        counting: Resource | None = None,
        also: Mapping[int, Any] | None = None,
        problems: Sequence[type[Problem]] = (),
        query: Sequence[dict[str, Any]] = (),
        key_required: bool = False,
        secret: bool = False,
        public: bool = False,
        largest_body: int = LARGEST_BODY,
        body_type: str | None = None,
        out: Any = None,
        status: int = 200,
        in_spec: bool = True,
        open_query: bool = False,
        cost: int | None = None,
        deprecation: Deprecation | None = None,
        keyed: bool = False,
    ) -> None:
        self.method, self.noun, self.permission = method, noun, permission
        self.resource = returns or listing
        # What is made now has no row yet, but may be made of one that the path names.
        self.about = about or (self.resource if status != 201 else None)
        self.is_list = listing is not None
        self.key_required, self.secret, self.public = key_required, secret, public
        self.largest_body = largest_body
        # RFC 6749, section 3.1: an authorization request may carry parameters that we do not know.
        self.open_query = open_query
        self._sources, self._body = plan(endpoint)
        self.writes = "tx" in self._sources.values()
        self._is_conditional = "condition" in self._sources.values()
        # What is no JSON is read by the endpoint itself.
        self.reads_raw = body_type is not None
        self.out, self.takes_json = out, self._body is not None and not self.reads_raw
        self.reasons = members_of(self._body[1]) if self._body else ()
        single = returns if method == "GET" else None
        self.parameters, self.objects = accepted(query, listing=listing, counting=counting, single=single)
        self.path, self.endpoint, self.name, self.status = path, endpoint, endpoint.__name__, status
        self.in_spec, self.deprecation = in_spec, deprecation
        self._representation = Representation(self.resource, status, noun)
        self.segments = tuple(part for part in path.split("/") if part)
        self.row_name = next((part[1:-1] for part in self.segments if part.startswith("{")), None)
        self.verb = self.segments[-1]
        # Said when the specification is made, and by nobody else.
        self._describe = partial(
            describe,
            method=method,
            permission=permission,
            public=public,
            listing=listing,
            counting=counting,
            returns=returns,
            problems=problems,
            query=query,
            needs_version="version" in self._sources.values(),
            is_conditional=self._is_conditional,
            body_type=body_type,
            # Without a transaction of its own it may yet hand the key on to requests that have one.
            writes=self.writes or keyed,
            key_required=key_required,
            has_id="{" in path,
            also=also or {},
            cost=cost,
            deprecation=deprecation,
        )
        self.description = inspect.getdoc(endpoint)
        self._documented = partial(
            APIRoute,
            path,
            endpoint,
            methods=[method],
            status_code=status,
            name=self.name,
            operation_id=self.name,
            response_model=out,
            tags=[noun],
        )

    @property
    def body_model(self) -> type[BaseModel]:
        """The model of the body; only for an operation that takes one."""
        assert self._body is not None, self.name
        return self._body[1]

    @cached_property
    def responses(self) -> dict[int | str, Any]:
        """What the specification says of answers by status, beyond the schema of a success."""
        return dict(self._describe()["responses"])

    @cached_property
    def openapi_extra(self) -> dict[str, Any]:
        """What else the specification says that FastAPI does not know: parameters, permission, cost."""
        return dict(self._describe()["openapi_extra"])

    def documented(self) -> APIRoute:
        """Return the operation as FastAPI knows it; made for the specification only, since it takes milliseconds."""
        # A success whose content is described already has no other.
        answers: dict[str, Any] = {"response_class": Response} if self.status in self.responses else {}
        return self._documented(responses=self.responses, openapi_extra=self.openapi_extra, **answers)

    async def serve(self, request: Request, caller: Caller, runtime: Runtime) -> Reply:
        """Answer a request of an authenticated caller; raises a Problem for every refusal."""
        viewer = caller.viewer(self.permission) if self.permission else "*" if caller.kind == "internal" else ""
        self._check_query(request)
        body, fault = parsed(request, self._body, raw=self.reads_raw)
        now = await runtime.business_time(caller)
        if not self.writes:
            return await self._read(request, caller, runtime, viewer, now, body, fault)
        # A started write is finished even when its client has gone; the set keeps it from being collected meanwhile.
        writing = asyncio.ensure_future(self._finished(request, caller, runtime, viewer, now, body, fault))
        runtime.writing.add(writing)
        writing.add_done_callback(runtime.writing.discard)
        return await asyncio.shield(writing)

    async def _finished(self, *given: Any) -> Reply:
        """Write, once more if two transactions have been in each other's way."""
        try:
            return await self._write(*given)
        except _RETRIED:
            return await self._write(*given)

    async def _read(
        self,
        request: Request,
        caller: Caller,
        runtime: Runtime,
        viewer: str,
        now: datetime,
        body: BaseModel | None,
        fault: Problem | None,
    ) -> Reply:
        if fault is not None:
            raise fault
        own = caller.own(self.permission) if self.permission else None
        read = Read(runtime.database, caller, viewer, now, runtime.cursors, own)
        given = self._arguments(request, body, {"read": read, "caller": caller, "now": now, "request": request})
        return self._representation.reply(await self.endpoint(**given), request, caller)

    async def _write(
        self,
        request: Request,
        caller: Caller,
        runtime: Runtime,
        viewer: str,
        now: datetime,
        body: BaseModel | None,
        fault: Problem | None,
    ) -> Reply:
        key = self._key(request)
        print_ = idempotency.fingerprint(request.method, request.target, request.body) if key else ""
        async with transaction(
            runtime.database,
            caller=caller,
            viewer=viewer,
            now=now,
            action=self.name,
            request_id=request.request_id,
            own=caller.own(self.permission) if self.permission else None,
            alone=idempotency.number(caller, service=runtime.database.service, key=key) if key else None,
        ) as tx:
            if key:
                stored = await idempotency.replay(tx, key=key, request=print_, at=runtime.wall())
                if stored is not None:
                    return stored
            version = await self._version(tx, request)
            if fault is not None:
                await self._before(tx, request, version)
                raise fault
            if self.reasons:
                tx.reason, tx.named = reason_in(body, self.reasons), request.path_values.get(self.row_name or "")
            given = {"tx": tx, "caller": caller, "now": now, "version": version, "request": request}
            given |= {"condition": condition_in(request.headers)} if self._is_conditional else {}
            try:
                result = await self.endpoint(**self._arguments(request, body, given))
            except StaleVersion as stale:
                told = self._arguments(request, body, {**given, "version": None})
                hopeless = await self._is_ruled_out(tx, request)
                raise (await refused_in_any_version(self.endpoint, told) if hopeless else None) or stale from None
            reply = self._representation.reply(await with_beside(tx, self.resource, result), request, caller)
            if key and 200 <= reply.status < 300:
                idempotency.keep(tx, key=key, request=print_, reply=reply, secret=self.secret, at=runtime.wall())
        if tx.afterwards is not None:
            reply.status = tx.afterwards.status
            reply.headers = {**reply.headers, **tx.afterwards.headers}
            if key:
                # A crash in between leaves the stored answer as it was, and nobody has seen another.
                async with transaction(
                    runtime.database, caller=caller, viewer=viewer, now=now, action=self.name
                ) as later:
                    await idempotency.restate(later, key=key, afterwards=tx.afterwards)
        return reply

    async def _version(self, tx: Tx, request: Request) -> int | None:
        """Return the version in If-Match (None for `*`); raises NotFound, then PreconditionRequired, without it."""
        if "version" not in self._sources.values():
            return None
        header = request.headers.get("if-match")
        if header is None:
            await self._row(tx, request)
            raise PreconditionRequired()
        return version_in(header)

    async def _row(self, tx: Tx, request: Request) -> Record | None:
        """Return the row the path names, or None where it names another object than the one answered with."""
        if self.about is None or self.row_name is None:
            return None
        return await tx.fetch(self.about.table, request.path_values[self.row_name])

    async def _before(self, tx: Tx, request: Request, version: int | None) -> None:
        """Raise what comes before a complaint about the body: 404, a state that does not allow the action, 412."""
        if self._is_conditional and self.resource is not None:
            condition_in(request.headers).require(await find(tx, self.resource.table, request.path_values))
        row = await self._row(tx, request)
        if row is None or self.about is None:
            return
        if (lifecycle := self.about.lifecycle) is not None and self.verb in lifecycle.moves:
            lifecycle.require(row["status"], self.verb)
        require_version(row, version)

    async def _is_ruled_out(self, tx: Tx, request: Request) -> bool:
        """Tell whether the row itself keeps the action from the caller: as it is now, whatever version was seen."""
        row = await self._row(tx, request)
        return row is not None and self.about is not None and await rules_out(tx, self.about, row, action=self.verb)

    def _key(self, request: Request) -> str | None:
        key = request.headers.get("idempotency-key")
        if key is None and self.key_required:
            raise idempotency.IdempotencyKeyRequired()
        return None if key is None else idempotency.checked(key)

    def _check_query(self, request: Request) -> None:
        for name in request.query:
            group, bracket, _ = name.partition("[")
            if name not in self.parameters and not self.open_query and not (bracket and group in self.objects):
                raise InvalidParameter(
                    errors=[Fault(name[:100], "unknown_parameter", "This parameter is not known here.")]
                )

    def _arguments(self, request: Request, body: BaseModel | None, given: dict[str, Any]) -> dict[str, Any]:
        arguments = {name: given[source] for name, source in self._sources.items() if source in given}
        arguments |= {name: value for name, value in request.path_values.items() if name in self._sources}
        if self._body is not None:
            arguments[self._body[0]] = body
        return arguments
