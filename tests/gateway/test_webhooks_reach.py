"""Who hears of what by webhook, and which addresses are never called."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from tests.gateway.receiver import Receiver, deliveries, endpoint, listening, sending
from tests.partners.make import working_partner
from tests.system import System, Tenant


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with listening() as made:
        yield made


@pytest.fixture
async def sends(system: System, tenant: Tenant) -> AsyncIterator[Any]:
    async with sending(system, tenant) as step:
        yield step


async def test_an_endpoint_gets_the_types_it_asked_for(tenant: Tenant, receiver: Receiver, sends: Any) -> None:
    vendor = tenant.vendor()
    await endpoint(vendor, receiver.url, "partner.suspended.v1", "deal.*")
    partner_id = await working_partner(vendor)

    assert (await vendor.act(f"/v1/partners/{partner_id}", "suspend", {"reason": "audit"})).status == 200
    await sends()

    assert receiver.types == ["partner.suspended.v1"]


async def test_a_partner_hears_of_itself_and_of_nobody_else(tenant: Tenant, receiver: Receiver, sends: Any) -> None:
    vendor = tenant.vendor()
    acme = tenant.partner(await working_partner(vendor, name="Acme"))
    made = await endpoint(acme, receiver.url)
    assert made["partner_id"] == acme.partner_id

    for name in ("Rival", "Other"):
        await working_partner(vendor, name=name)
    await vendor.act(f"/v1/partners/{acme.partner_id}", "suspend", {"reason": "audit"})
    await sends()

    assert {orjson.loads(body)["data"]["id"] for _, body in receiver.received} == {acme.partner_id}
    assert "partner.suspended.v1" in receiver.types


async def test_an_endpoint_and_its_deliveries_are_its_owners_alone(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    acme, rival = [tenant.partner(await working_partner(vendor, name=name)) for name in ("Acme", "Rival")]
    path = f"/v1/webhook-endpoints/{(await endpoint(acme, 'https://example.com/hook'))['id']}"
    delivery = f"/v1/webhook-deliveries/{(await acme.post(f'{path}/test'))['id']}"
    etag = (await acme.get(path)).headers["etag"]

    for stranger in (rival, tenant.system.tenant().vendor(), tenant.system.tenant().partner(str(acme.partner_id))):
        answers = [
            await stranger.get(path),
            await stranger.patch(path, {"url": "https://evil.example/"}, if_match=etag),
            await stranger.post(f"{path}/rotate-secret", if_match=etag),
            await stranger.post(f"{path}/test"),
            await stranger.get(delivery),
            await stranger.post(f"{delivery}/retry", if_match='"1"'),
        ]
        assert [each.problem for each in answers] == ["not_found"] * 6
        assert await deliveries(stranger) == []
        assert (await stranger.get("/v1/webhook-endpoints"))["data"] == []


async def test_an_address_that_cannot_be_read_holds_nobody_elses_deliveries_up(
    system: System, tenant: Tenant, receiver: Receiver, sends: Any
) -> None:
    vendor = tenant.vendor()
    broken, good = await endpoint(vendor, "http://example.com/"), await endpoint(vendor, receiver.url)
    unreadable = "UPDATE gateway.webhook_endpoints SET url = 'http://[::1' WHERE id = $1"
    await system.superuser.execute(unreadable, broken["id"])
    for each in (broken, good):
        await vendor.post(f"/v1/webhook-endpoints/{each['id']}/test")

    await sends()

    [failed] = await deliveries(vendor, endpoint_id=broken["id"])
    assert (failed["attempts"], failed["error"]) == (1, "ValueError")
    assert receiver.types == ["webhook.test.v1"]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:1", "localhost:1", "127.1:1", "0x7f000001:1", "[::1]:1", "[::ffff:127.0.0.1]:1", "169.254.169.254"],
)
async def test_an_address_inside_our_own_network_is_refused_where_only_public_ones_are_allowed(
    system: System, tenant: Tenant, host: str
) -> None:
    vendor = tenant.vendor()
    made = await endpoint(vendor, f"http://{host}/hook")
    await vendor.post(f"/v1/webhook-endpoints/{made['id']}/test")
    later = "UPDATE gateway.webhook_queue SET due_at = now() + interval '1 year' WHERE tenant_id <> $1"
    await system.superuser.execute(later, tenant.id)

    for worker in system.apps["gateway"].state.background.workers:
        await worker.step()

    [delivery] = await deliveries(vendor)
    assert (delivery["status"], delivery["response_status"]) == ("pending", None)
    assert "not public" in delivery["error"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "https://",
        "https://user:pw@example.com/",
        "javascript:alert(1)",
        "//example.com/x",
        "http://[::1",
        "http://[::1]:bad/",
        "http://example.com:0/",
        "http://example.com:70000/",
    ],
)
async def test_only_an_address_of_the_web_is_taken(tenant: Tenant, url: str) -> None:
    answer = await tenant.vendor().post("/v1/webhook-endpoints", {"url": url})

    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/url")
