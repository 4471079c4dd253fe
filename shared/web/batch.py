"""`POST /v1/<noun>/batch`: up to a hundred creations in one request, each with a fate of its own.

An item goes through the single creation as a request of its own: the same reading of its body, transaction, audit row,
event and answer. With an Idempotency-Key each item has a key made from it, so that what a crash in the middle has left
undone, and nothing else, is done by a repetition.
"""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, Field, WithJsonSchema, create_model

from shared.auth.principal import Caller
from shared.db.tx import transaction
from shared.errors import Problem, RequestInFlight
from shared.web import idempotency, params
from shared.web.failures import problem_of
from shared.web.json import written
from shared.web.models import Body, Out
from shared.web.operation import Operation
from shared.web.params import Request
from shared.web.problems import reply_of
from shared.web.reply import PRIVATE, Reply
from shared.web.runtime import Runtime

MOST_ITEMS: Final = 100
# What an item's answer says beside its body.
_TOLD: Final = ("ETag", "Location", "Retry-After")


def batch_of(single: Operation) -> "Batch | None":
    """Return the batch of a creation; None for anything else.

    A creation answers 201 to a POST on its noun. One that shows a secret has no batch, since a repetition could not give
    its answer again, nor has a public one: the allowance of an address is for strangers one at a time.
    """
    creates = single.method == "POST" and single.status == 201 and single.path == f"/v1/{single.noun}"
    if creates and single.takes_json and single.in_spec and not (single.public or single.secret):
        return Batch(single)
    return None


class Batch(Operation):
    """Creates several objects of a noun; the answer has one result an item, in the order of the items."""

    def __init__(self, single: Operation) -> None:
        super().__init__(
            f"{single.path}/batch",
            _endpoint(single),
            method="POST",
            noun=single.noun,
            permission=single.permission,
            key_required=single.key_required,
            out=_answer(single.out),
            deprecation=single.deprecation,
        )
        self._single = single
        self.openapi_extra["x-batch"] = MOST_ITEMS

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
        kept = _Kept(request, caller, runtime, viewer, now, self.name, key) if key else None
        if kept is not None and (stored := await kept.found()) is not None:
            return stored
        if fault is not None:
            raise fault
        assert isinstance(body, ItemsIn)
        replies = [
            await self._one(index, item, request=request, caller=caller, runtime=runtime, key=key)
            for index, item in enumerate(body.items)
        ]
        reply = Reply(200, _document(replies), dict(PRIVATE))
        if kept is not None and not any(passing(each.status) for each in replies):
            return await kept.stored(reply)
        return reply

    async def _one(
        self, index: int, item: Any, *, request: Request, caller: Caller, runtime: Runtime, key: str | None
    ) -> Reply:
        """Return the answer to one item; raises RequestInFlight while another request works on the same batch."""
        headers = dict(request.headers)
        if key is not None:
            headers["idempotency-key"] = idempotency.derived(key, f"{self.path}/{index}")
        raw = written(item)
        alone = replace(request, path=self._single.path, query={}, headers=headers, path_values={}, body=raw, state={})
        try:
            return await self._single.serve(alone, caller, runtime)
        except RequestInFlight:
            raise
        except Exception as error:
            problem = problem_of(error, service=runtime.database.service, request_id=request.request_id)
            return reply_of(problem, request_id=request.request_id, languages=request.headers.get("accept-language"))


