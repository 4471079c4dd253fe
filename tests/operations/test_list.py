"""One list of the operations of all services, and each read where its id says."""

from typing import Any

import pytest

from gateway.edge.table import table_of
from gateway.operations.queries import answers
from shared.web.peer import Peer
from tests.operations.make import queued
from tests.responses import specifications
from tests.system import Client, System, Tenant

SERVICES = ("deals", "gateway", "incentives", "leads", "partners", "deals", "gateway")


@pytest.fixture
def vendor(tenant: Tenant) -> Client:
    return tenant.vendor()


async def ids(caller: Client, **query: Any) -> list[str]:
    """The ids that a list shows."""
    answer = await caller.get("/v1/operations", **query)
    assert answer.status == 200, answer.json
    return [each["id"] for each in answer["data"]]


async def test_the_operations_of_all_services_are_one_list_newest_first(vendor: Client) -> None:
    made = [await queued(vendor, service=service) for service in SERVICES]

    answer = await vendor.get("/v1/operations")

    assert [each["id"] for each in answer["data"]] == made[::-1]
    assert (answer["has_more"], answer["next_cursor"], answer["unavailable"]) == (False, None, [])
    assert await ids(vendor, sort="created_at") == made


@pytest.mark.parametrize("sort", ["created_at", "-created_at"])
async def test_pages_over_all_services_show_each_operation_once(vendor: Client, sort: str) -> None:
    made = [await queued(vendor, service=service) for service in SERVICES]
    pages, query = [], {"limit": "2", "sort": sort}

    while True:
        answer = await vendor.get("/v1/operations", **query)
        pages.append([each["id"] for each in answer["data"]])
        if answer["next_cursor"] is None:
            break
        assert f"cursor={answer['next_cursor']}" in answer.headers["link"]
        query["cursor"] = answer["next_cursor"]

    expected = made if sort == "created_at" else made[::-1]
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert [each for page in pages for each in page] == expected


async def test_filters_and_the_count_go_over_all_services(vendor: Client) -> None:
    made = [await queued(vendor, service=service, kind=kind) for service in ("deals", "gateway") for kind in ("a", "b")]
    middle = (await vendor.get(f"/v1/operations/{made[2]}"))["created_at"]

    assert await ids(vendor, kind="a") == [made[2], made[0]]
    assert await ids(vendor, **{"created_at[lt]": middle}) == [made[1], made[0]]
    assert await ids(vendor, status="running,failed") == []
    assert await ids(vendor, id=f"{made[1]},{made[3]}") == [made[3], made[1]]
    assert (await vendor.get("/v1/operations/count", kind="b"))["count"] == 2
    assert (await vendor.get("/v1/operations", kind="a", limit=1, cursor="x")).problem == "invalid_cursor"
    assert (await vendor.get("/v1/operations", colour="red")).problem == "invalid_parameter"


async def test_only_the_members_that_are_asked_for_are_shown(vendor: Client) -> None:
    operation_id = await queued(vendor, service="deals")
    await queued(vendor, service="gateway")

    answer = await vendor.get("/v1/operations", fields="status,progress")

    assert answer["data"][1] == {
        "object": "operation",
        "id": operation_id,
        "status": "queued",
        "progress": {"done": 0, "total": 3, "unit": "rows"},
    }
    assert (await vendor.get("/v1/operations", fields="colour")).problem == "invalid_parameter"


async def test_each_side_sees_its_own(tenant: Tenant, vendor: Client) -> None:
    ours, theirs = tenant.partner("ptr_ours"), tenant.partner("ptr_theirs")
    made = [await queued(who, service="leads") for who in (vendor, ours, theirs)]

    assert [await ids(who) for who in (ours, theirs)] == [[made[1]], [made[2]]]
    assert await ids(vendor) == made[::-1]
    assert (await ours.get("/v1/operations/count"))["count"] == 1


@pytest.mark.parametrize(
    "name", ["op_nowhere_{0}", "op_{0}", "deal_{0}", "op_gateway_{0}", "op_deals_{0}", "op_leads_x"]
)
async def test_an_id_of_nothing_is_not_found_wherever_it_leads(vendor: Client, name: str) -> None:
    path = f"/v1/operations/{name.format('01h455vb4pex5vsknk084sn02q')}"

    read = await vendor.get(path)
    cancelled = await vendor.post(f"{path}/cancel", if_match="*")

    assert (read.status, cancelled.status) == (404, 404)
    assert read["detail"] == (await vendor.get("/v1/operations/x"))["detail"]


def test_the_edge_sends_an_operation_to_the_service_that_its_id_names() -> None:
    table, suffix = table_of(specifications()), "01h455vb4pex5vsknk084sn02q"

    assert table.owner("/v1/operations") == "gateway"
    assert table.owner("/v1/operations/count") == "gateway"
    assert table.owner(f"/v1/operations/op_deals_{suffix}") == "deals"
    assert table.owner(f"/v1/operations/op_deals_{suffix}/cancel") == "deals"
    for name in ("op_nowhere", "deal", "op", "op_internal"):
        assert table.owner(f"/v1/operations/{name}_{suffix}") == "gateway"


async def test_a_service_that_does_not_answer_in_time_is_named(system: System, vendor: Client) -> None:
    operation_id = await queued(vendor, service="deals")

    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise ConnectionError

    async def silent(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await receive()

    async def token() -> str:
        return "unused"

    apps = {"deals": system.apps["deals"], "leads": broken, "partners": silent}
    peers = {name: Peer(app, token=token) for name, app in apps.items()}
    found = await answers(peers, "/v1/operations", query={}, authorization=f"Bearer {vendor.token}", seconds=0.5)

    assert [name for name, answer in found.items() if answer is None] == ["leads", "partners"]
    shown = found["deals"]
    assert shown is not None
    assert [each["id"] for each in shown["data"]] == [operation_id]
