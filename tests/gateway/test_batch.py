"""`POST /v1/batch`: several requests in one, in their order, each as if it had come by itself."""

import asyncio
import uuid
from typing import Any

import pytest

from gateway.batch.commands import LARGEST_ANSWERS
from gateway.batch.schemas import MOST_REQUESTS
from shared import clock
from shared.values.ids import new_id
from tests.deals.make import drafts, world
from tests.gateway.batches import deal, request, send, statuses
from tests.gateway.make import seller, signed_in, vendor
from tests.system import Tenant


async def test_requests_are_done_in_their_order_and_may_name_what_earlier_ones_make(tenant: Tenant) -> None:
    caller = await (await world(tenant)).partner()
    draft = deal()
    path = f"/v1/deals/{draft['id']}"

    answer = await send(
        caller,
        request("POST", "/v1/deals", draft),
        request("PATCH", path, {"title": "Renamed"}, If_Match='"1"'),
        request("POST", f"{path}/submit", If_Match='"2"'),
        request("GET", f"{path}?fields=title,status"),
        request("PATCH", path, {"title": "Too late"}, If_Match='"1"'),
    )

    assert statuses(answer) == [201, 200, 200, 200, 412]
    assert (answer["succeeded"], answer["failed"]) == (4, 1)
    assert [each["index"] for each in answer["data"]] == [0, 1, 2, 3, 4]
    made, _, submitted, seen, stale = (each["body"] for each in answer["data"])
    assert (made["id"], submitted["version"]) == (draft["id"], (await caller.get(path))["version"])
    assert (seen["title"], seen["status"]) == ("Renamed", submitted["status"])
    assert stale["code"] == "stale_version"


async def test_a_result_is_what_the_request_would_have_been_answered_alone(tenant: Tenant) -> None:
    caller = await (await world(tenant)).partner()
    draft = deal()
    answer = await send(caller, request("POST", "/v1/deals", draft), request("GET", f"/v1/deals/{draft['id']}"))
    alone = await caller.get(f"/v1/deals/{draft['id']}")

    first, second = answer["data"]
    assert first["body"] == second["body"] == alone.json
    assert first["headers"] == {"ETag": alone.headers["etag"], "Location": f"/v1/deals/{draft['id']}"}
    assert second["headers"] == {"ETag": alone.headers["etag"]}


async def test_requests_of_every_service_stand_side_by_side(tenant: Tenant) -> None:
    caller = (await world(tenant)).vendor
    nouns = ("deals", "leads", "partners", "plans", "roles", "meta", "search?q=acme")
    answer = await send(caller, *(request("GET", f"/v1/{noun}") for noun in nouns))

    assert statuses(answer) == [200] * len(nouns)
    assert [each["body"]["object"] for each in answer["data"]] == [*["list"] * 5, "meta", "list"]


async def test_what_fails_stops_nothing_unless_it_is_told_to(tenant: Tenant) -> None:
    caller = await (await world(tenant)).partner()
    wrong, right = request("POST", "/v1/deals", {"title": 5}), request("POST", "/v1/deals", deal())
    going_on = await send(caller, wrong, right)
    stopping = await send(caller, request("GET", "/v1/deals"), wrong, request("POST", "/v1/deals", deal()), right)
    stopped = await send(
        caller, request("GET", "/v1/deals"), wrong, request("POST", "/v1/deals", deal()), stop_on_error=True
    )

    assert (statuses(going_on), statuses(stopping)) == ([422, 201], [200, 422, 201, 409])
    assert statuses(stopped) == [200, 422, 424]
    assert stopped["data"][2]["body"]["code"] == "not_tried"
    assert (await caller.get("/v1/deals/count"))["count"] == 2


async def test_a_request_that_must_not_be_sent_keeps_all_from_being_done(tenant: Tenant) -> None:
    caller = await (await world(tenant)).partner()
    answer = await send(
        caller,
        request("POST", "/v1/deals", deal()),
        request("GET", "/v1/../internal/events"),
        request("POST", "/v1/sessions", {}),
        request("GET", "/v1/deals", Authorization="Bearer another"),
        request("POST", "/v1/deals/batch", {"items": [deal()]}),
    )

    assert (answer.status, answer.problem) == (422, "invalid")
    assert [(each["pointer"], each["code"]) for each in answer["errors"]] == [
        ("/requests/1/path", "wrong_form"),
        ("/requests/2/path", "only_alone"),
        ("/requests/3/headers", "unknown_field"),
        ("/requests/4/path", "only_alone"),
    ]
    assert (await caller.get("/v1/deals/count"))["count"] == 0


