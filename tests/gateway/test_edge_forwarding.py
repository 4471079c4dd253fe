"""An upstream in another process: what goes through to it, what does not, and what happens when it dies."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from multidict import CIMultiDict

from gateway.edge.forward import Forwarder
from shared.errors import BadRequest, Unavailable
from shared.web.json import LARGEST_BODY

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def upstream(handler: Handler, *, socket: Path | None = None) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """A service in a process of its own, as far as HTTP can tell, and a client whose requests are forwarded to it."""
    app = web.Application(client_max_size=50_000_000)
    app.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(app, auto_decompress=False)
    await runner.setup()
    site: Any = web.UnixSite(runner, str(socket)) if socket else web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"unix://{socket}" if socket else f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with forwarding(url) as client:
        yield client, url
    await runner.cleanup()


@asynccontextmanager
async def forwarding(url: str) -> AsyncIterator[httpx.AsyncClient]:
    forwarder = Forwarder(url)
    transport = httpx.ASGITransport(app=forwarder)
    async with httpx.AsyncClient(transport=transport, base_url="http://public.example") as client:
        yield client
    await forwarder.close()


async def test_a_request_goes_through_as_it_came() -> None:
    seen: list[Any] = []

    async def note(request: web.Request) -> web.Response:
        seen.append((request.method, request.raw_path, await request.read(), request.headers))
        return web.Response(status=201, headers=CIMultiDict([("Link", "<a>"), ("Link", "<b>")]), body=b"made")

    async with upstream(note) as (client, _):
        path = "/v1/files/a%2Fb%20c/%E5%90%88?q=1%262&name=%C5%90"
        answer = await client.post(path, content=b"\x00\xff", headers={"content-type": "x/y", "idempotency-key": "k1"})

    assert (answer.status_code, answer.content) == (201, b"made")
    assert answer.headers.get_list("link") == ["<a>", "<b>"]
    [(method, raw_path, body, headers)] = seen
    assert (method, raw_path, body) == ("POST", path, b"\x00\xff")
    assert (headers["content-type"], headers["idempotency-key"]) == ("x/y", "k1")


async def test_what_concerns_one_connection_or_claims_an_origin_is_not_handed_on() -> None:
    seen: list[Any] = []

    async def note(request: web.Request) -> web.Response:
        seen.append(request.headers)
        return web.Response(headers={"Connection": "keep-alive", "Keep-Alive": "timeout=5", "Upgrade": "h2c"})

    claimed = {
        "X-Forwarded-For": "10.0.0.1",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": "for=10.0.0.1",
        "TE": "trailers",
        "Proxy-Authorization": "Basic eA==",
        "Upgrade": "h2c",
        "Keep-Alive": "timeout=9",
    }
    async with upstream(note) as (client, url):
        answer = await client.get("/x", headers=claimed)

    [headers] = seen
    assert not {name.lower() for name in claimed} & {name.lower() for name in headers}
    assert headers["host"] == url.removeprefix("http://"), "not the name that the caller chose"
    assert not {"connection", "keep-alive", "upgrade"} & set(answer.headers)


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304), ("DELETE", 204)])
async def test_an_answer_without_a_body_keeps_its_headers(method: str, status: int) -> None:
    async def empty(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"ETag": '"7"'}, body=b"x" * 10 if method == "HEAD" else None)

    async with upstream(empty) as (client, _):
        answer = await client.request(method, "/x")

    assert (answer.status_code, answer.content, answer.headers["etag"]) == (status, b"", '"7"')
    assert answer.headers.get("content-length") == ("10" if method == "HEAD" else None)


async def test_a_redirect_and_a_compressed_body_are_the_clients_business() -> None:
    async def redirect(request: web.Request) -> web.Response:
        headers = {"Location": "/elsewhere", "Content-Encoding": "gzip"}
        return web.Response(status=307, headers=headers, body=b"not really gzip")

    async with upstream(redirect) as (client, _), client.stream("GET", "/x") as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])

    assert (answer.status_code, answer.headers["location"], raw) == (307, "/elsewhere", b"not really gzip")


async def test_an_answer_flows_while_it_is_being_made() -> None:
    arrived, sent = asyncio.Event(), []

    async def slowly(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"first")
        await arrived.wait()
        await response.write(b"second")
        return response

    async def send(message: Any) -> None:
        sent.append(message)
        if message.get("body") == b"first":
            arrived.set()

    async with upstream(slowly) as (_, url):
        forwarder = Forwarder(url)
        scope = {"type": "http", "method": "GET", "path": "/x", "raw_path": b"/x", "query_string": b"", "headers": []}
        await asyncio.wait_for(forwarder(scope, _never, send), 10)
        await forwarder.close()

    assert [each.get("body") for each in sent] == [None, b"first", b"second"]


async def _never() -> Any:
    await asyncio.get_running_loop().create_future()


async def test_large_bodies_arrive_whole() -> None:
    large = bytes(range(256)) * 4096 * 8

    async def echo(request: web.Request) -> web.Response:
        digest = hashlib.sha256(await request.read()).hexdigest()
        return web.Response(body=large, headers={"X-Digest": digest})

    async with upstream(echo) as (client, _):
        answer = await client.post("/x", content=large[:LARGEST_BODY])

    assert answer.content == large
    assert answer.headers["x-digest"] == hashlib.sha256(large[:LARGEST_BODY]).hexdigest()


async def _unreachable(request: web.Request) -> web.Response:
    raise AssertionError("nothing was to be forwarded")


async def test_a_request_whose_client_went_away_is_not_sent() -> None:
    messages = iter([{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(messages)

    async with upstream(_unreachable) as (_, url):
        forwarder = Forwarder(url)
        scope = {"type": "http", "method": "POST", "path": "/x", "raw_path": b"/x", "query_string": b"", "headers": []}
        with pytest.raises(BadRequest):
            await forwarder(scope, receive, _never)
        await forwarder.close()


async def test_a_service_at_a_unix_socket_is_reached_as_well() -> None:
    async def hello(request: web.Request) -> web.Response:
        return web.Response(text=request.path)

    with tempfile.TemporaryDirectory(prefix="prm-") as folder:
        async with upstream(hello, socket=Path(folder) / "deals.sock") as (client, _):
            assert (await client.get("/v1/deals")).text == "/v1/deals"


@asynccontextmanager
async def forgetful(*, reset: bool) -> AsyncIterator[tuple[httpx.AsyncClient, list[bytes]]]:
    """A service that answers one request a connection, says that it stays open, and hangs up on the second."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await _request(reader))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n" + (b"" if seen[-1] == b"HEAD " else b"ok"))
        await writer.drain()
        seen.append(await _request(reader))
        if reset:
            writer.transport.abort()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with forwarding(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client:
        yield client, seen
    server.close()


async def _request(reader: asyncio.StreamReader) -> bytes:
    """Read one request; empty when there comes none."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = await reader.readline()
        if not line:
            return b""
        head += line
    size = next((int(each[16:]) for each in head.lower().split(b"\r\n") if each.startswith(b"content-length: ")), 0)
    return head.split(b" ")[0] + b" " + await reader.readexactly(size)


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_safe_request_that_met_a_closing_connection_is_sent_again(method: str, reset: bool) -> None:
    async with forgetful(reset=reset) as (client, seen):
        assert (await client.get("/first")).status_code == 200

        assert (await client.request(method, "/second")).status_code == 200

    assert [each for each in seen if each][1:] == [f"{method} ".encode()] * 2


@pytest.mark.parametrize("reset", [False, True])
async def test_a_write_that_met_a_closing_connection_is_never_sent_twice(reset: bool) -> None:
    async with forgetful(reset=reset) as (client, seen):
        assert (await client.get("/first")).status_code == 200

        with pytest.raises(Unavailable):
            await client.post("/second", content=b"once")

    assert seen.count(b"POST once") == 1
