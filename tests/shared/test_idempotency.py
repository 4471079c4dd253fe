"""The same request sent again takes effect once."""

import asyncio
import uuid
from datetime import timedelta

import pytest

from shared.web.idempotency import KEPT


def key():
    return {"idempotency-key": uuid.uuid4().hex}


async def create(person, title, headers, **more):
    return await person.send("POST", "/v1/notes", {"title": title, **more}, headers=headers)


async def count(person):
    return (await person.get("/v1/notes/tally"))["count"]


async def test_the_first_answer_is_given_again_byte_for_byte(acme):
    headers = key()

    first, second = await create(acme, "ä \\u0000 ☃", headers), await create(acme, "ä \\u0000 ☃", headers)

    assert (second.status, second.body) == (first.status, first.body) == (201, first.body)
    assert second.headers["idempotent-replayed"] == "true" and "idempotent-replayed" not in first.headers
    differing = {"idempotent-replayed", "request-id"}
    assert {k: v for k, v in second.headers.items() if k not in differing} == {
        k: v for k, v in first.headers.items() if k not in differing
    }
    assert await count(acme) == 1


async def test_the_answer_is_the_first_one_even_when_the_object_has_moved_on(acme):
    headers = key()
    first = await create(acme, "a", headers)
    await acme.submit(first)

    assert (await create(acme, "a", headers)).body == first.body


async def test_a_key_belongs_to_one_request(acme):
    headers = key()
    note = await create(acme, "a", headers)

    other_body = await create(acme, "b", headers)
    other_path = await acme.send("POST", f"/v1/notes/{note['id']}/submit", {"title": "a"}, headers=headers)

    assert [(each.status, each.problem) for each in (other_body, other_path)] == [(422, "idempotency_key_reused")] * 2
    assert await count(acme) == 1


async def test_the_same_key_of_somebody_else_is_another_key(acme, rival, stranger):
    headers = key()

    answers = [await create(person, "a " + str(place), headers) for place, person in enumerate((acme, rival, stranger))]

    assert [answer.status for answer in answers] == [201, 201, 201]


async def test_a_refusal_is_not_kept(acme):
    headers = key()
    refused = await acme.send("POST", "/v1/notes", {"title": "one too many"}, headers=headers)
    invalid = await acme.send("POST", "/v1/notes", {"title": 5}, headers=headers)

    assert (refused.problem, invalid.problem) == ("notes_full", "invalid")
    assert (await create(acme, "another", headers)).status == 201


async def test_a_hundred_at_once_are_one(acme):
    headers = key()

    answers = await asyncio.gather(*(create(acme, "once", headers) for _ in range(100)))

    made = [answer for answer in answers if answer.status == 201]
    assert made and len({answer.body for answer in made}) == 1
    assert {answer.problem for answer in answers} <= {None, "request_in_flight"}
    assert await count(acme) == 1


async def test_while_the_first_is_at_work_the_second_is_told_so(service, acme):
    note = await acme.note()
    holder = service.admin.transaction()
    await holder.start()
    await service.admin.execute("SELECT FROM notes WHERE id = $1 FOR UPDATE", note["id"])
    headers = {**key(), "if-match": '"1"'}

    def submit():
        return acme.send("POST", f"/v1/notes/{note['id']}/submit", {"reason": "time"}, headers=headers)

    first = asyncio.create_task(submit())
    while not await service.admin.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    ):
        await asyncio.wait([first], timeout=0)
    second = await submit()
    await holder.rollback()

    assert (second.status, second.problem) == (409, "request_in_flight")
    assert second.headers["retry-after"] == "1"
    assert (await first).status == 200
    assert (await submit()).body == (await first).body


async def test_a_client_that_goes_away_does_not_undo_its_write(service, acme):
    note = await acme.note()
    holder = service.admin.transaction()
    await holder.start()
    await service.admin.execute("SELECT FROM notes WHERE id = $1 FOR UPDATE", note["id"])

    submitting = asyncio.create_task(acme.submit(note))
    while not await service.admin.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    ):
        await asyncio.wait([submitting], timeout=0)
    submitting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await submitting
    await holder.rollback()
    await asyncio.gather(*service.app.runtime.writing)

    assert (await acme.get(f"/v1/notes/{note['id']}"))["status"] == "submitted"


async def test_a_secret_is_shown_once(service, vendor):
    headers = key()

    first = await vendor.send("POST", "/v1/secrets", headers=headers)
    second = await vendor.send("POST", "/v1/secrets", headers=headers)

    assert (first.status, first["count"]) == (201, 42)
    assert (second.status, second.problem) == (409, "secret_already_shown")
    kept = await service.admin.fetchval("SELECT body FROM idempotency_keys WHERE key = $1", headers["idempotency-key"])
    assert kept is None


async def test_what_needs_a_key_is_refused_without(vendor):
    answer = await vendor.send("POST", "/v1/secrets")

    assert (answer.status, answer.problem) == (400, "idempotency_key_required")


@pytest.mark.parametrize("text", ["", "a b", "a" * 256, "ü", "a\tb"])
async def test_a_key_is_refused(acme, text):
    assert (await create(acme, "a", {"idempotency-key": text})).status == 400


async def test_a_key_is_forgotten_after_its_days(service, acme):
    headers = key()
    first = await create(acme, "a", headers)
    await service.admin.execute(
        "UPDATE idempotency_keys SET created_at = created_at - $2::interval WHERE key = $1",
        headers["idempotency-key"],
        KEPT + timedelta(seconds=1),
    )

    second = await create(acme, "b", headers)

    assert (first.status, second.status) == (201, 201)
    assert second["title"] == "b"


async def test_the_days_of_a_key_do_not_pass_faster_on_a_test_clock(service, tenant_id):
    person = service.person(tenant_id, partner="ptr_acme", mode="test")
    headers = key()
    first = await create(person, "a", headers)
    await service.admin.execute(
        "INSERT INTO tenant_clocks (tenant_id, offset_seconds, version) VALUES ($1, 31536000, 1)", tenant_id
    )

    assert (await create(person, "a", headers)).body == first.body
    assert int((await person.note())["created_at"][:4]) > int(first["created_at"][:4])
