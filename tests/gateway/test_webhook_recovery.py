"""An endpoint is sent again what it missed since a moment."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from gateway.webhook_recovery import sending as recovering
from gateway.webhooks import rules
from tests.gateway.receiver import Receiver, deliveries, endpoint, listening, sending
from tests.operations.make import ended
from tests.partners.make import working_partner
from tests.system import Client, Response, System, Tenant


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with listening() as made:
        yield made


@pytest.fixture
async def sends(system: System, tenant: Tenant) -> AsyncIterator[Any]:
    async with sending(system, tenant) as step:
        yield step


async def recovers(caller: Client, endpoint_id: str, **body: Any) -> Response:
    hour_ago = (caller.tenant.now() - timedelta(hours=1)).isoformat()
    return await caller.act(f"/v1/webhook-endpoints/{endpoint_id}", "recover", {"since": hour_ago, **body})


def ids(receiver: Receiver) -> list[str]:
    return [str(headers["webhook-id"]) for headers, _ in receiver.received]


@pytest.mark.parametrize(
    ("status", "only_unreceived", "again"),
    [
        ("pending", False, False),
        ("succeeded", False, True),
        ("succeeded", True, False),
        ("failed", False, True),
        ("failed", True, True),
    ],
)
def test_what_waits_is_left_and_what_was_received_is_sent_again_unless_told_otherwise(status, only_unreceived, again):
    assert rules.sent_again(status, only_unreceived=only_unreceived) is again


async def test_everything_is_sent_again_with_the_id_it_had_and_what_was_missed_too(
    tenant: Tenant, receiver: Receiver, sends: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovering, "_EVENTS_A_STEP", 2)
    vendor = tenant.vendor()
    hook = (await endpoint(vendor, receiver.url, "partner.*"))["id"]
    await working_partner(vendor, name="Before")
    await sends()
    before = ids(receiver)
    path = f"/v1/webhook-endpoints/{hook}"
    await vendor.patch(path, {"status": "disabled"}, if_match="*")
    await working_partner(vendor, name="Missed")
    await sends()
    assert (await recovers(vendor, hook)).problem == "webhook_endpoint_disabled"
    await vendor.patch(path, {"status": "enabled"}, if_match="*")
    receiver.received.clear()

    started = await recovers(vendor, hook)
    again = await recovers(vendor, hook)
    operation = await ended(vendor, started["id"])
    while await sends():
        pass

    assert (started.status, started["kind"]) == (202, "webhook_recovery")
    assert (again.status, again.problem) == (409, "recovery_under_way")
    assert operation["status"] == "succeeded" and operation["result"]["id"] == hook
    assert operation["progress"]["done"] == operation["progress"]["total"] > len(before)
    assert operation["counts"]["queued"] == len(ids(receiver)) > len(before)
    assert set(before) < set(ids(receiver)), "known again by their ids, and with them what was missed"
    shown = await deliveries(vendor)
    assert len({each["event_id"] for each in shown}) == len(shown), "an event has one delivery"

    receiver.received.clear()
    nothing = await ended(vendor, (await recovers(vendor, hook, only_unreceived=True))["id"])
    assert (nothing["counts"]["queued"], await sends(), receiver.received) == (0, 0, [])


async def test_a_partner_recovers_what_it_may_know_of_at_its_own_endpoints(
    tenant: Tenant, receiver: Receiver, sends: Any
) -> None:
    vendor = tenant.vendor()
    acme, rival = [tenant.partner(await working_partner(vendor, name=name)) for name in ("Acme", "Rival")]
    await tenant.system.settle()
    theirs, ours = await endpoint(acme, receiver.url, "partner.*"), await endpoint(vendor, "https://example.com/hook")

    refused = [await recovers(rival, theirs["id"]), await recovers(acme, ours["id"])]
    operation = await ended(acme, (await recovers(acme, theirs["id"]))["id"])
    while await sends():
        pass

    assert [each.problem for each in refused] == ["not_found"] * 2
    assert operation["counts"]["queued"] == len(receiver.received) > 0
    assert {orjson.loads(body)["data"]["id"] for _, body in receiver.received} == {acme.partner_id}
    assert (await rival.get(f"/v1/operations/{operation['id']}")).status == 404


async def test_no_more_is_queued_than_the_receiver_takes(
    tenant: Tenant, receiver: Receiver, sends: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovering, "_WAITING_AT_MOST", 1)
    vendor = tenant.vendor()
    for name in ("First", "Second"):
        await working_partner(vendor, name=name)
    await tenant.system.settle()
    hook = (await endpoint(vendor, receiver.url, "partner.*"))["id"]
    monkeypatch.setattr(recovering, "_EVENTS_A_STEP", 2)

    operation = (await recovers(vendor, hook))["id"]
    await tenant.system.settle()
    waits = await vendor.get(f"/v1/operations/{operation}")
    await vendor.patch(f"/v1/webhook-endpoints/{hook}", {"status": "disabled"}, if_match="*")

    assert (waits["status"], waits["progress"]["done"]) == ("running", 2)
    assert (await ended(vendor, operation))["problem"]["code"] == "webhook_endpoint_disabled"


@pytest.mark.parametrize("days", [-91, 1])
async def test_the_log_reaches_back_ninety_days_and_not_into_the_future(tenant: Tenant, days: int) -> None:
    vendor = tenant.vendor()
    hook = (await endpoint(vendor, "https://example.com/hook"))["id"]

    refused = await recovers(vendor, hook, since=(tenant.now() + timedelta(days=days)).isoformat())

    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "/since")