@pytest.mark.parametrize(
    ("requests", "pointer"),
    [
        ([], "/requests"),
        ([request("GET", "/v1/deals")] * (MOST_REQUESTS + 1), "/requests"),
        (["GET /v1/deals"], "/requests/0"),
        ([request("TRACE", "/v1/deals")], "/requests/0/method"),
        ([request("GET", "/v1/deals", ["a"])], "/requests/0/body"),
        ([{"method": "GET"}], "/requests/0/path"),
        ([{"method": "GET", "path": "/v1/deals", "host": "x"}], "/requests/0/host"),
    ],
)
async def test_what_is_no_batch_of_requests_is_refused_as_a_whole(
    tenant: Tenant, requests: list[Any], pointer: str
) -> None:
    answer = await send(tenant.vendor(), *requests)

    assert (answer.status, answer.problem, answer["errors"][0]["pointer"]) == (422, "invalid", pointer)


async def test_a_repetition_with_the_same_key_has_no_second_effect_and_the_same_results(tenant: Tenant) -> None:
    caller = await (await world(tenant)).partner()
    key, draft = uuid.uuid4().hex, deal()
    own = {key: value for key, value in deal().items() if key != "id"}
    batch = [
        request("POST", "/v1/deals", draft),
        request("POST", "/v1/deals", own),
        request("POST", f"/v1/deals/{draft['id']}/submit", If_Match='"1"'),
        request("GET", "/v1/deals?fields=title"),
    ]
    first, second = await send(caller, *batch, key=key), await send(caller, *batch, key=key)

    assert statuses(first) == statuses(second) == [201, 201, 200, 200]
    assert [each["body"] for each in second["data"]] == [each["body"] for each in first["data"]]
    replayed = [each["headers"].get("Idempotent-Replayed") for each in second["data"]]
    assert replayed == ["true", "true", "true", None]
    assert (await caller.get("/v1/deals/count"))["count"] == 2


async def test_a_request_may_have_a_key_of_its_own(tenant: Tenant) -> None:
    caller = await (await world(tenant)).partner()
    body = {key: value for key, value in deal().items() if key != "id"}
    once = request("POST", "/v1/deals", body, Idempotency_Key=uuid.uuid4().hex)
    alone = await caller.post("/v1/deals", body, idempotency_key=once["headers"]["Idempotency-Key"])
    answer = await send(caller, once, once, key=uuid.uuid4().hex)

    assert [each["body"] for each in answer["data"]] == [alone.json, alone.json]


async def test_the_same_batch_twice_at_once_takes_effect_once(tenant: Tenant) -> None:
    caller = await (await world(tenant)).partner()
    bodies = [{key: value for key, value in deal(title=f"{n}").items() if key != "id"} for n in range(5)]
    batch, key = [request("POST", "/v1/deals", body) for body in bodies], uuid.uuid4().hex

    answers = await asyncio.gather(*(send(caller, *batch, key=key) for _ in range(4)))

    codes = {each["body"].get("code") for answer in answers for each in answer["data"]}
    assert codes <= {None, "request_in_flight"}
    assert statuses(await send(caller, *batch, key=key)) == [201] * 5
    assert (await caller.get("/v1/deals/count"))["count"] == 5


@pytest.mark.parametrize("key", ["", "ü", "a b", "x" * 256])
async def test_a_key_that_cannot_be_one_is_refused_before_anything_is_done(tenant: Tenant, key: str) -> None:
    caller = await (await world(tenant)).partner()
    headers = {"idempotency-key": key}
    answer = await caller.request(
        "POST", "/v1/batch", {"requests": [request("POST", "/v1/deals", deal())]}, headers=headers
    )

    assert answer.status == 400
    assert (await caller.get("/v1/deals/count"))["count"] == 0


