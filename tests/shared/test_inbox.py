"""Consuming: each event takes effect once, in the order of its subject, however it arrives."""

import asyncio
import random
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from shared import clock
from shared.events.envelope import Envelope
from shared.events.feed import Position, read_log
from shared.events.feed import envelope_of as of_row
from shared.events.inbox import Consumer
from shared.web.peer import Peer
from shared.web.reply import Reply
from tests.shared import sample
from tests.shared.conftest import caller_of, install, start


@pytest.fixture
async def running(sample_server):
    """A service of its own: what it has consumed is told by its whole database."""
    url = await install(sample_server, "consuming")
    async with start(url) as started:
        yield started


async def emit(running, *titles, tenant="tnt_1", row_id="note_1", first=1):
    """Append one event a title, each the next version of one subject."""
    for version, title in enumerate(titles, first):
        async with running.tx(caller_of(tenant)) as tx:
            tx.emit(sample.NoteSubmitted(note_id=row_id, title=title), subject={"id": row_id, "version": version})


async def catch_up(consumer):
    while await consumer.step():
        pass


async def handled(running):
    """Return how many effects there are, and the headlines."""
    rows = await running.admin.fetch("SELECT tenant_id, id, title, version FROM headlines ORDER BY 1, 2")
    return await running.admin.fetchval("SELECT count(*) FROM effects"), [tuple(row)[1:] for row in rows]


async def parked(running):
    rows = await running.admin.fetch(
        "SELECT envelope, attempts, error, next_attempt_at FROM parked_events ORDER BY position"
    )
    return [(row["attempts"], row["error"]) for row in rows]


async def test_each_event_takes_effect_once(running):
    await emit(running, "a", "b", "c")

    await catch_up(running.consumer)
    await catch_up(running.consumer)

    assert await handled(running) == (3, [("note_1", "c", 3)])


async def test_an_event_that_is_delivered_again_changes_nothing(running):
    await emit(running, "a")
    [row] = await read_log(running.database, after=Position(), limit=10)

    for _ in range(3):
        await running.consumer.deliver(of_row(row, source="deals"))

    assert await handled(running) == (1, [("note_1", "a", 1)])


def replaying(envelopes: list[Envelope]) -> Peer:
    """Return a source whose feed holds these events in this order, whatever positions they once had."""
    placed = [{**each.as_json(), "position": f"1.{place}.1"} for place, each in enumerate(envelopes, 1)]

    async def feed(scope: Any, receive: Any, send: Any) -> None:
        after = Position.parse(parse_qs(scope["query_string"].decode())["after"][0])
        reply = Reply.json({"events": [each for each in placed if Position.parse(each["position"]) > after][:7]})
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": reply.body})

    async def no_token() -> str:
        return ""

    return Peer(feed, token=no_token)


@pytest.mark.parametrize("seed", range(3))
async def test_doubled_and_shuffled_events_end_in_the_same_state(running, seed):
    for subject in range(5):
        await emit(running, *"abcd", row_id=f"note_{subject}")
    rows = await read_log(running.database, after=Position(), limit=1000)
    envelopes = [of_row(row, source="deals") for row in rows] * 2
    random.Random(seed).shuffle(envelopes)
    consumer = Consumer(running.database, source="deals", peer=replaying(envelopes), subscriptions=sample.SUBSCRIPTIONS)

    await catch_up(consumer)

    assert await handled(running) == (20, [(f"note_{subject}", "d", 4) for subject in range(5)])


async def test_two_consumers_at_once_do_the_work_of_one(running):
    for subject in range(5):
        await emit(running, *"abcd", row_id=f"note_{subject}")
    other = Consumer(
        running.database,
        source="deals",
        peer=running.database.peers["deals"],
        subscriptions=sample.SUBSCRIPTIONS,
    )

    await asyncio.gather(catch_up(running.consumer), catch_up(other), catch_up(running.consumer))

    assert await handled(running) == (20, [(f"note_{subject}", "d", 4) for subject in range(5)])


async def test_a_failing_event_waits_with_its_successors_while_others_go_on(running):
    await emit(running, "broken", "after", row_id="note_bad", tenant="tnt_parked")
    await emit(running, "fine", row_id="note_good", tenant="tnt_parked")
    await emit(running, "fine", row_id="note_bad", tenant="tnt_else")

    await catch_up(running.consumer)

    assert await handled(running) == (2, [("note_bad", "fine", 1), ("note_good", "fine", 1)])
    assert await parked(running) == [
        (1, "Broken()"),
        (0, "waits behind an earlier event of the same subject"),
    ]


