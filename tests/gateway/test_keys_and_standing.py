"""What is left to a partner's keys and pages goes with the partner's standing, from one request to the next."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.gateway.doors import door_of
from tests.gateway.make import api_key, vendor
from tests.gateway.test_embed_tokens import ORIGIN, claims, minted
from tests.journeys.world import client_of
from tests.partners.make import working_partner
from tests.system import Client, System


@pytest.fixture
async def door(system: System) -> AsyncIterator[httpx.AsyncClient]:
    """The product's door over the services of the tests, which remembers what it has exchanged."""
    async with client_of(door_of(system.apps["gateway"], system.apps)) as client:
        yield client


async def does(door: httpx.AsyncClient, key: str) -> tuple[int, int]:
    """What a script with the key gets when it reads, and when it writes."""
    headers = {"Authorization": f"Bearer {key}"}
    read = await door.get("/v1/oauth-clients", headers=headers)
    written = await door.post("/v1/oauth-clients", json={"name": "ERP", "scopes": ["deals:read"]}, headers=headers)
    return read.status_code, written.status_code


async def stands(staff: Client, partner_id: str, verb: str) -> None:
    """The vendor changes how a partner stands, and every process hears of it."""
    body = {"reason": "unpaid"} if verb != "reinstate" else None
    assert (await staff.act(f"/v1/partners/{partner_id}", verb, body)).status == 200
    await staff.system.settle()


async def test_a_key_reads_on_while_its_partner_is_suspended_and_writes_again_at_once_after(
    system: System, door: httpx.AsyncClient
) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home = await working_partner(staff)
    made = await api_key(await office.admin(), "oauth-clients:*", "deals:read", partner_id=home)
    told = [await does(door, made["key"])]

    for verb in ("suspend", "reinstate", "suspend", "terminate"):
        await stands(staff, home, verb)
        told.append(await does(door, made["key"]))

    assert told == [(200, 201), (200, 403), (200, 201), (200, 403), (401, 401)]


async def test_a_key_that_was_revoked_is_exchanged_for_nothing_any_more(
    system: System, door: httpx.AsyncClient
) -> None:
    office = await vendor(system)
    boss = await office.admin()
    made = await api_key(boss, "oauth-clients:*", "deals:read")
    assert await does(door, made["key"]) == (200, 201)

    assert (await boss.act(f"/v1/api-keys/{made['id']}", "revoke")).status == 200

    assert await does(door, made["key"]) == (401, 401)


async def test_a_page_of_a_partner_that_is_suspended_is_given_another_token_which_reads(
    system: System, door: httpx.AsyncClient
) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home = await working_partner(staff)
    boss = await office.admin()
    before = await minted(boss, "deals:read", "deals:write", partner_id=home)

    await stands(staff, home, "suspend")
    after = await minted(boss, "deals:read", "deals:write", partner_id=home)

    assert after["scope"] == "deals:read"
    assert int(str(claims(after["access_token"])["sv"])) > int(str(claims(before["access_token"])["sv"]))
    for made, status in ((before, 401), (after, 200)):
        headers = {"Authorization": f"Bearer {made['access_token']}", "Origin": ORIGIN}
        assert (await door.get("/v1/deals", headers=headers)).status_code == status
