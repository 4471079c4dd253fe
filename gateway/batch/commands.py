"""Sends the requests of a batch to the edge, where everybody's requests come in, one after the other."""

from collections.abc import Sequence
from typing import Final

import orjson

from gateway.batch.rules import AnswersTooLarge, NotTried, OnlyAlone
from gateway.batch.schemas import RequestIn
from shared.errors import Problem
from shared.web import idempotency
from shared.web.json import written
from shared.web.params import Request
from shared.web.peer import ASGI, Answer, NotJson, call
from shared.web.problems import reply_of

LARGEST_ANSWERS: Final = 5_000_000
"""When so many bytes have been answered, nothing more is tried."""
# What the caller says of itself, which goes for every request in the batch.
_CALLERS: Final = frozenset({"authorization", "accept-language", "origin", "traceparent", "user-agent"})


async def carry_out(
    requests: Sequence[RequestIn], *, stop_on_error: bool, batch: Request, front: ASGI
) -> Sequence[Answer]:
    """Do the requests in their order, as the caller of the batch, and return their answers.

    Each passes every check that it would pass alone, and is charged alone. Once one does not fit into the caller's
    allowance nothing more is tried, since what comes later may need what was refused.
    """
    given = batch.headers.get("idempotency-key")
    key = None if given is None else idempotency.checked(given)
    answers: list[Answer] = []
    size, rest = 0, None
    for index, asked in enumerate(requests):
        answer = rest or await _one(asked, _headers(asked, index=index, batch=batch, key=key), batch=batch, front=front)
        answers.append(answer)
        size += len(answer.body)
        if rest is None:
            rest = _rest(answer, size, batch, stop_on_error=stop_on_error)
    return answers


def _rest(last: Answer, size: int, batch: Request, *, stop_on_error: bool) -> Answer | None:
    """Return what all later requests are answered, None when they are to be tried."""
    if last.status == 429:
        return last
    if stop_on_error and last.status >= 400:
        return _told(NotTried(), batch)
    return _told(AnswersTooLarge(), batch) if size > LARGEST_ANSWERS else None


async def _one(asked: RequestIn, headers: dict[str, str], *, batch: Request, front: ASGI) -> Answer:
    path, _, query = asked.path.partition("?")
    body = b"" if asked.body is None else written(asked.body)
    try:
        answer = await call(
            front,
            asked.method,
            path,
            query=query,
            headers=headers,
            body=body,
            client=batch.client or "",
            only_json=True,
        )
    except NotJson:
        return _told(OnlyAlone(), batch)
    # A file may say that it is JSON: what goes into the answer of the batch has to be.
    return answer if _is_object(answer.body) else _told(OnlyAlone(), batch)


def _is_object(body: bytes) -> bool:
    if not body:
        return True
    try:
        return isinstance(orjson.loads(body), dict)
    except orjson.JSONDecodeError:
        return False


def _headers(asked: RequestIn, *, index: int, batch: Request, key: str | None) -> dict[str, str]:
    """Return the caller's headers with the request's own; a key of the batch makes one for each write in it."""
    headers = {name: value for name, value in batch.headers.items() if name in _CALLERS}
    headers["request-id"] = batch.request_id
    headers |= {name.lower(): value for name, value in asked.headers.items()}
    if key is not None and asked.method != "GET":
        headers.setdefault("idempotency-key", idempotency.derived(key, f"{batch.path}/{index}"))
    if asked.body is not None:
        headers["content-type"] = "application/json"
    return headers


def _told(problem: Problem, batch: Request) -> Answer:
    reply = reply_of(problem, request_id=batch.request_id, languages=batch.headers.get("accept-language"))
    return Answer(reply.status, {}, reply.body)
