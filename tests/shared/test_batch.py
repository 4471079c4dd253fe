"""Many creations in one request: each item has a fate of its own, and a repetition makes what is missing and no more."""

import asyncio
import uuid

import pytest

from shared.web.batch import MOST_ITEMS, Batch
from tests.shared import sample

PATH = "/v1/notes/batch"


async def send(person, *items, key=None, **headers):
    fields = {"idempotency-key": key} if key else {}
    return await person.send("POST", PATH, {"items": list(items)}, headers={**fields, **headers})


def titled(*titles):
    return [{"title": each} for each in titles]


async def titles(person):
    return sorted(each["title"] for each in (await person.get("/v1/notes", limit=200))["data"])


async def test_every_item_is_made_and_answered_as_it_would_be_alone(acme):
    alone = await acme.note("alone")
    answer = await send(acme, *titled("a", "b"))

    assert (answer.status, answer["object"], answer["succeeded"], answer["failed"]) == (200, "batch", 2, 0)
    assert [(each["index"], each["status"], each["body"]["title"]) for each in answer["data"]] == [
        (0, 201, "a"),
        (1, 201, "b"),
    ]
    for each in answer["data"]:
        own = await acme.get(f"/v1/notes/{each['body']['id']}")
        assert each["body"] == own.json
        assert each["headers"] == {"ETag": own.headers["etag"], "Location": f"/v1/notes/{own['id']}"}
        assert each["body"].keys() == alone.json.keys()
    assert await titles(acme) == ["a", "alone", "b"]


async def test_an_item_that_fails_stops_no_other(acme):
    bad = ({"title": 5}, {"title": "c", "colour": "red"}, {"title": "one too many"}, {})
    answer = await send(acme, {"title": "a"}, *bad, {"title": "b"})

    assert [each["status"] for each in answer["data"]] == [201, 422, 422, 409, 422, 201]
    assert (answer["succeeded"], answer["failed"]) == (2, 4)
    assert [each["body"].get("code") for each in answer["data"][1:5]] == ["invalid", "invalid", "notes_full", "invalid"]
    assert answer["data"][2]["body"]["errors"][0]["pointer"] == "/colour"
    assert await titles(acme) == ["a", "b"]


@pytest.mark.parametrize("item", ["text", 5, None, True, ["title"], []])
async def test_an_item_that_is_no_object_fails_alone(acme, item):
    answer = await send(acme, item, {"title": "a"})

    assert [(each["status"], each["body"].get("code")) for each in answer["data"]] == [
        (400, "unreadable_json"),
        (201, None),
    ]


@pytest.mark.parametrize("count", [0, MOST_ITEMS + 1])
async def test_a_batch_has_one_item_to_a_hundred(acme, count):
    answer = await send(acme, *titled(*("x" for _ in range(count))))

    assert (answer.status, answer.problem, answer["errors"][0]["pointer"]) == (422, "invalid", "/items")
    assert await titles(acme) == []


async def test_a_hundred_items_are_made_in_their_order(acme):
    answer = await send(acme, *titled(*(f"{n:03}" for n in range(MOST_ITEMS))))

    assert (answer["succeeded"], answer["failed"]) == (MOST_ITEMS, 0)
    assert [each["body"]["title"] for each in answer["data"]] == [f"{n:03}" for n in range(MOST_ITEMS)]
    newest = (await acme.get("/v1/notes", sort="created_at", limit=200))["data"]
    assert [each["title"] for each in newest] == [f"{n:03}" for n in range(MOST_ITEMS)]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "unreadable_json"),
        (b'{"items":[{"title":"a","title":"b"}]}', 400, "unreadable_json"),
        (b'{"items":[{"title":"a","rank":NaN}]}', 400, "unreadable_json"),
        (b'{"items":{"title":"a"}}', 422, "invalid"),
        (b'{"items":[{"title":"a"}],"all":true}', 422, "invalid"),
        (b"[]", 400, "unreadable_json"),
        (b"", 400, "unreadable_json"),
    ],
)
async def test_what_is_no_batch_is_refused_as_a_whole(acme, body, status, code):
    answer = await acme.send("POST", PATH, body)

    assert (answer.status, answer.problem) == (status, code)
    assert await titles(acme) == []


async def test_a_number_comes_to_the_creation_as_it_was_sent(acme):
    body = b'{"items":[{"title":"a","rank":1e3},{"title":"b","rank":123456789012345678901234567890},{"title":"c","rank":7}]}'
    answer = await acme.send("POST", PATH, body)
    alone = [
        await acme.send("POST", "/v1/notes", b'{"title":"alone","rank":' + each + b"}") for each in (b"1e3", b"9" * 30)
    ]

    assert [each["status"] for each in answer["data"]] == [*(each.status for each in alone), 201]
    assert answer["data"][2]["body"]["rank"] == 7


async def test_names_and_amounts_arrive_unharmed(acme):
    names = ["Őrző Kft.", "Новотех ООО", "移动科技", "😀 e\u0301"]
    amounts = [(125000, "EUR"), (900, "JPY"), (1250, "KWD"), (9_007_199_254_740_991, "USD")]
    answer = await send(
        acme,
        *(
            {"title": name, "amount": {"amount": amount, "currency": currency}}
            for name, (amount, currency) in zip(names, amounts, strict=True)
        ),
    )

    assert [each["body"]["title"] for each in answer["data"]] == [*names[:3], "😀 \u00e9"]
    assert [tuple(each["body"]["amount"].values()) for each in answer["data"]] == amounts


