"""The HTTP door: nobody waits at a door that was never opened, and a request under way is finished."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from deploy.local import http
from deploy.local.errors import StartError

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class SlowApplication:
    """Answers once it is let go, and notes when it was asked."""

    def __init__(self, *, starts: bool = True) -> None:
        self.asked, self.let_go, self.closed = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.starts = starts

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": f"lifespan.startup.{'complete' if self.starts else 'failed'}"})
            await receive()
            self.closed.set()
            await send({"type": "lifespan.shutdown.complete"})
            return
        self.asked.set()
        await self.let_go.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})


async def test_a_request_under_way_is_answered_before_the_server_ends() -> None:
    application, opened = SlowApplication(), asyncio.Event()
    door = http.reserve("127.0.0.1", 0)
    serving = asyncio.create_task(http.serve(application, http.Door(door), on_open=opened.set))
    await opened.wait()
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = asyncio.create_task(client.get(f"http://127.0.0.1:{http.port_of(door)}/"))
        await application.asked.wait()

        serving.cancel()
        application.let_go.set()

        assert (await answer).text == "done"
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert application.closed.is_set()


@pytest.mark.parametrize("asked", [b"GET /?q=" + b"a" * 70_000, b"GET /?q=\xc3\xbc", b"GET"])
async def test_what_cannot_be_read_as_http_is_answered_as_every_other_problem(asked: bytes) -> None:
    opened, door = asyncio.Event(), http.reserve("127.0.0.1", 0)
    serving = asyncio.create_task(http.serve(SlowApplication(), http.Door(door), on_open=opened.set))
    await opened.wait()
    reader, writer = await asyncio.open_connection("127.0.0.1", http.port_of(door))

    writer.write(asked + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")

    problem, lines = json.loads(body), head.decode().split("\r\n")
    assert lines[0] == "HTTP/1.1 400 Bad Request" and "Content-Type: application/problem+json" in lines
    assert f"Request-Id: {problem['request_id']}" in lines and problem["code"] == "bad_request"
    writer.close()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_a_door_is_reserved_for_one_only() -> None:
    with http.reserve("127.0.0.1", 0) as door:
        door.listen()

        with pytest.raises(StartError, match="is taken by another program"):
            http.reserve("127.0.0.1", http.port_of(door))


async def test_an_application_that_does_not_start_is_a_refusal() -> None:
    with http.reserve("127.0.0.1", 0) as door, pytest.raises(StartError, match="did not start"):
        await http.serve(SlowApplication(starts=False), http.Door(door))
