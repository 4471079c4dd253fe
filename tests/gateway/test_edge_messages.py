"""Messages of HTTP/1.1 between the edge and a service: their ends, their fields, and what is no answer at all."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from deploy.local import http
from gateway.edge.forward import Forwarder
from gateway.edge.pool import Limits
from shared.errors import BadRequest, Unavailable
from tests.gateway.upstream import OK, Caller, Wire, forwarding, service


class Saying:
    """A service that gives these answers, one a request on whichever connection, then the last one again."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)

    async def __call__(self, wire: Wire) -> None:
        """Serve a connection."""
        while await wire.request():
            await wire.says(self._answers.pop(0) if len(self._answers) > 1 else self._answers[0])


EMPTY = {
    "HEAD": ("HEAD", b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n", 200, b"10"),
    "HEAD of nothing": ("HEAD", b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", 200, b"0"),
    "HEAD of unknown length": ("HEAD", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", 200, None),
    "HEAD of a problem": ("HEAD", b"HTTP/1.1 404 No\r\ncontent-length: 300\r\n\r\n", 404, b"300"),
    "204": ("GET", b"HTTP/1.1 204 No Content\r\n\r\n", 204, None),
    "204 with a length": ("DELETE", b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n", 204, None),
    "304": ("GET", b"HTTP/1.1 304 Not Modified\r\n\r\n", 304, None),
    "304 with the length it stands for": ("GET", b"HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n", 304, None),
    "304 to a HEAD": ("HEAD", b"HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n", 304, None),
    "an empty body": ("GET", b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", 200, b"0"),
    "an empty body in chunks": ("GET", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 200, None),
}


@pytest.mark.parametrize(("method", "said", "status", "length"), EMPTY.values(), ids=EMPTY)
async def test_an_answer_without_a_body_ends_where_it_should(
    method: str, said: bytes, status: int, length: bytes | None
) -> None:
    async with service(Saying(said, OK)) as (url, wires), forwarding(url) as forwarder:
        empty = await Caller(method).through(forwarder)
        following = await Caller().through(forwarder)

    assert (empty.status, empty.fields.get(b"content-length"), empty.body, empty.whole) == (status, length, b"", True)
    assert (following.status, following.body) == (200, b"ok")
    assert len(wires) == 1, "the connection goes on"


CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("said", "body"),
    [
        (CHUNKED + b"2\r\nok\r\n0\r\n\r\n", b"ok"),
        (CHUNKED + b"1\r\no\r\n1;x=y\r\nk\r\n0\r\nx-trailer: 1\r\nset-cookie: a=b\r\n\r\n", b"ok"),
        (b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" + OK, b"ok"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + OK, b"ok"),
        (b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok", b"ok"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length: 2\r\n\r\nok", b"ok"),
    ],
)
async def test_an_answer_of_any_framing_is_read(said: bytes, body: bytes) -> None:
    async def byte_by_byte(wire: Wire) -> None:
        await wire.request()
        for place in range(len(said)):
            await wire.says(said[place : place + 1])
            await asyncio.sleep(0)

    for serve in (Saying(said), byte_by_byte):
        async with service(serve) as (url, _), forwarding(url) as forwarder:
            answer = await Caller().through(forwarder)

        assert (answer.status, answer.body, answer.whole) == (200, body, True)
        assert not {b"link", b"x-trailer", b"set-cookie"} & set(answer.fields)


NOT_ANSWERS = {
    "not HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok",
    "a length and chunks": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\nok",
    "a length that is none": b"HTTP/1.1 200 OK\r\ncontent-length: 2x\r\n\r\nok",
    "a head without end": b"HTTP/1.1 200 OK\r\n" + b"x-fill: y\r\n" * 20_000,
}


@pytest.mark.parametrize("said", NOT_ANSWERS.values(), ids=NOT_ANSWERS)
async def test_what_is_no_answer_is_not_passed_on(said: bytes) -> None:
    async with service(Saying(said)) as (url, _), forwarding(url) as forwarder:
        for method in ("GET", "POST", "HEAD"):
            caller = Caller(method)
            with pytest.raises(Unavailable):
                await caller.through(forwarder)
            assert caller.messages == []


FORGED = {
    "an answer": b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged",
    "one without a body": b"HTTP/1.1 204 No Content\r\n\r\n",
    "the beginning of one": b"HTTP/1.1 200",
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_what_nobody_asked_for_never_becomes_the_answer_to_another(method: str, forged: bytes) -> None:
    first = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n" + (b"" if method == "HEAD" else b"ok")
    async with service(Saying(first + forged, OK)) as (url, wires), forwarding(url) as forwarder:
        await Caller(method).through(forwarder)
        answers = [await Caller().through(forwarder) for _ in range(3)]

    assert [each.body for each in answers] == [b"ok"] * 3
    assert len(wires) == 2, "that connection was not used again"


async def test_what_comes_while_nobody_asks_ends_the_connection() -> None:
    closed = asyncio.Event()

    async def talkative(wire: Wire) -> None:
        await wire.request()
        await wire.says(OK)
        if wire.number == 0:
            await taken.wait()
            await wire.says(FORGED["an answer"])
            await wire.hung_up()
            closed.set()

    taken = asyncio.Event()
    async with service(talkative) as (url, _), forwarding(url, limits=Limits(kept=3600)) as forwarder:
        await Caller().through(forwarder)
        taken.set()
        await asyncio.wait_for(closed.wait(), 20)

        assert (await Caller().through(forwarder)).body == b"ok"


async def test_fields_that_concern_one_connection_stay_on_it() -> None:
    answer = b"HTTP/1.1 200 OK\r\nconnection: X-Own, close\r\nx-own: 1\r\nx-all: 2\r\ncontent-length: 0\r\n\r\n"
    sent = [
        (b"host", b"evil.example"),
        (b"connection", b"X-Mine, keep-alive"),
        (b"connection", b"x-too"),
        (b"x-mine", b"1"),
        (b"x-too", b"1"),
        (b"x-forwarded-for", b"10.0.0.1"),
        (b"x-forwarded-anything", b"1"),
        (b"forwarded", b"for=10.0.0.1"),
        (b"expect", b"100-continue"),
        (b"transfer-encoding", b"gzip"),
        (b"content-length", b"7"),
        (b"authorization", b"Bearer t"),
        (b"x-other", b"a"),
        (b"x-other", b"b"),
    ]
    async with service(Saying(answer)) as (url, wires), forwarding(url) as forwarder:
        got = await Caller("POST", headers=sent, pieces=[b"abc"]).through(forwarder)
        await Caller("GET", headers=sent).through(forwarder)

    first, second = wires[0].seen[0], wires[1].seen[0]
    kept = [("authorization", "Bearer t"), ("x-other", "a"), ("x-other", "b")]
    assert first.fields == [("host", url.removeprefix("http://")), *kept, ("content-length", "3")]
    assert second.fields == [("host", url.removeprefix("http://")), *kept]
    assert got.fields == {b"x-all": b"2", b"content-length": b"0"}


@pytest.mark.parametrize(
    ("path", "query", "headers"),
    [
        ("/x HTTP/1.1\r\nx-evil: 1\r\n\r\n", b"", []),
        ("/x", b"a=b c", []),
        ("/é", b"", []),
        ("*", b"", []),
        ("http://elsewhere/x", b"", []),
        ("/x", b"", [(b"x-a", b"1\r\nx-evil: 1")]),
        ("/x", b"", [(b"x-a", b"1\nx-evil: 1")]),
        ("/x", b"", [(b"x-a", b"1\0")]),
    ],
)
async def test_what_would_be_two_requests_is_refused(
    path: str, query: bytes, headers: list[tuple[bytes, bytes]]
) -> None:
    async with service(Saying(OK)) as (url, wires), forwarding(url) as forwarder:
        caller = Caller(path=path, headers=headers)
        caller.scope["query_string"] = query
        with pytest.raises(BadRequest):
            await caller.through(forwarder)

    assert wires == []


@asynccontextmanager
async def door(forwarder: Forwarder) -> AsyncIterator[int]:
    """The port of the product's own HTTP server with the forwarder behind it."""
    bound = http.reserve("127.0.0.1", 0)
    opened = asyncio.Event()
    serving = asyncio.create_task(http.serve(forwarder, http.Door(bound), on_open=opened.set, started_elsewhere=True))
    await opened.wait()
    yield http.port_of(bound)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def asked(port: int, request: bytes) -> bytes:
    """All that comes back until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, family=socket.AF_INET)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    return answer


@pytest.mark.parametrize(
    "said", [b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", CHUNKED + b"4\r\nhalf\r\n", CHUNKED + b"8\r\nhalf"]
)
async def test_an_answer_that_is_cut_off_is_not_passed_off_as_whole(said: bytes) -> None:
    async def dying(wire: Wire) -> None:
        await wire.request()
        await wire.says(said)

    async with service(dying) as (url, _), forwarding(url) as forwarder, door(forwarder) as port:
        answer = await asked(port, b"GET /x HTTP/1.1\r\nhost: a\r\n\r\n")

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"content-length: 9" in head or not body.endswith(b"0\r\n\r\n")
    assert len(body) < 9 + 5


@pytest.mark.parametrize(("method", "said", "status", "length"), EMPTY.values(), ids=EMPTY)
async def test_the_door_passes_an_answer_without_a_body_on(
    method: str, said: bytes, status: int, length: bytes | None
) -> None:
    async with service(Saying(said)) as (url, _), forwarding(url) as forwarder, door(forwarder) as port:
        request = f"{method} /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".encode()
        head, _, body = (await asked(port, request)).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert head.lower().count(b"\r\ndate:") == 1
    assert body in (b"", b"0\r\n\r\n")
    assert (b"content-length: %b" % length in head) if length else (b"content-length" not in head)
