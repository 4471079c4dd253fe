"""The connections of a service, as those who borrow them see it: on a real server, which is also made to fail."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from shared.db.connections import Connections, Loan
from shared.errors import Unavailable
from tests.shared.conftest import Running

_LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
LONG = "SELECT pg_sleep(60)"


@pytest.fixture
async def pair(service: Running) -> AsyncIterator[Connections]:
    """At most two connections to the sample's database."""
    connections = Connections(lambda: asyncpg.connect(service.database.url), size=2)
    await connections.open()
    yield connections
    await connections.close()


async def _pid(connections: Connections) -> int:
    async with Loan(connections) as connection:
        return int(await connection.fetchval("SELECT pg_backend_pid()"))


async def test_one_after_another_gets_the_same_connection(pair: Connections) -> None:
    assert await _pid(pair) == await _pid(pair)


async def test_at_once_each_has_a_connection_of_its_own_up_to_the_size(pair: Connections) -> None:
    async with Loan(pair) as first, Loan(pair) as second:
        assert first.get_server_pid() != second.get_server_pid()
        third = asyncio.create_task(pair.take())
        await asyncio.sleep(0)
        assert not third.done()
        third.cancel()


async def test_whoever_finds_all_of_them_lent_waits_for_one_that_comes_back(service: Running) -> None:
    connections = Connections(lambda: asyncpg.connect(service.database.url), size=4)
    first, second = await connections.take(), await connections.take()
    third = asyncio.create_task(connections.take())
    await asyncio.sleep(0)
    connections.give_back(first)
    assert await third is first
    for each in (first, second):
        connections.give_back(each)
    await connections.close()


async def test_when_none_comes_back_another_is_made(service: Running) -> None:
    connections = Connections(lambda: asyncpg.connect(service.database.url), size=4)
    lent = [await connections.take() for _ in range(4)]
    assert len({each.get_server_pid() for each in lent}) == 4
    fifth = asyncio.create_task(connections.take())
    connections.give_back(lent[0])
    assert await fifth is lent[0]
    for each in lent:
        connections.give_back(each)
    await connections.close()


async def test_another_is_made_where_somebody_waits_at_any_moment_though_nobody_waits_long(service: Running) -> None:
    connections = Connections(lambda: asyncpg.connect(service.database.url), size=3)

    async def works() -> set[int]:
        seen = set()
        for _ in range(20):
            async with Loan(connections) as connection:
                seen.add(int(await connection.fetchval("SELECT pg_backend_pid() FROM pg_sleep(0.01)")))
        return seen

    assert len(set().union(*await asyncio.gather(*(works() for _ in range(6))))) == 3
    await connections.close()


async def test_who_waits_too_long_is_told_so(service: Running) -> None:
    made = await asyncpg.connect(service.database.url)

    async def connect() -> Any:
        return made

    connections = Connections(connect, size=1, longest_wait=0.01)
    lent = await connections.take()
    with pytest.raises(TimeoutError):
        await connections.take()
    connections.give_back(lent)
    await connections.close()


async def test_a_queue_that_moves_is_waited_in_for_longer_than_one_that_does_not(service: Running) -> None:
    connections = Connections(lambda: asyncpg.connect(service.database.url), size=1, longest_wait=1.0)
    await connections.open()

    async def works() -> int:
        async with Loan(connections) as connection:
            return int(await connection.fetchval("SELECT 1 FROM pg_sleep(0.15)"))

    # All of them together take twice as long as anybody would wait for a single one.
    assert await asyncio.gather(*(works() for _ in range(14))) == [1] * 14
    await connections.close()


async def test_whoever_waits_longest_is_next(pair: Connections) -> None:
    order: list[int] = []

    async def borrow(number: int) -> None:
        async with Loan(pair):
            order.append(number)

    async with Loan(pair):
        async with Loan(pair):
            waiting = [asyncio.create_task(borrow(number)) for number in range(5)]
            await asyncio.sleep(0)
        await asyncio.gather(*waiting)
    assert order == [0, 1, 2, 3, 4]


async def test_one_that_is_handed_to_somebody_who_gives_up_at_that_moment_is_not_lost(pair: Connections) -> None:
    first, second = await pair.take(), await pair.take()
    waiting = asyncio.create_task(pair.take())
    await asyncio.sleep(0)
    pair.give_back(first)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    again = await pair.take()
    assert again is first
    for connection in (again, second):
        pair.give_back(connection)