async def test_objects_of_others_are_as_hidden_as_they_are_alone(system: Any, tenant: Tenant) -> None:
    place = await world(tenant)
    caller, rival = await place.partner(), await place.partner()
    elsewhere = await world(await _another(system))
    hidden = (await drafts(rival, title="canary of a rival"))["id"]
    foreign = (await drafts(await elsewhere.partner(), title="canary of a stranger"))["id"]
    unknown = new_id("deal", at=clock.now())

    for verb, path, body in (("GET", "", None), ("PATCH", "", {"title": "Mine"}), ("POST", "/submit", None)):
        headers = {"If_Match": "*"} if verb != "GET" else {}
        ids = (hidden, foreign, unknown)
        answer = await send(caller, *(request(verb, f"/v1/deals/{each}{path}", body, **headers) for each in ids))
        assert statuses(answer) == [404, 404, 404]
        assert len({str(each["body"]) for each in answer["data"]}) == 1
    listed = await send(caller, request("GET", "/v1/deals"), request("GET", f"/v1/deals?id={hidden},{foreign}"))
    assert "canary" not in listed.body.decode()


async def _another(system: Any) -> Tenant:
    made: Tenant = system.tenant()
    await system.register(made)
    return made


async def test_each_request_needs_its_own_permission(tenant: Tenant) -> None:
    caller = tenant.vendor("deals:read batch:write")
    answer = await send(caller, request("GET", "/v1/deals"), request("GET", "/v1/leads"), request("GET", "/v1/nothing"))

    assert statuses(answer) == [200, 403, 404]
    assert (await send(tenant.vendor("deals:read"), request("GET", "/v1/deals"))).problem == "forbidden"


async def test_whoever_has_signed_out_sends_no_batch(system: Any) -> None:
    place = await vendor(system)
    person = await signed_in(place.tenant, place.email)
    before = await send(person, request("GET", "/v1/roles"))
    assert (await person.post("/v1/sessions/sign-out-everywhere", {"keep_this": False})).status == 200
    await system.settle()

    assert (statuses(before), (await send(person, request("GET", "/v1/roles"))).status) == ([200], 401)


async def test_every_person_may_send_batches(system: Any) -> None:
    place = await vendor(system)
    person, _, _ = await seller(place.tenant, roles=("viewer",))

    assert statuses(await send(person, request("GET", "/v1/deals"), request("GET", "/v1/plans"))) == [200, 403]


async def test_refusals_are_told_in_the_language_of_the_batch_or_of_the_request(tenant: Tenant) -> None:
    missing = f"/v1/deals/{new_id('deal', at=clock.now())}"
    answer = await tenant.vendor().request(
        "POST",
        "/v1/batch",
        {"requests": [request("GET", missing), request("GET", missing, Accept_Language="de")]},
        headers={"accept-language": "hu"},
    )

    assert [each["body"]["title"] for each in answer["data"]] == ["Nem található", "Nicht gefunden"]


async def test_names_and_amounts_arrive_unharmed(tenant: Tenant) -> None:
    caller = await (await world(tenant)).partner()
    names = ["Őrző Kft.", "Новотех", "移动科技"]
    amounts = [
        {"amount": 900, "currency": "JPY"},
        {"amount": 1250, "currency": "KWD"},
        {"amount": 5, "currency": "EUR"},
    ]
    answer = await send(
        caller,
        *(
            request("POST", "/v1/deals", deal(title=name, amount=amount))
            for name, amount in zip(names, amounts, strict=True)
        ),
    )

    assert [each["body"]["title"] for each in answer["data"]] == names
    assert [each["body"]["amount"] for each in answer["data"]] == amounts


async def test_a_file_or_a_stream_is_no_part_of_a_batch(tenant: Tenant) -> None:
    caller = tenant.vendor()
    links = []
    for content_type in ("text/plain", "application/json"):
        headers = {"content-type": content_type}
        sent = await caller.request("POST", "/v1/files", b'"},{"', headers=headers, name="a.txt")
        links.append((await caller.get(f"/v1/files/{sent['id']}/link"))["url"])
    answer = await send(caller, *(request("GET", link) for link in links), request("GET", "/v1/deals"))

    assert statuses(answer) == [400, 400, 200]
    assert {each["body"]["code"] for each in answer["data"][:2]} == {"only_alone"}


async def test_when_enough_has_been_answered_nothing_more_is_tried(tenant: Tenant) -> None:
    caller = tenant.vendor()
    large = (await caller.get("/v1/meta")).body
    count = LARGEST_ANSWERS // len(large) + 3
    assert count <= MOST_REQUESTS

    answer = await send(caller, *(request("GET", "/v1/meta") for _ in range(count)))

    assert statuses(answer) == [200] * (count - 2) + [413] * 2
    assert answer["data"][-1]["body"]["code"] == "answers_too_large"
    assert len(answer.body) < LARGEST_ANSWERS + 2 * len(large)
