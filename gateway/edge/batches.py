"""What a batch costs: as much as its items would, so its body is read here before it goes on to the service."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from shared.web.json import LARGEST_BODY

Receive = Callable[[], Awaitable[Any]]


async def counted(receive: Receive, *, most: int) -> tuple[int, Receive]:
    """Return how many items the body of a batch has, and what hands the same body on.

    A body that the service will refuse as a whole counts as one.
    """
    messages: list[Any] = []
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if not message.get("more_body") or size > LARGEST_BODY:
            break
    waiting = iter(messages)

    async def again() -> Any:
        held = next(waiting, None)
        return await receive() if held is None else held

    return _items(messages, most=most) if size <= LARGEST_BODY else 1, again


def _items(messages: list[Any], *, most: int) -> int:
    try:
        document = orjson.loads(b"".join(each.get("body", b"") for each in messages))
    except orjson.JSONDecodeError:
        return 1
    items = document.get("items") if isinstance(document, dict) else None
    return len(items) if isinstance(items, list) and 1 <= len(items) <= most else 1
