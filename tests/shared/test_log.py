"""The log of a service and its feed: nothing is skipped, whenever it was committed."""

import asyncio

import asyncpg
import pytest

from shared.db.pool import Database
from shared.events import feed
from shared.events.feed import Position, raise_epoch, read_log, wait_for_log
from tests.shared import sample
from tests.shared.conftest import caller_of, install, start


async def here(service):
    """Return the position of the newest event that can be read."""
    rows = await read_log(service.database, after=Position(), limit=100_000)
    return Position(rows[-1]["epoch"], rows[-1]["xid"], rows[-1]["id"]) if rows else Position()


async def titles_after(service, position):
    rows = await read_log(service.database, after=position, limit=1000)
    return [row["data"]["title"] for row in rows]


def submitted(title):
    return sample.NoteSubmitted(note_id="note_1", title=title)


def subject(version=1, row_id="note_1"):
    return {"id": row_id, "version": version}


async def test_an_event_says_who_did_what_to_which_version_and_who_may_know(service, acme):
    begin = await here(service)
    note = await acme.note("hello")
    await acme.submit(note)

    internal = {"authorization": f"Bearer {service.token(aud='internal', kind='internal', tenant='system')}"}
    answer = await acme.send("GET", "/internal/events", query=f"after={begin}", headers=internal)

    [event] = answer["events"]
    assert event["specversion"] == "1.0" and event["source"] == "/prm/deals"
    assert (event["type"], event["subject"], event["subjectversion"]) == ("note.submitted.v1", note["id"], 2)
    assert (event["tenant"], event["audience"], event["public"]) == (acme.tenant_id, ["ptr_acme"], True)
    assert event["data"] == {"note_id": note["id"], "title": "hello", "status": "submitted"}
    assert Position.parse(event["position"]) > begin


async def test_nobody_but_the_services_reads_the_feed(vendor):
    assert (await vendor.get("/internal/events")).problem == "invalid_token"
    assert (await vendor.send("GET", "/internal/events", headers={"authorization": "Basic x"})).status == 401


async def test_an_event_is_stored_with_its_change_or_not_at_all(service, tenant_id):
    begin = await here(service)

    with pytest.raises(RuntimeError):
        async with service.tx(caller_of(tenant_id)) as tx:
            tx.emit(submitted("never"), subject=subject())
            raise RuntimeError

    assert await titles_after(service, begin) == []


async def test_events_of_a_step_that_was_undone_are_not_sent(service, tenant_id):
    begin = await here(service)

    async with service.tx(caller_of(tenant_id)) as tx:
        tx.emit(submitted("before"), subject=subject())
        with pytest.raises(asyncpg.PostgresError):
            async with tx.savepoint():
                tx.emit(submitted("undone"), subject=subject())
                await tx.connection.execute("SELECT 1/0")
        tx.emit(submitted("after"), subject=subject())

    assert await titles_after(service, begin) == ["before", "after"]


async def test_an_outer_step_is_undone_whole_after_an_inner_one_failed(service, tenant_id):
    async with service.tx(caller_of(tenant_id), engine=True) as tx:
        with pytest.raises(RuntimeError):
            async with tx.savepoint():
                await tx.add(sample.effects, id="outer", at=tx.now)
                with pytest.raises(asyncpg.PostgresError):
                    async with tx.savepoint():
                        await tx.connection.execute("SELECT 1/0")
                raise RuntimeError
        assert await tx.connection.fetchval("SELECT count(*) FROM effects") == 0


async def test_work_that_went_on_after_a_failed_statement_is_not_reported_as_done(service, tenant_id):
    with pytest.raises(RuntimeError, match="without a savepoint"):
        async with service.tx(caller_of(tenant_id)) as tx:
            with pytest.raises(asyncpg.PostgresError):
                await tx.connection.execute("SELECT 1/0")


async def test_a_late_commit_is_not_skipped(service, tenant_id):
    begin = await here(service)
    async with service.tx(caller_of(tenant_id)) as early:
        early.emit(submitted("early"), subject=subject())
        await early.flush()
        async with service.tx(caller_of(tenant_id)) as late:
            late.emit(submitted("late"), subject=subject())
        assert await titles_after(service, begin) == [], "the later one is held back by the one still open"

    assert await titles_after(service, begin) == ["early", "late"]


async def test_an_event_that_was_rolled_back_holds_nothing_back(service, tenant_id):
    begin = await here(service)
    with pytest.raises(RuntimeError):
        async with service.tx(caller_of(tenant_id)) as tx:
            tx.emit(submitted("gone"), subject=subject())
            await tx.flush()
            raise RuntimeError
    async with service.tx(caller_of(tenant_id)) as tx:
        tx.emit(submitted("kept"), subject=subject())

    assert await titles_after(service, begin) == ["kept"]


async def test_events_of_one_transaction_keep_their_order(service, tenant_id):
    begin = await here(service)
    async with service.tx(caller_of(tenant_id)) as tx:
        for number in range(50):
            tx.emit(submitted(str(number)), subject=subject(number))

    assert await titles_after(service, begin) == [str(number) for number in range(50)]


async def test_the_feed_can_be_read_in_pieces(service, tenant_id):
    begin = await here(service)
    async with service.tx(caller_of(tenant_id)) as tx:
        for number in range(7):
            tx.emit(submitted(str(number)), subject=subject(number))

    seen, place = [], begin
    while rows := await read_log(service.database, after=place, limit=3):
        seen += [row["data"]["title"] for row in rows]
        place = Position(rows[-1]["epoch"], rows[-1]["xid"], rows[-1]["id"])

    assert seen == [str(number) for number in range(7)]


async def test_who_waits_for_news_is_woken_by_them(service, tenant_id, monkeypatch):
    # Nobody looks again by himself here, so what arrives within the wait was woken for.
    monkeypatch.setattr(feed, "_UNWOKEN_SECONDS", 3600.0)
    waiting = asyncio.create_task(wait_for_log(service.database, after=await here(service), limit=10, wait=20))
    while not service.database._waiting:
        await asyncio.wait([waiting], timeout=0)
    async with service.tx(caller_of(tenant_id)) as tx:
        tx.emit(submitted("news"), subject=subject())

    assert [row["data"]["title"] for row in await waiting] == ["news"]


@pytest.mark.parametrize("text", ["", "1", "1.2", "1.2.3.4", "a.b.c"])
async def test_a_position_that_is_none_is_refused(service, acme, text):
    internal = {"authorization": f"Bearer {service.token(aud='internal', kind='internal', tenant='system')}"}

    assert (await acme.send("GET", "/internal/events", query=f"after={text}", headers=internal)).status == 400


async def test_after_a_restore_new_events_come_after_all_that_were_seen(sample_server):
    url = await install(sample_server, "restored")
    async with start(url) as before:
        async with before.tx(caller_of("tnt_1")) as tx:
            tx.emit(submitted("before"), subject=subject())
        # What a restored database looks like: its log tells of transactions that this server has yet to number.
        await before.admin.execute("UPDATE events SET xid = 1000000000000")
    last_seen = Position(1, 1_000_000_000_000, 1)

    async with start(url) as after:
        async with after.tx(caller_of("tnt_1")) as tx:
            tx.emit(submitted("after"), subject=subject())

        assert after.database.epoch == 2
        assert await titles_after(after, last_seen) == ["after"]


async def test_the_epoch_stays_while_nothing_was_restored(service):
    again = Database(service.database.url, service="deals", tables=sample.PLUMBING)
    await again.open()

    await raise_epoch(again)
    await raise_epoch(again)

    assert again.epoch == service.database.epoch == 1
    await again.close()
