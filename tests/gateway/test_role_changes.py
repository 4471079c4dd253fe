"""A role that allows less takes it from those who have it at once, and leaves them signed in."""

import pytest

from gateway.roles.rules import loses
from tests.gateway.apps import app_for_people
from tests.gateway.make import Vendor, api_key, caller, refreshed, seller, sign_in, vendor, with_key
from tests.gateway.test_embed_tokens import minted, page
from tests.system import Client, Response, System


@pytest.mark.parametrize(
    ("before", "after", "less"),
    [
        (["deals:read", "leads:read"], ["deals:read"], True),
        (["deals:*"], ["deals:read", "deals:write"], True),
        (["deals:read"], ["deals:read:own"], True),
        (["deals:read:subtree"], ["deals:read"], True),
        (["deals:read"], ["deals:read", "leads:read"], False),
        (["deals:read"], ["*:read"], False),
        (["deals:read:own"], ["deals:read"], False),
        (["deals:read"], ["deals:read"], False),
    ],
)
def test_a_role_allows_less_when_something_is_gone_or_reaches_less_far(before, after, less):
    assert loses(before, after, vendor=False) is less


async def role(office: Vendor, code: str) -> str:
    """The id of a role of a tenant."""
    [found] = (await (await office.admin()).get("/v1/roles", code=code))["data"]
    return str(found["id"])


async def allows(office: Vendor, role_id: str, *scopes: str) -> None:
    """The administrator says what a role allows, and every process hears what follows."""
    path = f"/v1/roles/{role_id}"
    boss = await office.admin()
    etag = (await boss.get(path)).headers["etag"]
    answer = await boss.patch(path, {"scopes": list(scopes)}, if_match=etag)
    assert answer.status == 200, answer.json
    await office.tenant.system.settle()


async def reads(somebody: Client, noun: str) -> str | int:
    """What somebody gets who reads a list: 200, or the problem."""
    answer = await somebody.get(f"/v1/{noun}")
    return answer.problem or answer.status


async def test_whoever_has_a_narrowed_role_refreshes_and_has_what_is_left(system: System) -> None:
    office = await vendor(system)
    desk, email, _ = await seller(office.tenant, roles=("sales",))
    other, _, _ = await seller(office.tenant, partner_id=desk.partner_id, roles=("viewer",))
    sales = await role(office, "sales")
    signed_in = await sign_in(office.tenant, email)
    before = caller(office.tenant, signed_in)

    await allows(office, sales, "deals:read", "sessions:read")
    refused = [await reads(before, "leads"), await reads(before, "deals"), await reads(desk, "deals")]
    renewed = await refreshed(office.tenant, signed_in["refresh_token"])
    after = Client(system, renewed["access_token"], office.tenant)

    assert refused == ["invalid_token"] * 3
    assert (renewed.status, await reads(after, "deals"), await reads(after, "leads")) == (200, 200, "forbidden")
    assert await reads(other, "deals") == 200, "who does not have the role keeps the token"


async def test_a_role_that_allows_more_or_is_only_renamed_takes_no_token_back(system: System) -> None:
    office = await vendor(system)
    desk, _, _ = await seller(office.tenant, roles=("viewer",))
    viewer = await role(office, "viewer")
    boss = await office.admin()
    scopes = (await boss.get(f"/v1/roles/{viewer}"))["scopes"]

    await allows(office, viewer, *scopes, "products:write")
    path = f"/v1/roles/{viewer}"
    await boss.patch(path, {"name": "Onlooker"}, if_match=(await boss.get(path)).headers["etag"])
    await system.settle()

    assert await reads(desk, "deals") == 200


async def test_a_role_that_is_narrowed_and_put_back_serves_whoever_refreshes(system: System) -> None:
    office = await vendor(system)
    _, email, _ = await seller(office.tenant, roles=("sales",))
    sales = await role(office, "sales")
    grant: Response = await sign_in(office.tenant, email)

    await allows(office, sales, "deals:read")
    await allows(office, sales, "deals:read", "leads:read")
    renewed = await refreshed(office.tenant, grant["refresh_token"])

    assert await reads(Client(system, renewed["access_token"], office.tenant), "leads") == 200


async def test_an_app_let_in_and_a_page_lose_it_too_and_a_key_keeps_scopes_of_its_own(system: System) -> None:
    office = await vendor(system)
    desk, _, _ = await seller(office.tenant)
    admins = await role(office, "partner_admin")
    app = await app_for_people(desk, "deals:read")
    let_in = await app.is_let_in(desk)
    key = await with_key(office, (await api_key(desk, "deals:read"))["key"])
    made = await minted(await office.admin(), "deals:read", partner_id=desk.partner_id, account_id=desk.account_id)
    assert [await reads(each, "deals") for each in (app.acting(let_in), key)] == [200, 200]

    await allows(office, admins, "leads:read")

    assert await reads(app.acting(let_in), "deals") == "invalid_token"
    assert (await page(office, made["access_token"], "/v1/deals")).problem == "invalid_token"
    assert await reads(key, "deals") == 200
    renewed = await app.refreshes(let_in["refresh_token"])
    assert await reads(app.acting(renewed), "deals") in ("forbidden", "invalid_scope")
