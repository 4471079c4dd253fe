"""Webhooks, from an event to a receiver that listens on this machine."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from shared import clock
from tests.gateway.receiver import HANGS, REFUSES, Receiver, deliveries, endpoint, listening, sending
from tests.partners.make import changed, working_partner
from tests.system import System, Tenant


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with listening() as made:
        yield made


@pytest.fixture
async def sends(system: System, tenant: Tenant) -> AsyncIterator[Any]:
    async with sending(system, tenant) as step:
        yield step


def is_signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """What the reference libraries of Standard Webhooks 1.0 do to verify a message."""
    assert abs(clock.now().timestamp() - int(headers["webhook-timestamp"])) < 300
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    versions = [each.split(",", 1) for each in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(each, expected) for version, each in versions)


async def test_a_filter_that_no_event_passes_is_refused_where_it_stands(tenant: Tenant) -> None:
    vendor, body = tenant.vendor(), {"url": "https://example.com/hook", "types": ["deal.*"]}
    made = await vendor.post("/v1/webhook-endpoints", body)

    refused = await vendor.post("/v1/webhook-endpoints", {**body, "types": ["deal.won.v1", "deal.won", "dael.*"]})
    path = f"/v1/webhook-endpoints/{made['id']}"
    changed = await vendor.patch(path, {"types": ["nonsense"]}, if_match=made.headers["etag"])

    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [
        ("/types/1", "unknown_event_type"),
        ("/types/2", "unknown_event_type"),
    ]
    assert (changed.status, changed.json["errors"][0]["pointer"]) == (422, "/types/0")


async def test_a_secret_is_shown_once(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    body = {"url": "https://example.com/hook", "description": "Számlázás 结算"}

    made = await vendor.post("/v1/webhook-endpoints", body, idempotency_key="endpoint-1")
    again = await vendor.post("/v1/webhook-endpoints", body, idempotency_key="endpoint-1")

    assert (made.status, made["status"], made["partner_id"]) == (201, "enabled", None)
    assert len(base64.b64decode(made["secret"].removeprefix("whsec_"))) == 32
    assert (again.status, again.problem) == (409, "secret_already_shown")
    listed = await vendor.get("/v1/webhook-endpoints")
    assert [each["id"] for each in listed["data"]] == [made["id"]], "the repeat made no second one"
    shown = await vendor.get(f"/v1/webhook-endpoints/{made['id']}")
    stored = await tenant.system.superuser.fetch(
        "SELECT t::text FROM gateway.webhook_endpoints t WHERE tenant_id = $1 UNION ALL"
        " SELECT t::text FROM gateway.idempotency_keys t WHERE tenant_id = $1 UNION ALL"
        " SELECT t::text FROM gateway.audit_records t WHERE tenant_id = $1",
        tenant.id,
    )
    secret = made["secret"].removeprefix("whsec_")
    assert len(stored) == 3 and not any(secret in text for text in (str(stored), shown.body.decode(), str(listed.json)))


async def test_a_receiver_gets_a_thin_message_that_it_can_verify(
    tenant: Tenant, receiver: Receiver, sends: Any
) -> None:
    vendor = tenant.vendor()
    secret = (await endpoint(vendor, receiver.url, "partner.activated.v1"))["secret"]
    partner_id = await working_partner(vendor, name="Őrsi és Társa")

    await sends()

    [(headers, body)] = receiver.received
    message = orjson.loads(body)
    assert headers["content-type"] == "application/json"
    assert (message["id"], message["type"]) == (headers["webhook-id"], "partner.activated.v1")
    assert message["data"]["id"] == partner_id and set(message["data"]) == {"object", "id", "version", "status"}
    assert "Őrsi" not in body.decode()
    assert is_signed(secret, headers, body)
    assert not is_signed(secret, headers, body + b" ")
    assert not is_signed("whsec_" + base64.b64encode(b"other").decode(), headers, body)
    [delivery] = await deliveries(vendor)
    assert (delivery["status"], delivery["attempts"], delivery["response_status"]) == ("succeeded", 1, 200)
    assert await sends() == 0, "it is sent once"


async def test_for_a_day_after_a_new_secret_both_are_good(tenant: Tenant, receiver: Receiver, sends: Any) -> None:
    vendor = tenant.vendor()
    made = await endpoint(vendor, receiver.url)
    path = f"/v1/webhook-endpoints/{made['id']}"
    rotated = await vendor.act(path, "rotate-secret", idempotency_key="rotation")
    assert (rotated.status, rotated["secret"] != made["secret"]) == (200, True)

    await vendor.post(f"{path}/test")
    await sends()
    await tenant.system.superuser.execute(
        "UPDATE gateway.webhook_endpoints SET old_secret_until = now() - interval '1 second' WHERE id = $1", made["id"]
    )
    await vendor.post(f"{path}/test")
    await sends()

    during, after = receiver.received
    assert len(during[0]["webhook-signature"].split(" ")) == 2
    assert is_signed(made["secret"], *during) and is_signed(rotated["secret"], *during)
    assert not is_signed(made["secret"], *after) and is_signed(rotated["secret"], *after)


@pytest.mark.parametrize(
    ("status", "seen", "error"),
    [
        (500, 500, None),
        (302, 302, None),
        (429, 429, None),
        (HANGS, None, "TimeoutError"),
        (REFUSES, None, "ServerDisconnectedError"),
    ],
)
async def test_a_receiver_that_fails_is_tried_again_later(
    tenant: Tenant, receiver: Receiver, sends: Any, status: int, seen: int | None, error: str | None
) -> None:
    vendor = tenant.vendor()
    made = await endpoint(vendor, receiver.url)
    await vendor.post(f"/v1/webhook-endpoints/{made['id']}/test")
    receiver.status = status

    before = clock.now()
    await sends()

    [delivery] = await deliveries(vendor)
    assert (delivery["status"], delivery["attempts"], delivery["response_status"]) == ("pending", 1, seen)
    assert delivery["error"] is None if error is None else error in delivery["error"]
    pause = datetime.fromisoformat(delivery["next_attempt_at"]) - before
    assert timedelta(seconds=5) <= pause < timedelta(seconds=8)
    assert await sends() == 0, "not before its time"
    assert len(receiver.received) == 1, "and nobody follows a redirect"
    failing = await vendor.get(f"/v1/webhook-endpoints/{made['id']}")
    assert (failing["status"], failing["failing_since"] is None) == ("enabled", False)

    receiver.status = 204
    retried = await vendor.act(f"/v1/webhook-deliveries/{delivery['id']}", "retry")
    assert (retried.status, retried["status"]) == (200, "pending")
    await sends()

    assert [each["status"] for each in await deliveries(vendor)] == ["succeeded"]
    assert (await vendor.get(f"/v1/webhook-endpoints/{made['id']}"))["failing_since"] is None
    assert receiver.received[0][0]["webhook-id"] == receiver.received[1][0]["webhook-id"], "so that it counts once"


async def test_the_pauses_grow(tenant: Tenant, receiver: Receiver, sends: Any) -> None:
    vendor = tenant.vendor()
    made = await endpoint(vendor, receiver.url)
    await vendor.post(f"/v1/webhook-endpoints/{made['id']}/test")
    receiver.status = 503

    for least, most in ((5, 8), (30, 40), (120, 150)):
        before = clock.now()
        due = "UPDATE gateway.webhook_queue SET due_at = now() WHERE tenant_id = $1"
        await tenant.system.superuser.execute(due, tenant.id)
        assert await sends() == 1
        [delivery] = await deliveries(vendor)
        pause = datetime.fromisoformat(delivery["next_attempt_at"]) - before
        assert timedelta(seconds=least) <= pause < timedelta(seconds=most)


@pytest.mark.parametrize("reason", ["the receiver says 410", "five days of failure"])
async def test_an_endpoint_that_is_gone_is_disabled_until_somebody_enables_it(
    tenant: Tenant, receiver: Receiver, sends: Any, reason: str
) -> None:
    vendor = tenant.vendor()
    made = await endpoint(vendor, receiver.url)
    path = f"/v1/webhook-endpoints/{made['id']}"
    await vendor.post(f"{path}/test")
    receiver.status = 410 if reason == "the receiver says 410" else 500
    since = "UPDATE gateway.webhook_endpoints SET failing_since = now() - interval '5 days 1 second' WHERE id = $1"
    if receiver.status == 500:
        await tenant.system.superuser.execute(since, made["id"])

    await sends()
    gone = await vendor.get(path)
    assert (gone["status"], gone["allowed_actions"]) == ("disabled", ["test", "rotate-secret"])
    assert [each["status"] for each in await deliveries(vendor)] == ["failed"]
    await working_partner(vendor)
    await sends()
    assert len(receiver.received) == 1, "nothing more is sent"

    receiver.status = 200
    enabled = await changed(vendor, path, {"status": "enabled"})
    assert (enabled.status, enabled["status"], enabled["failing_since"]) == (200, "enabled", None)
    assert enabled["allowed_actions"] == ["test", "recover", "rotate-secret"]
    await working_partner(vendor, name="Second")
    await sends()
    assert "partner.activated.v1" in receiver.types


async def test_what_was_queued_for_an_endpoint_is_not_sent_once_it_is_disabled(
    tenant: Tenant, receiver: Receiver, sends: Any
) -> None:
    vendor = tenant.vendor()
    made = await endpoint(vendor, receiver.url)
    await vendor.post(f"/v1/webhook-endpoints/{made['id']}/test")

    await changed(vendor, f"/v1/webhook-endpoints/{made['id']}", {"status": "disabled"})
    await sends()

    assert receiver.received == []
    [delivery] = await deliveries(vendor)
    assert (delivery["status"], delivery["error"], delivery["attempts"]) == ("failed", "the endpoint is disabled", 0)
