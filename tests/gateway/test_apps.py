"""Apps: OAuth clients and the token endpoint."""

import pytest

from shared.auth.tokens import InvalidToken
from tests.gateway.make import (
    accept,
    address,
    api_key,
    invited_person,
    post_form,
    seller,
    sign_in,
    token_mailed,
    vendor,
    with_key,
)
from tests.partners.make import working_partner
from tests.system import Client, Response, System, Tenant


async def app(caller: Client, *scopes: str, **more: str) -> Response:
    """Make an app."""
    answer = await caller.post("/v1/oauth-clients", {"name": "ERP", "scopes": list(scopes), **more})
    assert answer.status == 201, answer.json
    return answer


async def granted(tenant: Tenant, made: Response, **fields: str) -> Response:
    """Ask for an app's token."""
    return await post_form(
        tenant,
        "/oauth/token",
        {"grant_type": "client_credentials", **fields},
        basic=(made["client_id"], made["client_secret"]),
    )


async def test_an_app_gets_a_token_with_its_scopes(system: System) -> None:
    office = await vendor(system)
    made = await app(await office.admin(), "partners:read", "oauth-clients:read")

    grant = await granted(office.tenant, made)

    assert (grant.status, grant["token_type"], grant["expires_in"]) == (200, "Bearer", 600)
    assert grant["scope"] == "oauth-clients:read partners:read"
    assert "refresh_token" not in grant.json and grant.headers["cache-control"] == "no-store"
    program = Client(system, grant["access_token"], office.tenant)
    assert (await program.get("/v1/partners")).status == 200
    assert (await program.get("/v1/people")).problem == "forbidden"


async def test_an_app_may_ask_for_less_and_not_for_more(system: System) -> None:
    office = await vendor(system)
    made = await app(await office.admin(), "partners:*", "deals:read")

    less = await granted(office.tenant, made, scope="partners:read")
    more = await granted(office.tenant, made, scope="partners:read leads:read")
    odd = await granted(office.tenant, made, scope="everything")

    assert (less.status, less["scope"]) == (200, "partners:read")
    assert [each.json["error"] for each in (more, odd)] == ["invalid_scope", "invalid_scope"]


async def test_the_secret_is_shown_once(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    body = {"name": "ERP", "scopes": ["deals:read"]}

    made = await boss.post("/v1/oauth-clients", body, idempotency_key="make-app")
    again = await boss.post("/v1/oauth-clients", body, idempotency_key="make-app")
    seen = await boss.get(f"/v1/oauth-clients/{made['id']}")

    assert made["client_secret"].startswith("prm_secret_")
    assert (again.status, again.problem) == (409, "secret_already_shown")
    assert "client_secret" not in seen.json
    assert (seen["client_id"], seen["scopes"]) == (made["id"], ["deals:read"])


@pytest.mark.parametrize(
    ("fields", "basic", "status", "error"),
    [
        ({"grant_type": "client_credentials"}, None, 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, ("app_x", "wrong"), 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "a", "client_secret": "b"}, None, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_secret": "b"}, ("a", "b"), 400, "invalid_request"),
        ({"grant_type": "password", "username": "a", "password": "b"}, None, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, None, 400, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, None, 400, "invalid_grant"),
        ({"scope": "deals:read"}, None, 400, "invalid_request"),
    ],
)
async def test_refusals_are_worded_as_oauth_words_them(
    system: System, fields: dict[str, str], basic: tuple[str, str] | None, status: int, error: str
) -> None:
    answer = await post_form((await vendor(system)).tenant, "/oauth/token", fields, basic=basic)

    assert (answer.status, answer.json["error"]) == (status, error)
    assert set(answer.json) == {"error", "error_description"}
    assert ("www-authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"grant_type":"client_credentials"}'),
        ("application/x-www-form-urlencoded", b"grant_type=a&grant_type=b"),
        ("application/x-www-form-urlencoded", b"grant_type=%ff"),
        ("application/x-www-form-urlencoded", "grant_type=é".encode()),
        ("application/x-www-form-urlencoded", b"grant_type"),
        ("application/x-www-form-urlencoded", b""),
        ("application/x-www-form-urlencoded", b"grant_type=refresh_token&refresh_token=" + b"a" * 8193),
        ("", b"grant_type=client_credentials"),
    ],
)
async def test_an_unreadable_form_is_an_invalid_request(system: System, content_type: str, body: bytes) -> None:
    answer = await system.send("POST", "/oauth/token", query="", headers={"content-type": content_type}, body=body)

    assert (answer.status, answer.json()["error"]) == (400, "invalid_request")


