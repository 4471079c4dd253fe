"""The vendor's staff and its roles."""

import asyncio

import pytest

from gateway.roles import rules
from gateway.roles.defaults import DEFAULT_ROLES, EVERYBODY
from gateway.roles.permissions import grantable
from gateway.tokens.rules import size_of_token
from shared.auth.scopes import parse
from tests.gateway.make import PASSWORD, accept, address, seller, sign_in, signed_in, token_mailed, vendor
from tests.partners.make import changed
from tests.system import Client, Response, System


async def employ(boss: Client, *, roles: tuple[str, ...], email: str | None = None) -> Response:
    """Ask for an account of vendor staff."""
    body = {"email": email or address(), "given_name": "Ольга", "family_name": "Котова", "roles": list(roles)}
    return await boss.post("/v1/accounts", body)


async def colleague(boss: Client, *, roles: tuple[str, ...]) -> tuple[str, str]:
    """A member of the staff who can sign in: id and address."""
    email = address()
    made = await employ(boss, roles=roles, email=email)
    assert (await boss.act(f"/v1/accounts/{made['id']}", "invite")).status == 200
    assert (await accept(boss.tenant, await token_mailed(boss.tenant, email))).status == 201
    return str(made["id"]), email


async def test_a_mail_address_has_one_account_in_a_tenant_and_one_in_each_other(system: System) -> None:
    office, elsewhere = await vendor(system), await vendor(system)
    boss = await office.admin()

    again = await employ(boss, roles=("auditor",), email=office.email.upper())
    there = await employ(await elsewhere.admin(), roles=("auditor",), email=office.email)

    assert (again.status, again.problem) == (409, "email_in_use")
    assert there.status == 201


async def test_unknown_roles_and_roles_of_the_other_side_are_named(system: System) -> None:
    boss = await (await vendor(system)).admin()

    answer = await employ(boss, roles=("auditor", "sales", "emperor"))

    assert (answer.status, answer.problem) == (422, "unknown_role")
    assert [each["pointer"] for each in answer.json["errors"]] == ["/roles/1", "/roles/2"]


