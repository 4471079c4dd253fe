"""Either side of a forwarded request goes away, or falls silent: who is told what, and what is sent again."""

import asyncio

import pytest

from gateway.edge.pool import Limits
from shared.errors import Unavailable
from tests.gateway.upstream import OK, Caller, Wire, forwarding, polite, service
from tests.journeys.world import eventually

_QUICK = Limits(silence=0.1, look=0.02)


async def a_while() -> None:
    """Let a few looks at what takes long go by."""
    looks = iter((False, False, False, True))

    async def looked() -> bool:
        return next(looks)

    await eventually(looked, what="a while")


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"])
async def test_a_read_is_given_up_when_its_client_goes_away(begun: bytes) -> None:
    arrived, given_up = asyncio.Event(), asyncio.Event()

    async def slow(wire: Wire) -> None:
        await wire.request()
        await wire.says(begun)
        arrived.set()
        await wire.hung_up()
        given_up.set()

    async with service(slow) as (url, _), forwarding(url) as forwarder:
        caller = Caller()
        going = asyncio.create_task(caller.through(forwarder))
        await arrived.wait()
        if begun:
            await caller.begun.wait()
        caller.gone.set()

        await asyncio.wait_for(given_up.wait(), 20)
        await going

    assert not caller.whole


async def test_a_write_ends_at_the_service_though_its_client_has_gone() -> None:
    arrived = asyncio.Event()
    caller = Caller("POST", pieces=[b"once"])

    async def working(wire: Wire) -> None:
        await wire.request()
        arrived.set()
        await caller.gone.wait()
        await a_while()
        await wire.says(OK)
        await polite(wire)

    async with service(working) as (url, wires), forwarding(url, limits=Limits(look=0.02)) as forwarder:
        going = asyncio.create_task(caller.through(forwarder))
        await arrived.wait()
        caller.gone.set()
        await going
        await Caller("POST", pieces=[b"another"]).through(forwarder)

    assert [[each.body for each in wire.seen] for wire in wires] == [[b"once", b"another"]], "nobody hung up"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST", "OPTIONS"])
async def test_only_a_read_is_sent_again(method: str) -> None:
    heard: list[str] = []

    async def forgetful(wire: Wire) -> None:
        await wire.request()
        await wire.says(OK)
        heard.append((await wire.request()).line)
        wire.writer.transport.abort()

    async with service(forgetful) as (url, _), forwarding(url) as forwarder:
        await Caller().through(forwarder)
        with pytest.raises(Unavailable):
            await Caller(method).through(forwarder)

    assert heard == [f"{method} /x HTTP/1.1"]


async def test_a_read_that_a_new_connection_does_not_answer_either_is_not_sent_a_third_time() -> None:
    heard: list[int] = []

    async def dying(wire: Wire) -> None:
        if wire.number == 0:
            await wire.request()
            await wire.says(OK)
        await wire.request()
        heard.append(wire.number)

    async with service(dying) as (url, _), forwarding(url) as forwarder:
        await Caller().through(forwarder)
        with pytest.raises(Unavailable):
            await Caller().through(forwarder)

    assert heard == [0, 1]


@pytest.mark.parametrize("said", [b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"])
async def test_a_read_whose_answer_has_begun_is_not_begun_again(said: bytes) -> None:
    async def dying(wire: Wire) -> None:
        await wire.request()
        await wire.says(OK)
        await wire.request()
        await wire.says(said)

    async with service(dying) as (url, wires), forwarding(url) as forwarder:
        await Caller().through(forwarder)
        caller = Caller()
        with pytest.raises(Unavailable):
            await caller.through(forwarder)

    assert (len(wires), caller.whole) == (1, False)
    assert sum(each["type"] == "http.response.start" for each in caller.messages) <= 1


SILENCES = {
    "before the answer": b"",
    "in its head": b"HTTP/1.1 200 OK\r\ncontent-le",
    "in its body": b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
}


@pytest.mark.parametrize("said", SILENCES.values(), ids=SILENCES)
@pytest.mark.parametrize("limits", [_QUICK, Limits(exchange=0.1, look=0.02)], ids=["silence", "exchange"])
async def test_a_service_that_hangs_is_hung_up_on(said: bytes, limits: Limits) -> None:
    freed = asyncio.Event()

    async def hanging(wire: Wire) -> None:
        await wire.request()
        await wire.says(said)
        await wire.hung_up()
        freed.set()

    async with service(hanging) as (url, wires), forwarding(url, limits=limits) as forwarder:
        caller = Caller()
        with pytest.raises(Unavailable):
            await caller.through(forwarder)
        await asyncio.wait_for(freed.wait(), 20)

    assert not caller.whole
    assert len(wires) == 1


async def test_a_slow_service_is_waited_for() -> None:
    async def slow(wire: Wire) -> None:
        while await wire.request():
            await a_while()
            await wire.says(OK)

    async with service(slow) as (url, _), forwarding(url, limits=Limits(look=0.02)) as forwarder:
        assert (await Caller().through(forwarder)).body == b"ok"
        assert (await Caller("POST").through(forwarder)).body == b"ok"
