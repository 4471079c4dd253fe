"""Kept connections to a service: lent to one at a time, given up when they are old, and never lost."""

import asyncio
from typing import Any

import pytest

from gateway.edge.pool import Crowded, Limits, Pool
from gateway.edge.wire import UpstreamFailed
from tests.gateway.upstream import OK, Caller, Wire, forwarding, polite, service


async def test_a_service_that_is_not_reached_takes_no_connection_away() -> None:
    pool = Pool("http://127.0.0.1:1", Limits(connections=1, connect=5.0))
    for _ in range(3):
        with pytest.raises(UpstreamFailed) as told:
            await pool.take()
        assert not isinstance(told.value, Crowded)


async def test_who_leaves_when_called_lets_the_next_have_the_connection() -> None:
    async with service(polite) as (url, _):
        pool = Pool(url, Limits(connections=1, connect=20.0))
        connection, _ = await pool.take()
        leaving, next_one = asyncio.create_task(pool.take()), asyncio.create_task(pool.take())
        await asyncio.sleep(0)

        pool.give_back(connection)
        leaving.cancel()

        taken, _ = await asyncio.wait_for(next_one, 10)
        pool.give_back(taken)
        await pool.close()


@pytest.mark.parametrize("url", ["deals:8080", "ftp://deals", "http://", ""])
def test_what_is_no_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="no address of a service"):
        Pool(url, Limits())


async def test_a_read_is_sent_again_on_a_new_connection_not_on_another_old_one() -> None:
    both = asyncio.Barrier(2)

    async def restarted(wire: Wire) -> None:
        await wire.request()
        if wire.number < 2:
            await both.wait()
            await wire.says(OK)
            await wire.request()
            return
        await wire.says(OK)

    async with service(restarted) as (url, wires), forwarding(url) as forwarder:
        await asyncio.gather(Caller().through(forwarder), Caller().through(forwarder))

        assert (await Caller().through(forwarder)).body == b"ok"
        assert len(wires) == 3


async def test_a_connection_that_nobody_needs_is_closed_before_the_service_would() -> None:
    closed = asyncio.Event()

    async def waiting(wire: Wire) -> None:
        await wire.request()
        await wire.says(OK)
        await wire.hung_up()
        closed.set()

    async with service(waiting) as (url, _), forwarding(url, limits=Limits(kept=0.05, look=0.02)) as forwarder:
        await Caller().through(forwarder)
        await asyncio.wait_for(closed.wait(), 20)


async def test_an_answer_that_nobody_took_does_not_stop_up_the_connection() -> None:
    large = b"HTTP/1.1 200 OK\r\ncontent-length: 200000\r\n\r\n" + bytes(200_000)

    async def generous(wire: Wire) -> None:
        while await wire.request():
            await wire.says(large)

    class Failing(Caller):
        async def send(self, message: Any) -> None:
            await super().send(message)
            raise OSError("the client is gone")

    async with service(generous) as (url, _), forwarding(url) as forwarder:
        for _ in range(3):
            with pytest.raises(OSError, match="gone"):
                await Failing().through(forwarder)
            assert len((await Caller().through(forwarder)).body) == 200_000
