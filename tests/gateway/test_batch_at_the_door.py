"""`POST /v1/batch` at the door: what a batch costs there, and that it does what single requests do."""

from typing import Any

import orjson

from tests.deals.make import world
from tests.gateway.batches import deal, request
from tests.gateway.test_edge_answers import bearer, doors
from tests.system import Tenant

__all__ = ["doors"]


async def test_at_the_door_each_request_is_charged_and_the_rest_is_refused_when_nothing_is_left(
    doors: Any, tenant: Tenant
) -> None:
    caller = await (await world(tenant)).partner()
    door = await doors(limit_per_key=12)
    write, read = request("POST", "/v1/deals"), request("GET", "/v1/deals")
    batch = {"requests": [{**write, "body": deal()}, read, {**write, "body": deal()}, {**write, "body": deal()}, read]}

    answer = await door.post("/v1/batch", headers=bearer(caller), json=batch)

    results = answer.json()["data"]
    assert [each["status"] for each in results] == [201, 200, 201, 429, 429]
    assert {each["body"]["code"] for each in results[3:]} == {"rate_limited"}
    assert all(int(each["headers"]["Retry-After"]) >= 1 for each in results[3:])
    assert (await caller.get("/v1/deals/count"))["count"] == 2


async def test_at_the_door_a_batch_does_what_single_requests_do(doors: Any, tenant: Tenant) -> None:
    caller = await (await world(tenant)).partner()
    door, draft = await doors(), deal()
    batch = {
        "requests": [
            request("POST", "/v1/deals", draft),
            request("GET", f"/v1/deals/{draft['id']}?expand=partner_id&fields=title"),
            request("GET", "/v1/nothing"),
            request("PUT", "/v1/deals", {}),
        ]
    }
    answer = await door.post(
        "/v1/batch", headers=bearer(caller, **{"Accept-Encoding": "gzip"}), content=orjson.dumps(batch)
    )
    typed = bearer(caller, **{"Content-Type": "application/json"})
    answer = await door.post("/v1/batch", headers=typed, content=orjson.dumps(batch))

    results = answer.json()["data"]
    assert [each["status"] for each in results] == [201, 200, 404, 405]
    assert results[1]["body"]["expanded"] == {"partner_id": None}
    assert {each["body"]["request_id"] for each in results[2:]} == {answer.headers["request-id"]}
