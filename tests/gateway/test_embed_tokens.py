"""Embed tokens: short and narrow, for one origin, and never more than whoever asked for them."""

import base64

import orjson
import pytest

from tests.gateway.make import Vendor, api_key, seller, vendor, with_key
from tests.partners.make import working_partner
from tests.system import Client, Response, System

ORIGIN = "https://portal.example"


async def minted(caller: Client, *scopes: str, **more: object) -> Response:
    """Ask for a token for a page."""
    return await caller.post("/v1/embed-tokens", {"scopes": list(scopes), "origin": ORIGIN, **more})


async def page(office: Vendor, token: str, path: str, *, origin: str | None = ORIGIN) -> Response:
    """What a page with the token gets."""
    client = Client(office.tenant.system, token, office.tenant)
    return await client.request("GET", path, headers={"origin": origin} if origin else {})


def claims(token: str) -> dict[str, object]:
    payload = token.split(".")[1]
    found: dict[str, object] = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


async def test_a_key_gets_a_token_for_a_page_of_one_partner(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home, rival = await working_partner(staff, name="Acme"), await working_partner(staff, name="Rival")
    server = await with_key(office, (await api_key(await office.admin(), "*:*"))["key"])

    made = await minted(server, "partners:read", "deals:read", partner_id=home, expires_in=120)

    assert (made.status, made["expires_in"], made["scope"]) == (200, 120, "deals:read partners:read")
    inside = claims(made["access_token"])
    assert int(str(inside["exp"])) - int(str(inside["iat"])) == 120
    assert (inside["partner"], inside["origin"]) == (home, ORIGIN) and "sid" not in inside
    seen = await page(office, made["access_token"], "/v1/partners")
    assert [each["id"] for each in seen.json["data"]] == [home]
    assert (await page(office, made["access_token"], f"/v1/partners/{rival}")).status == 404
    assert (await page(office, made["access_token"], "/v1/people")).problem == "forbidden"


@pytest.mark.parametrize(
    "origin", [None, "https://evil.example", "https://portal.example.evil", "null", "http://portal.example"]
)
async def test_elsewhere_the_token_is_refused(system: System, origin: str | None) -> None:
    office = await vendor(system)
    home = await working_partner(office.tenant.vendor())
    made = await minted(await office.admin(), "partners:read", partner_id=home)

    assert (await page(office, made["access_token"], "/v1/partners", origin=origin)).problem == "invalid_token"


async def test_a_person_of_the_partner_limits_it_too(system: System) -> None:
    office = await vendor(system)
    desk, _, _ = await seller(office.tenant)
    boss = await office.admin()
    home = str(desk.partner_id)
    elsewhere = await working_partner(office.tenant.vendor(), name="Other")
    other, _, _ = await seller(office.tenant, partner_id=elsewhere, roles=("technical",))

    for_reader = await minted(
        boss, "deals:read", "deals:write", partner_id=other.partner_id, account_id=other.account_id
    )
    nothing = await minted(boss, "payouts:read", partner_id=other.partner_id, account_id=other.account_id)
    strange = await minted(boss, "deals:read", partner_id=home, account_id=other.account_id)

    assert (for_reader["scope"], claims(for_reader["access_token"])["sub"]) == ("deals:read", other.account_id)
    assert (nothing.status, nothing.problem) == (422, "nothing_left")
    assert (strange.status, strange.json["errors"][0]["pointer"]) == (422, "/account_id")


async def test_nobody_mints_more_than_they_have_or_for_others(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    desk, _, _ = await seller(office.tenant)
    rival = await working_partner(staff, name="Rival")
    weak = await with_key(office, (await api_key(desk, "embed-tokens:write", "deals:read"))["key"])

    assert (await minted(weak, "deals:read")).status == 200
    assert (await minted(weak, "deals:write")).problem == "beyond_own_rights"
    assert (await minted(weak, "deals:read", partner_id=rival)).problem == "forbidden"
    assert (await minted(staff, "deals:read")).json["errors"][0]["pointer"] == "/partner_id"
    nobody = await minted(staff, "deals:read", partner_id="ptr_01h455vb4pex5vsknk084sn02q")
    assert nobody.json["errors"][0]["code"] == "unknown_partner"


@pytest.mark.parametrize(
    "scope",
    [
        "*:*",
        "deals:*",
        "*:read",
        "deals:read:all",
        "sessions:write",
        "embed-tokens:write",
        "api-keys:write",
        "people:write",
    ],
)
async def test_a_page_gets_nothing_broad_and_nothing_that_outlives_it(system: System, scope: str) -> None:
    office = await vendor(system)
    home = await working_partner(office.tenant.vendor())

    assert (await minted(await office.admin(), scope, partner_id=home)).status == 422


async def test_a_token_ends_with_the_key_that_it_was_made_with(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    home = await working_partner(office.tenant.vendor())
    key = await api_key(boss, "embed-tokens:write", "partners:read")
    made = await minted(await with_key(office, key["key"]), "partners:read", partner_id=home)
    assert (await page(office, made["access_token"], "/v1/roles")).problem == "forbidden"

    await boss.act(f"/v1/api-keys/{key['id']}", "revoke")
    await system.settle()

    assert (await page(office, made["access_token"], "/v1/partners")).problem == "invalid_token"