async def test_every_item_has_an_audit_row_of_the_single_creation(service, acme):
    answer = await send(acme, *titled("a", "b"), key=uuid.uuid4().hex)

    ids = [each["body"]["id"] for each in answer["data"]]
    rows = await service.admin.fetch(
        "SELECT subject, action, request_id FROM audit_records WHERE subject = ANY($1)", ids
    )
    assert sorted(row["subject"] for row in rows) == sorted(ids)
    assert {row["action"] for row in rows} == {"create_note"}
    assert {row["request_id"] for row in rows} == {answer.headers["request-id"]}


async def test_a_repetition_gives_the_same_answer_and_makes_nothing(acme):
    key = uuid.uuid4().hex
    items = [*titled("a", "b"), {"title": 5}, {"title": "one too many"}]

    first, second = await send(acme, *items, key=key), await send(acme, *items, key=key)

    assert (second.status, second.body) == (first.status, first.body)
    assert second.headers["idempotent-replayed"] == "true" and "idempotent-replayed" not in first.headers
    assert await titles(acme) == ["a", "b"]


async def test_a_repetition_makes_only_what_is_missing(service, tenant_id, acme):
    key = uuid.uuid4().hex
    items = titled("a", "not yet", "b")

    first = await send(acme, *items, key=key)
    again = await send(acme, *items, key=key)
    sample.REPAIRED.add(tenant_id)
    third = await send(acme, *items, key=key)
    fourth = await send(acme, *items, key=key)

    assert [each["status"] for each in first["data"]] == [each["status"] for each in again["data"]] == [201, 503, 201]
    assert first["data"][1]["headers"] == {"Retry-After": "1"}
    assert [each["status"] for each in third["data"]] == [201, 201, 201]
    assert [each["body"]["id"] for each in first["data"][::2]] == [each["body"]["id"] for each in third["data"][::2]]
    assert (fourth.body, fourth.headers["idempotent-replayed"]) == (third.body, "true")
    assert await titles(acme) == ["a", "b", "not yet"]


async def test_a_key_belongs_to_one_batch(acme):
    key = uuid.uuid4().hex
    await send(acme, *titled("a", "b"), key=key)

    other = await send(acme, *titled("a", "c"), key=key)
    single = await acme.send("POST", "/v1/notes", {"title": "a"}, headers={"idempotency-key": key})

    assert {(each.status, each.problem) for each in (other, single)} == {(422, "idempotency_key_reused")}
    assert await titles(acme) == ["a", "b"]


async def test_the_same_batch_sent_many_times_at_once_is_made_once(acme):
    key = uuid.uuid4().hex
    names = [f"{n:02}" for n in range(20)]

    answers = await asyncio.gather(*(send(acme, *titled(*names), key=key) for _ in range(10)))
    final = await send(acme, *titled(*names), key=key)

    assert {answer.problem for answer in answers} <= {None, "request_in_flight"}
    assert {answer.body for answer in answers if answer.status == 200} <= {final.body}
    assert final.status == 200 and await titles(acme) == names


async def test_without_a_key_a_repetition_is_tried_anew(acme):
    await send(acme, *titled("a"))
    again = await send(acme, *titled("a"))

    assert [(each["status"], each["body"]["code"]) for each in again["data"]] == [(409, "already_exists")]


async def test_the_same_key_of_somebody_else_is_another_key(acme, rival):
    key = uuid.uuid4().hex
    answers = [await send(acme, *titled("a"), key=key), await send(rival, *titled("b"), key=key)]

    assert [each["succeeded"] for each in answers] == [1, 1]
    assert (await titles(acme), await titles(rival)) == (["a"], ["b"])


async def test_refusals_of_items_are_told_in_the_callers_language(acme):
    answer = await send(acme, {}, **{"accept-language": "hu"})
    alone = await acme.send("POST", "/v1/notes", {}, headers={"accept-language": "hu"})

    told, expected = answer["data"][0]["body"], alone.json
    assert (told["title"], told["detail"], told["errors"]) == (
        expected["title"],
        expected["detail"],
        expected["errors"],
    )


async def test_who_may_not_create_may_not_create_many(service, tenant_id):
    reader = service.person(tenant_id, partner="ptr_acme", scope="notes:read")

    assert (await send(reader, *titled("a"))).problem == "forbidden"


async def test_a_batch_without_a_valid_token_is_refused_as_a_whole(service, tenant_id):
    person = service.person(tenant_id, partner="ptr_acme", sid="ses_of_a_batch")
    assert (await send(person, *titled("a"))).status == 200
    service.revocations.add("ses_of_a_batch", 2_000_000_000)

    assert (await send(person, *titled("b"))).problem == "invalid_token"


def test_what_shows_a_secret_has_no_batch(service):
    batches = {each.path for each in service.app.operations if isinstance(each, Batch)}

    assert batches == {PATH}
