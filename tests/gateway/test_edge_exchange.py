"""Bodies of every size on their way to and from a service, none of them held here whole."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gateway.edge.pool import Limits
from shared.errors import BadRequest, TooLarge
from shared.web.json import LARGEST_BODY
from tests.gateway.upstream import Caller, Wire, forwarding, polite, service
from tests.journeys.world import eventually

_QUICK = Limits(silence=0.1, exchange=20, client=0.1, look=0.02)


def length(size: int) -> list[tuple[bytes, bytes]]:
    """The field that announces a body of so many bytes."""
    return [(b"content-length", str(size).encode())]


BODIES = {
    "none": ([b""], True),
    "one byte": ([b"x"], True),
    "small, in pieces": ([b"ab", b"", b"cd"], True),
    "small, in pieces, of unknown length": ([b"ab", b"", b"cd"], False),
    "as much as goes in one piece": ([bytes(65_536), b"y"], True),
    "the largest": ([bytes(99_999), *[b"z" * 100_000] * 9, b"z"], True),
    "the largest, of unknown length": ([bytes(99_999), *[b"z" * 100_000] * 9, b"", b"z"], False),
}


@pytest.mark.parametrize(("pieces", "announced"), BODIES.values(), ids=BODIES)
async def test_a_body_arrives_whole_and_once(pieces: list[bytes], announced: bool) -> None:
    body = b"".join(pieces)
    async with service(polite) as (url, wires), forwarding(url) as forwarder:
        headers = length(len(body)) if announced else [(b"transfer-encoding", b"chunked")]
        for _ in range(2):
            assert (await Caller("POST", headers=headers, pieces=pieces).through(forwarder)).body == b"ok"

    [wire] = wires
    assert [hashlib.sha256(each.body).digest() for each in wire.seen] == [hashlib.sha256(body).digest()] * 2
    assert {len(each.body) for each in wire.seen} == {len(body)}
    assert all(
        (each.field("content-length") is None) != (each.field("transfer-encoding") is None) for each in wire.seen
    )


async def test_a_body_that_announces_to_be_too_large_never_reaches_the_service() -> None:
    async with service(polite) as (url, wires), forwarding(url) as forwarder:
        caller = Caller("POST", headers=length(LARGEST_BODY + 1), pieces=[b"x"])
        with pytest.raises(TooLarge):
            await caller.through(forwarder)

    assert (wires, caller.asked_for) == ([], 0)


async def test_a_body_that_grows_too_large_is_cut_off_at_the_service() -> None:
    cut = asyncio.Event()

    async def reading(wire: Wire) -> None:
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await wire.request()
        cut.set()

    async with service(reading) as (url, _), forwarding(url) as forwarder:
        caller = Caller("POST", pieces=[bytes(65_536)] * 1000)
        with pytest.raises(TooLarge):
            await caller.through(forwarder)
        await asyncio.wait_for(cut.wait(), 20)

    assert caller.asked_for <= LARGEST_BODY // 65_536 + 1, "the rest was not even taken"


@pytest.mark.parametrize(
    "headers", [[*length(3), *length(4)], [(b"content-length", b"+3")], [(b"content-length", b"3, 3")], length(-3)]
)
async def test_a_length_that_contradicts_itself_is_refused(headers: list[tuple[bytes, bytes]]) -> None:
    async with service(polite) as (url, wires), forwarding(url) as forwarder:
        with pytest.raises(BadRequest):
            await Caller("POST", headers=headers, pieces=[b"abc"]).through(forwarder)

    assert wires == []


@pytest.mark.parametrize("announced", [80_000, 200_000])
async def test_a_body_that_is_not_as_long_as_announced_is_cut_off(announced: int) -> None:
    async with service(polite) as (url, wires), forwarding(url) as forwarder:
        with pytest.raises(BadRequest):
            await Caller("POST", headers=length(announced), pieces=[bytes(70_000)] * 2).through(forwarder)

    assert [wire.seen for wire in wires] == [[]] * len(wires)


async def test_a_client_that_goes_away_in_the_middle_of_its_body_has_sent_nothing() -> None:
    cut = asyncio.Event()

    async def reading(wire: Wire) -> None:
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await wire.request()
        cut.set()

    async with service(reading) as (url, _), forwarding(url) as forwarder:
        with pytest.raises(BadRequest):
            await Caller("POST", pieces=[bytes(70_000)], goes_after_body=True).through(forwarder)
        await asyncio.wait_for(cut.wait(), 20)


async def test_a_client_that_stops_in_the_middle_of_its_body_does_not_hold_a_connection() -> None:
    class Stopping(Caller):
        async def receive(self) -> Any:
            return await super().receive() if self._pieces else await asyncio.Event().wait()

    async with service(polite) as (url, wires), forwarding(url, limits=_QUICK) as forwarder:
        for pieces in ([b"few"], [bytes(70_000)]):
            with pytest.raises(BadRequest):
                await Stopping("POST", pieces=pieces, goes_after_body=True).through(forwarder)

    assert len(wires) == 1, "of the few bytes the service did not even hear"


async def test_a_service_that_answers_before_the_body_has_ended_is_heard() -> None:
    async def refusing(wire: Wire) -> None:
        await wire.head()
        await wire.says(b"HTTP/1.1 403 No\r\ncontent-length: 2\r\n\r\nno")
        await wire.hung_up()

    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(65_536)

    class Generous(Caller):
        async def receive(self) -> Any:
            await asyncio.sleep(0)
            return {"type": "http.request", "body": next(source), "more_body": True}

    source, limits = endless(), Limits(body=10**12)
    async with service(refusing) as (url, wires), forwarding(url, limits=limits) as forwarder:
        answers = [await Generous("POST").through(forwarder) for _ in range(2)]

    assert [(each.status, each.body) for each in answers] == [(403, b"no")] * 2
    assert len(wires) == 2, "a connection with half a body on it is not used again"


class Reluctant(asyncio.Protocol):
    """A service that reads nothing, or sends more than anybody takes, until it is told to go on."""

    def __init__(self, *, sends: int = 0) -> None:
        self.left, self.sent, self.received = sends, 0, 0
        self.stalled = asyncio.Event()
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        """Keep the connection."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Read the head, and no more; or answer without end."""
        self.received += len(data)
        if self.left:
            self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % self.left)
            self.go_on()
        else:
            self.transport.pause_reading()

    def go_on(self) -> None:
        """Send until the connection takes no more."""
        while self.left and not self.stalled.is_set():
            size = min(65_536, self.left)
            self.left, self.sent = self.left - size, self.sent + size
            self.transport.write(bytes(size))

    def pause_writing(self) -> None:
        """Nobody takes what was sent."""
        self.stalled.set()

    def resume_writing(self) -> None:
        """Somebody takes it again."""
        self.stalled.clear()
        self.go_on()