async def test_nobody_gives_more_rights_than_they_have(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    scopes = ["accounts:*", "roles:*", "deals:read", "sessions:*"]
    assert (
        await boss.post("/v1/roles", {"code": "clerk", "name": "Clerk", "side": "vendor", "scopes": scopes})
    ).status == 201
    _, email = await colleague(boss, roles=("clerk",))
    clerk = await signed_in(office.tenant, email)

    promoted = await employ(clerk, roles=("tenant_admin",))
    widened = await clerk.post("/v1/roles", {"code": "x", "name": "X", "side": "vendor", "scopes": ["deals:approve"]})
    same = await employ(clerk, roles=("clerk",))
    shut = await clerk.act(f"/v1/accounts/{office.account_id}", "deactivate")

    assert [each.problem for each in (promoted, widened, shut)] == ["beyond_own_rights"] * 3
    assert same.status == 201


async def test_other_roles_end_the_sessions_of_a_member_of_staff(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    account, email = await colleague(boss, roles=("deal_desk",))
    before = await signed_in(office.tenant, email)

    patched = await changed(boss, f"/v1/accounts/{account}", {"roles": ["auditor"]})

    assert (patched.status, patched["roles"]) == (200, ["auditor"])
    assert (await before.get("/v1/sessions")).problem == "invalid_token"
    assert (await sign_in(office.tenant, email))["scope"] == "*:read batch:write operations:write:own sessions:*"


async def test_a_deactivated_member_of_staff_is_out_at_once_and_for_good(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    account, email = await colleague(boss, roles=("auditor",))
    before = await signed_in(office.tenant, email)

    out = await boss.act(f"/v1/accounts/{account}", "deactivate")

    assert (out.status, out["status"], out["allowed_actions"]) == (200, "deactivated", [])
    assert (await before.get("/v1/sessions")).problem == "invalid_token"
    assert (await sign_in(office.tenant, email)).problem == "invalid_credentials"
    assert (await changed(boss, f"/v1/accounts/{account}", {"given_name": "X"})).problem == "conflict"
    assert (await boss.act(f"/v1/accounts/{account}", "deactivate")).problem == "invalid_transition"


async def test_the_last_administrator_stays(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    path = f"/v1/accounts/{office.account_id}"

    assert (await boss.act(path, "deactivate")).problem == "last_administrator"
    assert (await changed(boss, path, {"roles": ["auditor"]})).problem == "last_administrator"
    await colleague(boss, roles=("tenant_admin",))
    assert (await boss.act(path, "deactivate")).status == 200


async def test_of_two_administrators_who_deactivate_each_other_at_once_one_stays(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    other, email = await colleague(boss, roles=("tenant_admin",))
    second = await signed_in(office.tenant, email)

    answers = await asyncio.gather(
        boss.act(f"/v1/accounts/{other}", "deactivate"), second.act(f"/v1/accounts/{office.account_id}", "deactivate")
    )

    active = [each["status"] for each in (await office.tenant.vendor().get("/v1/accounts")).json["data"]]
    assert active.count("active") == 1
    assert sorted(each.status for each in answers)[0] == 200


async def test_a_stale_version_and_a_missing_one_are_refused(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    account = (await employ(boss, roles=("auditor",)))["id"]
    seen = (await boss.get(f"/v1/accounts/{account}")).headers["etag"]
    assert (await boss.patch(f"/v1/accounts/{account}", {"given_name": "Olga"}, if_match=seen)).status == 200

    assert (await boss.patch(f"/v1/accounts/{account}", {"given_name": "O"}, if_match=seen)).problem == "stale_version"
    assert (await boss.patch(f"/v1/accounts/{account}", {"given_name": "O"})).problem == "precondition_required"
    assert (await boss.patch(f"/v1/accounts/{account}", {"given_name": None}, if_match="*")).problem == "invalid"
    assert (await boss.patch(f"/v1/accounts/{account}", {"email": "x@y.example"}, if_match="*")).problem == "invalid"


async def test_accounts_are_hidden_from_partners_and_other_tenants(system: System) -> None:
    office = await vendor(system)
    account = office.account_id
    stranger = (await vendor(system)).tenant.vendor()
    partner = office.tenant.partner("ptr_01h455vb4pex5vsknk084sn02q")

    assert (await stranger.get(f"/v1/accounts/{account}")).status == 404
    assert (await stranger.act(f"/v1/accounts/{account}", "deactivate")).status == 404
    assert (await partner.get(f"/v1/accounts/{account}")).status == 404
    assert (await partner.get("/v1/accounts")).json["data"] == []
    assert (await employ(partner, roles=("auditor",))).problem == "forbidden"


async def test_the_account_of_a_partners_person_is_changed_as_a_person(system: System) -> None:
    office = await vendor(system)
    desk, _, _ = await seller(office.tenant)
    boss = await office.admin()

    assert (await changed(boss, f"/v1/accounts/{desk.account_id}", {"given_name": "X"})).problem == "managed_as_person"
    assert (await boss.act(f"/v1/accounts/{desk.account_id}", "deactivate")).problem == "managed_as_person"


async def test_a_tenant_begins_with_the_shipped_roles_and_changes_them(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    listed = (await boss.get("/v1/roles", limit=200)).json["data"]
    viewer = next(each for each in listed if each["code"] == "viewer")

    wider = await changed(boss, f"/v1/roles/{viewer['id']}", {"scopes": ["deals:read", "leads:read", "deals:read"]})
    desk, email, _ = await seller(office.tenant, roles=("viewer",))
    back = await changed(boss, f"/v1/roles/{viewer['id']}", {"scopes": None})

    assert {each["code"] for each in listed} == set(DEFAULT_ROLES)
    assert (wider["scopes"], wider["customised"]) == (["deals:read", "leads:read"], True)
    assert desk.token is not None
    assert (await sign_in(office.tenant, email))["scope"] == " ".join(
        rules.merged([*DEFAULT_ROLES["viewer"].scopes, *EVERYBODY])
    )
    assert (back["scopes"], back["customised"]) == (list(DEFAULT_ROLES["viewer"].scopes), False)


async def test_a_role_that_makes_a_token_too_large_is_refused(system: System) -> None:
    boss = await (await vendor(system)).admin()
    scopes = [f"{each}:own" for each in sorted(grantable()) if "*" not in each]

    answer = await boss.post("/v1/roles", {"code": "big", "name": "Big", "side": "vendor", "scopes": scopes})

    assert (answer.status, answer.problem) == (422, "role_too_large")


@pytest.mark.parametrize("scope", ["deals", "deals:", ":read", "deals:read:mine", "a:b:c:d", "de als:read", "*:*:*"])
async def test_a_malformed_scope_is_named(system: System, scope: str) -> None:
    boss = await (await vendor(system)).admin()

    answer = await boss.post(
        "/v1/roles", {"code": "odd", "name": "Odd", "side": "vendor", "scopes": ["deals:read", scope]}
    )

    assert answer.status == 422
    assert answer.json["errors"][0]["pointer"] == "/scopes/1"


async def test_role_codes_are_taken_once(system: System) -> None:
    boss = await (await vendor(system)).admin()
    role = {"code": "auditor", "name": "Mine", "side": "vendor", "scopes": ["deals:read"]}

    assert (await boss.post("/v1/roles", role)).problem == "role_exists"
    assert (await boss.post("/v1/roles", role | {"code": "mine"})).status == 201
    assert (await boss.post("/v1/roles", role | {"code": "mine"})).problem == "role_exists"


@pytest.mark.parametrize("code", DEFAULT_ROLES)
async def test_every_shipped_role_signs_in_with_a_token_of_at_most_four_kilobytes(system: System, code: str) -> None:
    office = await vendor(system)
    if DEFAULT_ROLES[code].side == "vendor":
        _, email = await colleague(await office.admin(), roles=(code,))
    else:
        _, email, _ = await seller(office.tenant, roles=(code,))

    grant = await sign_in(office.tenant, email, PASSWORD)

    assert grant.status == 201
    assert len(grant["access_token"]) <= size_of_token(grant["scope"].split()) <= 4096


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["deals:read", "deals:read"], ["deals:read"]),
        (["deals:read", "deals:*"], ["deals:*"]),
        (["deals:read:own", "*:read", "deals:write:own"], ["*:read", "deals:write:own"]),
        (["deals:read:subtree", "deals:read"], ["deals:read", "deals:read:subtree"]),
        (["deals:approve", "*:*"], ["*:*"]),
        (["*:read", "deals:*"], ["*:read", "deals:*"]),
    ],
)
def test_scopes_that_another_covers_are_left_out(given: list[str], kept: list[str]) -> None:
    assert list(rules.merged(given)) == kept
    for vendor_side in (True, False):
        for scope in given:
            noun, verb = scope.split(":")[:2]
            before = parse(" ".join(given), vendor=vendor_side).reach(noun, verb)
            assert parse(" ".join(kept), vendor=vendor_side).reach(noun, verb) == before


@pytest.mark.parametrize(
    ("own", "wanted", "allowed"),
    [
        ("deals:read", ["deals:read"], True),
        ("deals:read", ["deals:read:own"], True),
        ("deals:read:assigned", ["deals:read"], False),
        ("deals:read deals:write", ["deals:*"], False),
        ("deals:*", ["deals:approve"], True),
        ("*:read", ["*:read", "deals:read"], True),
        ("*:read", ["*:*"], False),
        ("*:*", ["*:*", "anything:whatever"], True),
        ("", ["deals:read"], False),
    ],
)
def test_rights_are_given_only_from_ones_own(own: str, wanted: list[str], allowed: bool) -> None:
    scopes = parse(own, vendor=True)
    if allowed:
        rules.require_within(wanted, own=scopes, vendor=True)
    else:
        with pytest.raises(rules.BeyondOwnRights):
            rules.require_within(wanted, own=scopes, vendor=True)


def test_what_is_left_to_a_suspended_partner_is_reading() -> None:
    scopes = ["deals:write", "deals:read", "people:*", "leads:*:subtree", "sessions:*", "conflict-checks:*"]

    kept = rules.reading_only(scopes)

    assert kept == ("conflict-checks:read", "deals:read", "leads:read:subtree", "people:read", "sessions:*")