class _Kept:
    """The answer of a whole batch under its Idempotency-Key."""

    def __init__(
        self, request: Request, caller: Caller, runtime: Runtime, viewer: str, now: datetime, action: str, key: str
    ) -> None:
        self._runtime, self._key = runtime, key
        self._print = idempotency.fingerprint(request.method, request.target, request.body)
        alone = idempotency.number(caller, service=runtime.database.service, key=key)
        self._opened: dict[str, Any] = {
            "caller": caller,
            "viewer": viewer,
            "now": now,
            "action": action,
            "alone": alone,
        }

    async def found(self) -> Reply | None:
        """Return the stored answer, None before there is one; raises IdempotencyKeyReused for another batch."""
        async with transaction(self._runtime.database, **self._opened) as tx:
            return await idempotency.replay(tx, key=self._key, request=self._print, at=self._runtime.wall())

    async def stored(self, reply: Reply) -> Reply:
        """Store the answer and return it, or the one that another request with this key has stored meanwhile."""
        at = self._runtime.wall()
        async with transaction(self._runtime.database, **self._opened) as tx:
            earlier = await idempotency.replay(tx, key=self._key, request=self._print, at=at)
            if earlier is None:
                idempotency.keep(tx, key=self._key, request=self._print, reply=reply, secret=False, at=at)
        return earlier or reply


class ItemsIn(Body):
    """The bodies of up to a hundred creations; each is looked at by the creation itself."""

    items: Annotated[list[Any], Field(min_length=1, max_length=MOST_ITEMS)]


def passing(status: int) -> bool:
    """Tell whether a failure may pass by itself: an answer with such a one is not kept, and a repetition goes on."""
    return status == 429 or status >= 500


def _document(replies: Sequence[Reply]) -> bytes:
    succeeded = sum(each.status < 400 for each in replies)
    return orjson.dumps(
        {
            "object": "batch",
            "data": [
                {"index": index, "status": each.status, "headers": _headers(each.headers), "body": shown(each.body)}
                for index, each in enumerate(replies)
            ],
            "succeeded": succeeded,
            "failed": len(replies) - succeeded,
        }
    )


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in _TOLD if name in headers}


def shown(body: bytes) -> Any:
    """Return the JSON of an answer as a part of another document, byte for byte; null where there is none."""
    return orjson.Fragment(body) if body else None


def _endpoint(single: Operation) -> Any:
    async def create_batch(body: ItemsIn, tx: params.Tx) -> None:
        raise NotImplementedError("a batch writes through the single creation")

    create_batch.__annotations__["body"] = _items(single.body_model)
    create_batch.__name__ = f"{single.name}_batch"
    said = inspect.cleandoc(single.description or "").split("\n")[0]
    create_batch.__doc__ = (
        f"Up to {MOST_ITEMS} times: {said}\n\nEach item is a request of its own: one that fails stops no other. It costs as"
        " much as the single requests."
    )
    return create_batch


@cache
def _items(item: type[BaseModel]) -> type[BaseModel]:
    """Return the model of a batch's body. An item is documented as the creation's, and read by the creation alone."""
    documented = Annotated[Any, WithJsonSchema({"$ref": f"#/components/schemas/{item.__name__}"})]
    items = Annotated[list[documented], Field(min_length=1, max_length=MOST_ITEMS)]
    members: dict[str, Any] = {"items": (items, ...)}
    return create_model(f"{item.__name__.removesuffix('In')}BatchIn", __base__=ItemsIn, **members)


@cache
def _answer(out: type[BaseModel]) -> type[BaseModel]:
    """Return the model of a batch's answer: the creation's answers, or problems, by index."""
    name = out.__name__.removesuffix("Out")
    problem = Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/Problem"})]
    members: dict[str, Any] = {
        "index": (int, ...),
        "status": (int, ...),
        "headers": (dict[str, str], Field(description=f"Of {', '.join(_TOLD)}, those that the answer has.")),
        "body": (out | problem, ...),
    }
    result = create_model(f"{name}BatchItem", __base__=Out, __doc__="What became of one item.", **members)
    whole: dict[str, Any] = {
        "object": (Literal["batch"], ...),
        "data": (list[result], ...),  # type: ignore[valid-type]
        "succeeded": (int, ...),
        "failed": (int, ...),
    }
    return create_model(f"{name}Batch", __base__=Out, __doc__="What became of each item, in their order.", **whole)
