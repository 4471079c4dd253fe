"""A converted lead reaches deals: at once where it answers, by the feed in any case."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import orjson

from shared.web.peer import Peer
from tests.leads import make
from tests.system import Client, System, Tenant

Answering = Callable[[bytes], Awaitable[int]]


@asynccontextmanager
async def deals_answering(system: System, answer: Answering) -> AsyncIterator[None]:
    """Put something else at the far end of the seam to deals."""

    async def far_end(scope: Any, receive: Any, send: Any) -> None:
        assert (scope["method"], scope["path"]) == ("POST", "/internal/lead-conversions")
        status = await answer((await receive())["body"])
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    async def token() -> str:
        return "internal"

    database = system.apps["leads"].state.database
    real = database.peers
    database.peers = {**real, "deals": Peer(far_end, token=token)}
    try:
        yield
    finally:
        database.peers = real


async def accepted(tenant: Tenant, **fields: Any) -> tuple[str, Client]:
    """A lead that its only partner has accepted."""
    (partner,) = await make.partners(tenant, 1)
    path, _ = await make.routed(tenant.vendor(), **fields)
    await partner.person.act(path, "accept")
    return path, partner.person


async def test_deals_is_told_of_the_conversion_before_the_partner_is_answered(tenant: Tenant) -> None:
    path, seller = await accepted(tenant, amount={"amount": 1_500, "currency": "KWD"})
    told: list[dict[str, Any]] = []

    async def takes(body: bytes) -> int:
        told.append(orjson.loads(body))
        stored = await tenant.system.superuser.fetchval(
            "SELECT status FROM leads.leads WHERE tenant_id = $1", tenant.id
        )
        assert stored == "converted", "it is committed first"
        return 200

    async with deals_answering(tenant.system, takes):
        converted = await seller.act(path, "convert", {"title": "Szivattyúk"})

    assert (converted.status, converted["status"]) == (200, "converted")
    (envelope,) = told
    lead = (await seller.get(path)).json
    assert envelope["data"] == {
        "lead_id": lead["id"],
        "deal_id": converted["deal_id"],
        "partner_id": seller.partner_id,
        "company": lead["company"],
        "product_family": make.FAMILY,
        "title": "Szivattyúk",
        "amount": {"amount": 1_500, "currency": "KWD"},
        "accepted_at": envelope["data"]["accepted_at"],
        "converted_by": seller.account_id,
        "status": "converted",
    }
    assert datetime.fromisoformat(envelope["data"]["accepted_at"]) == datetime.fromisoformat(lead["accepted_at"])
    logged = await tenant.system.superuser.fetchrow(
        "SELECT event_id, type, subject, subject_version, data FROM leads.events"
        " WHERE tenant_id = $1 AND type = 'lead.converted.v1'",
        tenant.id,
    )
    assert logged is not None
    assert (envelope["id"], envelope["type"]) == (logged["event_id"], logged["type"])
    assert (envelope["subject"], envelope["subjectversion"]) == (logged["subject"], logged["subject_version"])
    assert envelope["data"] == orjson.loads(logged["data"])


async def test_a_conversion_stands_when_deals_does_not_confirm_it(tenant: Tenant) -> None:
    path, seller = await accepted(tenant)

    async def fails(body: bytes) -> int:
        return 503

    async with deals_answering(tenant.system, fails):
        etag = (await seller.get(path)).headers["etag"]
        first = await seller.post(f"{path}/convert", {}, if_match=etag, idempotency_key="c-1")
        replay = await seller.post(f"{path}/convert", {}, if_match=etag, idempotency_key="c-1")

    assert (first.status, first["status"]) == (202, "converted")
    assert (replay.status, replay.body) == (202, first.body)
    assert first.headers["location"].startswith("/v1/operations/op_leads_")
    assert replay.headers["location"] == first.headers["location"]
    assert (await seller.get(path))["deal_id"] == first["deal_id"]


async def test_what_deals_does_not_confirm_goes_on_as_an_operation_until_it_does(tenant: Tenant) -> None:
    path, seller = await accepted(tenant)
    told: list[dict[str, Any]] = []

    async def fails(body: bytes) -> int:
        told.append(orjson.loads(body))
        return 503

    async def takes(body: bytes) -> int:
        told.append(orjson.loads(body))
        return 200

    async with deals_answering(tenant.system, fails):
        converted = await seller.act(path, "convert", {})
        where = converted.headers["location"]
        await tenant.system.apps["leads"].state.background.operations.step(everything=True)
        waiting = await seller.get(where)
    async with deals_answering(tenant.system, takes):
        await tenant.system.apps["leads"].state.background.operations.step(everything=True)
    ended = await seller.get(where)

    assert (waiting["kind"], waiting["status"], waiting["result"]) == ("lead_conversion", "running", None)
    assert (waiting["partner_id"], waiting["allowed_actions"]) == (seller.partner_id, [])
    assert waiting["progress"] == {"done": 0, "total": 1, "unit": "deals"}
    assert (ended["status"], ended["progress"]["done"]) == ("succeeded", 1)
    deal_id = converted["deal_id"]
    assert ended["result"] == {"object": "deal", "id": deal_id, "href": f"/v1/deals/{deal_id}"}
    ours = [each for each in told if each["data"]["deal_id"] == deal_id]
    assert len(ours) == 3
    assert len({each["id"] for each in ours}) == 1 and all(each["data"] == ours[0]["data"] for each in ours)


async def test_a_conversion_that_deals_confirms_at_once_begins_no_operation(tenant: Tenant) -> None:
    path, seller = await accepted(tenant)

    async def takes(body: bytes) -> int:
        return 200

    async with deals_answering(tenant.system, takes):
        converted = await seller.act(path, "convert", {})

    assert "location" not in converted.headers
    assert (await seller.get("/v1/operations"))["data"] == []


async def test_a_partner_does_not_wait_longer_than_two_seconds_for_deals(tenant: Tenant) -> None:
    path, seller = await accepted(tenant)
    started = asyncio.get_running_loop().time()

    async def hangs(body: bytes) -> int:
        await asyncio.get_running_loop().create_future()
        return 200

    async with deals_answering(tenant.system, hangs):
        converted = await seller.act(path, "convert", {})

    assert converted.status == 202
    assert 1.9 < asyncio.get_running_loop().time() - started < 15


async def test_a_lead_becomes_one_deal(tenant: Tenant) -> None:
    path, seller = await accepted(tenant)
    etag = (await seller.get(path)).headers["etag"]

    answers = await asyncio.gather(*(seller.post(f"{path}/convert", {}, if_match=etag) for _ in range(6)))

    assert sorted(answer.status < 300 for answer in answers) == [False] * 5 + [True]
    assert {answer.problem for answer in answers if answer.status >= 400} == {"invalid_transition"}
    events = await tenant.system.superuser.fetchval(
        "SELECT count(*) FROM leads.events WHERE tenant_id = $1 AND type = 'lead.converted.v1'", tenant.id
    )
    assert events == 1


async def test_what_the_partner_leaves_out_comes_from_the_lead(tenant: Tenant) -> None:
    path, seller = await accepted(tenant)
    told: list[Any] = []

    async def takes(body: bytes) -> int:
        told.append(orjson.loads(body)["data"])
        return 200

    async with deals_answering(tenant.system, takes):
        await seller.act(path, "contact")
        working = await seller.act(path, "contact")
        without_body = await seller.act(path, "convert")

    assert working["status"] == "working"
    assert without_body.status == 200
    assert (told[0]["title"], told[0]["amount"]) == (without_body["company"]["name"], None)


async def test_only_a_lead_that_is_held_can_be_converted(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    (partner,) = await make.partners(tenant, 1)
    path, _ = await make.routed(vendor)

    assert (await partner.person.act(path, "convert", {})).problem == "invalid_transition"
    await partner.person.act(path, "accept")
    await partner.person.act(path, "disqualify", {"reason": "gone"})
    assert (await partner.person.act(path, "convert", {})).problem == "invalid_transition"
