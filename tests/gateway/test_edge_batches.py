"""A batch at the door: it costs what its items cost, and its body reaches the service as it was sent."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from gateway.edge.batches import counted
from shared.web.json import LARGEST_BODY
from tests.deals.make import GLOBEX, world
from tests.gateway.test_edge_answers import bearer, doors
from tests.system import Tenant

__all__ = ["doors"]


def deals(count: int) -> dict[str, Any]:
    one = {"title": "Migration", "customer": GLOBEX, "product_family": "cloud"}
    return {"items": [{**one, "title": f"Migration {n}"} for n in range(count)]}


async def test_a_batch_costs_as_much_as_its_items(doors: Any, tenant: Tenant) -> None:
    place = await world(tenant)
    seller = bearer(await place.partner())
    door = await doors(limit_per_key=100)

    three = await door.post("/v1/deals/batch", headers=seller, json=deals(3))
    none = await door.post("/v1/deals/batch", headers=seller, json={"items": []})
    unread = await door.post("/v1/deals/batch", headers=seller, content=b"{")

    assert (three.status_code, three.json()["succeeded"]) == (200, 3)
    assert [each.headers["ratelimit"].split(";")[1] for each in (three, none, unread)] == ["r=85", "r=80", "r=75"]


async def test_a_batch_that_does_not_fit_is_refused_as_a_whole_and_costs_nothing(doors: Any, tenant: Tenant) -> None:
    place = await world(tenant)
    caller = await place.partner()
    door = await doors(limit_per_key=100)
    await door.post("/v1/deals/batch", headers=bearer(caller), json=deals(10))

    refused = await door.post("/v1/deals/batch", headers=bearer(caller), json=deals(11))
    fits = await door.post("/v1/deals/batch", headers=bearer(caller), json=deals(9))

    assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (429, "rate_limited", "3")
    assert (fits.status_code, fits.json()["succeeded"]) == (200, 9)
    assert (await caller.get("/v1/deals/count"))["count"] == 19


async def test_a_batch_too_large_is_refused_by_its_service(doors: Any, tenant: Tenant) -> None:
    door = await doors()
    body = orjson.dumps({"items": [{"title": "x" * LARGEST_BODY}]})

    refused = await door.post("/v1/deals/batch", headers=bearer(tenant.vendor()), content=body)
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")


def sent(*chunks: bytes) -> Any:
    """A body that comes in these pieces."""

    async def pieces() -> AsyncIterator[dict[str, Any]]:
        for index, chunk in enumerate(chunks):
            yield {"type": "http.request", "body": chunk, "more_body": index + 1 < len(chunks)}
        yield {"type": "http.disconnect"}

    return pieces().__anext__


@pytest.mark.parametrize(
    ("chunks", "count"),
    [
        ((b'{"items":[{},', b"{},{}]}"), 3),
        ((b'{"items":[1,null,"x"]}',), 3),
        ((b'{"items":{}}',), 1),
        ((b'{"items":[]}',), 1),
        ((b'{"items":[1,2,3,4,5]}',), 1),
        ((b"[1,2,3]",), 1),
        ((b"\xff",), 1),
        ((b"",), 1),
        ((b"[" * 2000,), 1),
        ((b'{"items":[1,2],"x":"', b"x" * LARGEST_BODY, b'"}'), 1),
    ],
)
async def test_the_items_are_counted_and_the_body_goes_on_unchanged(chunks: tuple[bytes, ...], count: int) -> None:
    found, receive = await counted(sent(*chunks), most=4)

    assert found == count
    handed = [(await receive())["body"] for _ in chunks]
    assert tuple(handed) == chunks
    assert (await receive())["type"] == "http.disconnect"