async def test_a_transaction_that_was_left_open_is_undone_before_anybody_else_gets_the_connection(
    pair: Connections,
) -> None:
    held = await pair.take()
    async with Loan(pair) as connection:
        await connection.execute("BEGIN; CREATE TEMP TABLE left_behind (id int)")
    # The other one is held, so that the next to come waits for this one.
    async with Loan(pair) as again:
        assert again is connection and not again.is_in_transaction()
        assert await again.fetchval("SELECT to_regclass('left_behind')") is None
    pair.give_back(held)


async def test_a_statement_that_is_broken_off_ends_on_the_server_and_leaves_a_connection_that_works(
    pair: Connections,
) -> None:
    observer = await pair.take()

    async def long() -> None:
        async with Loan(pair) as connection:
            await connection.execute(LONG)

    running = asyncio.create_task(long())
    while not await observer.fetchval("SELECT count(*) FROM pg_stat_activity WHERE query = $1", LONG):
        continue
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    async with Loan(pair) as connection:
        assert await connection.fetchval("SELECT 1") == 1
    active = "SELECT count(*) FROM pg_stat_activity WHERE query = $1 AND state = 'active'"
    assert await observer.fetchval(active, LONG) == 0
    pair.give_back(observer)


async def test_a_refused_statement_leaves_its_connection_as_it_was(pair: Connections) -> None:
    pid = await _pid(pair)
    with pytest.raises(asyncpg.UndefinedTableError):
        async with Loan(pair) as connection:
            await connection.execute("SELECT * FROM nothing_of_this_name")
    assert await _pid(pair) == pid


async def test_connections_that_the_server_ended_are_replaced_as_often_as_it_takes(
    pair: Connections, service: Running
) -> None:
    admin = await asyncpg.connect(service.admin_url)
    for _ in range(3):
        async with Loan(pair) as first, Loan(pair) as second:
            for connection in (first, second):
                await admin.execute("SELECT pg_terminate_backend($1, 5000)", connection.get_server_pid())
                with pytest.raises(_LOST):
                    await connection.fetchval("SELECT 1")
        async with Loan(pair) as first, Loan(pair) as second:
            assert (await first.fetchval("SELECT 1"), await second.fetchval("SELECT 1")) == (1, 1)
    await admin.close()


async def test_room_is_left_when_no_connection_can_be_made() -> None:
    async def refused() -> Any:
        raise ConnectionRefusedError

    connections = Connections(refused, size=1)
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            await connections.take()


async def test_whoever_waits_takes_the_room_of_a_connection_that_was_lost(pair: Connections) -> None:
    first, second = await pair.take(), await pair.take()
    waiting = asyncio.create_task(pair.take())
    await asyncio.sleep(0)
    first.terminate()
    pair.give_back(first)
    assert await (fresh := await waiting).fetchval("SELECT 1") == 1
    for connection in (fresh, second):
        pair.give_back(connection)


async def test_those_that_nobody_has_needed_since_the_last_look_are_closed_but_for_one(pair: Connections) -> None:
    async with Loan(pair) as first, Loan(pair) as second:
        pass
    pair.close_unneeded()
    kept = [not connection.is_closed() for connection in (first, second)]
    await _pid(pair)
    pair.close_unneeded()
    left = [not connection.is_closed() for connection in (first, second)]
    assert (kept, sum(left)) == ([True, True], 1)
    async with Loan(pair) as one, Loan(pair) as two:
        assert one is not two


async def test_closing_waits_for_what_is_lent_and_refuses_everybody_else(service: Running) -> None:
    connections = Connections(lambda: asyncpg.connect(service.database.url), size=1)
    await connections.open()
    lent = await connections.take()
    waiting = asyncio.create_task(connections.take())
    await asyncio.sleep(0)
    closing = asyncio.create_task(connections.close())
    with pytest.raises(Unavailable):
        await waiting
    with pytest.raises(Unavailable):
        await connections.take()
    assert await lent.fetchval("SELECT 1") == 1 and not closing.done()
    connections.give_back(lent)
    await closing
    assert lent.is_closed()