async def reluctantly(reluctant: Reluctant) -> tuple[Any, str]:
    server = await asyncio.get_running_loop().create_server(lambda: reluctant, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def at_rest(count: Callable[[], int]) -> None:
    """Come back when a count has begun and does not grow any more."""
    last = 0

    async def rests() -> bool:
        nonlocal last
        before, last = last, count()
        return 0 < before == last

    await eventually(rests, what="nothing moving any more")


async def test_a_service_sends_no_faster_than_the_client_takes() -> None:
    size = 60_000_000
    reluctant = Reluctant(sends=size)
    server, url = await reluctantly(reluctant)
    async with forwarding(url) as forwarder:
        caller = Caller()
        caller.takes.clear()
        going = asyncio.create_task(caller.through(forwarder))
        await at_rest(lambda: reluctant.sent)
        assert reluctant.sent < size / 2, "the rest waits at the service"
        assert len(caller.body) == 0

        caller.takes.set()
        await going

    assert (len(caller.body), caller.whole) == (size, True)
    assert max(len(each.get("body", b"")) for each in caller.messages) < 1_000_000
    server.close()


async def test_a_client_sends_no_faster_than_the_service_reads() -> None:
    reluctant, taken = Reluctant(), [0]
    server, url = await reluctantly(reluctant)

    class Endless(Caller):
        async def receive(self) -> Any:
            taken[0] += 65_536
            await asyncio.sleep(0)
            return {"type": "http.request", "body": bytes(65_536), "more_body": True}

    async with forwarding(url, limits=Limits(body=10**12)) as forwarder:
        going = asyncio.create_task(Endless("POST").through(forwarder))
        await at_rest(lambda: taken[0])
        assert taken[0] < 60_000_000
        going.cancel()
    server.close()