async def test_a_revoked_app_is_refused_and_its_tokens_with_it(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    made = await app(boss, "oauth-clients:read")
    program = Client(system, (await granted(office.tenant, made))["access_token"], office.tenant)
    assert (await program.get("/v1/oauth-clients")).status == 200

    gone = await boss.act(f"/v1/oauth-clients/{made['id']}", "revoke")

    assert (gone.status, gone["status"], gone["allowed_actions"]) == (200, "revoked", [])
    assert (await program.get("/v1/oauth-clients")).problem == "invalid_token"
    assert (await granted(office.tenant, made)).json["error"] == "invalid_client"
    assert (await boss.act(f"/v1/oauth-clients/{made['id']}", "revoke")).problem == "invalid_transition"


async def test_a_rotated_secret_replaces_the_one_before(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    made = await app(boss, "deals:read")

    fresh = await boss.act(f"/v1/oauth-clients/{made['id']}", "rotate-secret")

    assert fresh.status == 200
    assert (await granted(office.tenant, made)).status == 401
    assert (await granted(office.tenant, fresh)).status == 200


async def test_a_partners_app_sees_what_the_partner_sees(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home, rival = await working_partner(staff, name="Acme"), await working_partner(staff, name="Rival")
    desk, _, _ = await seller(office.tenant, partner_id=home)

    made = await app(desk, "partners:read", "people:read")
    program = Client(system, (await granted(office.tenant, made))["access_token"], office.tenant)

    assert made["partner_id"] == home
    assert [each["id"] for each in (await program.get("/v1/partners")).json["data"]] == [home]
    assert (await program.get(f"/v1/partners/{rival}")).status == 404
    for_rival = await desk.post("/v1/oauth-clients", {"name": "x", "scopes": ["deals:read"], "partner_id": rival})
    too_much = await desk.post("/v1/oauth-clients", {"name": "x", "scopes": ["payouts:approve"]})
    assert (for_rival.problem, too_much.problem) == ("forbidden", "beyond_own_rights")


async def test_apps_and_keys_of_others_are_hidden(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    desk, _, _ = await seller(office.tenant)
    stranger = await (await vendor(system)).admin()
    for noun, made in (
        ("oauth-clients", await app(boss, "deals:read")),
        ("api-keys", await api_key(boss, "deals:read")),
    ):
        for other in (desk, stranger):
            path = f"/v1/{noun}/{made['id']}"
            assert (await other.get(path)).status == 404
            assert (await other.act(path, "revoke")).status == 404
            assert (await other.get(f"/v1/{noun}")).json["data"] == []


async def test_whoever_may_do_less_than_an_app_does_not_get_its_secret(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    strong, key = await app(boss, "deals:*"), await api_key(boss, "deals:*")
    weak = office.tenant.vendor("oauth-clients:* api-keys:* deals:read")

    assert (await weak.act(f"/v1/oauth-clients/{strong['id']}", "rotate-secret")).problem == "beyond_own_rights"
    assert (await weak.act(f"/v1/api-keys/{key['id']}", "rotate")).problem == "beyond_own_rights"
    widened = await weak.patch(f"/v1/oauth-clients/{strong['id']}", {"scopes": ["deals:approve"]}, if_match="*")
    assert widened.problem == "beyond_own_rights"


async def test_staff_with_partners_of_their_own_give_no_rights_to_apps_of_any_other(system: System) -> None:
    office = await vendor(system)
    other = await working_partner(office.tenant.vendor(), name="Nobody's")
    staff = office.tenant.vendor("oauth-clients:* api-keys:* embed-tokens:* deals:read:assigned")

    for path, more in (
        ("/v1/oauth-clients", {"name": "x"}),
        ("/v1/api-keys", {"name": "x"}),
        ("/v1/embed-tokens", {"origin": "https://x.example"}),
    ):
        for scope in ("deals:read", "deals:read:own"):
            answer = await staff.post(path, {"partner_id": other, "scopes": [scope], **more})
            assert (answer.status, answer.problem) == (403, "beyond_own_rights"), path


async def test_a_token_is_revoked_and_introspected_by_the_standards(system: System) -> None:
    office = await vendor(system)
    made = await app(await office.admin(), "deals:read")
    basic = (made["client_id"], made["client_secret"])
    grant = await sign_in(office.tenant, office.email)

    async def introspected(tenant: Tenant) -> Response:
        return await post_form(tenant, "/oauth/introspect", {"token": grant["access_token"]}, basic=basic)

    known = await introspected(office.tenant)
    other = await vendor(system)
    elsewhere = await app(await other.admin(), "deals:read")
    stranger = await post_form(
        other.tenant,
        "/oauth/introspect",
        {"token": grant["access_token"]},
        basic=(elsewhere["client_id"], elsewhere["client_secret"]),
    )
    assert (known["active"], known["sub"]) == (True, office.account_id)
    assert stranger.json == {"active": False}

    for token in (grant["refresh_token"], grant["access_token"]):
        refused = await post_form(office.tenant, "/oauth/revoke", {"token": token}, basic=basic)
        assert (refused.status, refused.json["error"]) == (400, "unauthorized_client")
    assert (await introspected(office.tenant))["active"] is True
    assert (await post_form(office.tenant, "/oauth/revoke", {"token": grant["refresh_token"]})).status == 200
    assert (await introspected(office.tenant)).json == {"active": False}
    assert (await post_form(office.tenant, "/oauth/revoke", {"token": "unknown"})).status == 200
    assert (await post_form(office.tenant, "/oauth/introspect", {"token": "x"})).status == 401


@pytest.mark.parametrize("verb", ["suspend", "terminate"])
async def test_what_a_partners_apps_hold_ends_with_its_good_standing(system: System, verb: str) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home = await working_partner(staff)
    boss = await office.admin()
    made = await app(boss, "oauth-clients:*", partner_id=home)
    key = await api_key(boss, "oauth-clients:*", partner_id=home)
    program = Client(system, (await granted(office.tenant, made))["access_token"], office.tenant)
    script = await with_key(office, key["key"])
    assert [(await each.get("/v1/oauth-clients")).status for each in (program, script)] == [200, 200]

    assert (await staff.act(f"/v1/partners/{home}", verb, {"reason": "unpaid"})).status == 200
    await system.settle()

    for each in (program, script):
        assert (await each.post("/v1/oauth-clients", {"name": "x", "scopes": []})).problem == "invalid_token"


async def test_the_apps_of_a_terminated_partner_are_refused(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home = await working_partner(staff)
    email = address()
    await invited_person(staff, home, email=email)
    grant = await accept(office.tenant, await token_mailed(office.tenant, email))
    desk = Client(system, grant["access_token"], office.tenant)
    made, key = await app(desk, "deals:read"), await api_key(desk, "deals:read")

    assert (await staff.act(f"/v1/partners/{home}", "terminate", {"reason": "over"})).status == 200
    await office.tenant.advance(days=1)

    assert (await granted(office.tenant, made)).status == 401
    with pytest.raises(InvalidToken):
        await with_key(office, key["key"])
    assert (await sign_in(office.tenant, email)).problem == "invalid_credentials"
    for noun in ("api-keys", "oauth-clients"):
        refused = await staff.post(f"/v1/{noun}", {"name": "Late", "scopes": ["deals:read"], "partner_id": home})
        assert (refused.status, refused.json["errors"][0]["code"]) == (422, "unknown_partner")