async def test_a_successor_does_not_overtake_the_event_it_waits_for(running):
    tenant = "tnt_order"
    await emit(running, "broken", tenant=tenant)
    await catch_up(running.consumer)
    for _ in range(4):
        await running.consumer.retry_parked(everything=True)
    await emit(running, "after", tenant=tenant, first=2)
    await catch_up(running.consumer)

    # The successor, with its first attempt before it, would be due long before the one that has failed five times.
    assert await running.consumer.retry_parked(now=clock.now() + timedelta(seconds=10)) == 0
    assert await handled(running) == (0, [])


async def test_what_was_parked_goes_through_in_order_once_it_is_repaired(running):
    tenant = "tnt_repaired"
    await emit(running, "broken", "b", "c", tenant=tenant)
    await catch_up(running.consumer)

    sample.REPAIRED.add(tenant)

    assert await running.consumer.retry_parked() == 0, "not due yet"
    assert await running.consumer.retry_parked(now=clock.now() + timedelta(minutes=1)) == 3
    assert await parked(running) == []
    assert await handled(running) == (3, [("note_1", "c", 3)])
    await emit(running, "d", tenant=tenant, first=4)
    await catch_up(running.consumer)
    assert await handled(running) == (4, [("note_1", "d", 4)])


async def test_an_event_that_fails_again_and_again_stays_visible_until_somebody_replays_it(running):
    tenant = "tnt_given_up"
    await emit(running, "broken", tenant=tenant)
    await catch_up(running.consumer)
    for _ in range(8):
        await running.consumer.retry_parked(everything=True)

    assert await running.consumer.retry_parked(now=clock.now() + timedelta(days=365)) == 0
    assert [attempts for attempts, _ in await parked(running)] == [9]
    sample.REPAIRED.add(tenant)
    assert await running.consumer.retry_parked(everything=True) == 1


async def test_an_event_whose_handler_sends_nonsense_to_the_database_is_parked_and_blocks_nobody(running):
    await emit(running, "a", row_id="note_1")
    [row] = await read_log(running.database, after=Position(), limit=10)
    wrong = {**of_row(row, source="deals").as_json(), "id": "evt_wrong", "subject": "note_2", "subjectversion": "two"}
    right = {**wrong, "id": "evt_right", "subject": "note_3", "subjectversion": 2}
    source = replaying([Envelope.from_json({**each, "time": row["time"].isoformat()}) for each in (wrong, right)])
    consumer = Consumer(running.database, source="deals", peer=source, subscriptions=sample.SUBSCRIPTIONS)

    await catch_up(consumer)

    assert await handled(running) == (1, [("note_3", "a", 2)])
    assert len(await parked(running)) == 1


async def test_everything_can_be_rebuilt_from_the_beginning(running):
    for subject in range(3):
        await emit(running, *"abc", row_id=f"note_{subject}")
    await catch_up(running.consumer)
    state = await handled(running)
    await running.admin.execute("DELETE FROM headlines; DELETE FROM effects")

    await running.consumer.restart()
    await catch_up(running.consumer)

    assert await handled(running) == state


async def test_a_late_version_does_not_replace_a_newer_one(service, tenant_id):
    async with service.tx(caller_of(tenant_id), engine=True) as tx:
        assert await tx.project(sample.headlines, id="note_1", title="two", version=2)
        assert not await tx.project(sample.headlines, id="note_1", title="one", version=1)
        assert not await tx.project(sample.headlines, id="note_1", title="two again", version=2)
        assert await tx.project(sample.headlines, id="note_1", title="three", version=3)

    kept = await service.admin.fetchval("SELECT title FROM headlines WHERE tenant_id = $1", tenant_id)
    assert kept == "three"


async def test_a_consumer_that_is_stopped_leaves_nothing_open(running):
    await emit(running, "a")
    tasks = [asyncio.create_task(running.consumer.run()) for _ in range(3)]
    while (await handled(running))[0] == 0:
        await asyncio.wait(tasks, timeout=0)

    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    open_transactions = await running.admin.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
    )
    assert open_transactions == 0
