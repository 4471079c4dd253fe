"""Apps act for people who have agreed to it: authorization codes with PKCE, and no page of ours."""

import pytest

from tests.gateway.apps import BACK, agrees, app_for_people, code_in, returned
from tests.gateway.make import (
    anonymous,
    api_key,
    seller,
    vendor,
    with_key,
)
from tests.partners.make import changed, working_partner
from tests.system import ISSUER, System

LOGIN = "https://portal.example/login"


@pytest.mark.parametrize("kind", ["confidential", "public"])
async def test_an_app_acts_for_a_person_who_has_agreed(system: System, kind: str) -> None:
    office = await vendor(system)
    boss = await office.admin()
    app = await app_for_people(boss, "oauth-clients:read", "sessions:*", kind=kind)

    answer = await agrees(boss, app)
    tokens = await app.redeems(code_in(answer))

    assert (answer["status"], answer["expires_in"], answer["error"]) == ("granted", 60, None)
    assert answer["redirect_to"].startswith(f"{BACK}?")
    assert {**returned(answer), "code": ""} == {"code": "", "state": "xyz", "iss": ISSUER}
    assert (tokens.status, tokens["scope"], tokens["token_type"]) == (200, "oauth-clients:read", "Bearer")
    program = app.acting(tokens)
    assert (await program.get("/v1/oauth-clients")).status == 200
    assert (await program.get("/v1/sessions")).problem == "forbidden"
    assert (await program.get("/v1/partners")).problem == "forbidden"


async def test_an_app_does_no_more_than_the_person_may_and_the_person_has_seen(system: System) -> None:
    office = await vendor(system)
    app = await app_for_people(await office.admin(), "*:read", "deals:write", "api-keys:*")
    desk, _, _ = await seller(office.tenant, roles=("sales",))

    seen = await desk.post("/v1/authorizations/preview", app.asks(scope="deals:* api-keys:read"))
    less = await desk.post("/v1/authorizations/preview", app.asks(scope="deals:read deals:write"))
    tokens = await app.is_let_in(desk, scope="deals:read deals:write")

    assert (seen["scope"], seen["error"]) == (None, "invalid_scope")
    assert (less["client"]["name"], less["scope"]) == ("CRM", "deals:read deals:write:own")
    assert tokens["scope"] == less["scope"]
    program = app.acting(tokens)
    assert (await program.get("/v1/deals")).status == 200
    assert (await program.get("/v1/people")).problem == "forbidden"


async def test_a_partners_app_is_for_its_own_people(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home, rival = await working_partner(staff, name="Acme"), await working_partner(staff, name="Rival")
    desk, _, _ = await seller(office.tenant, partner_id=home)
    other, _, _ = await seller(office.tenant, partner_id=rival)
    app = await app_for_people(desk, "deals:read")

    assert (await agrees(desk, app))["status"] == "granted"
    for stranger in (other, await office.admin(), await (await vendor(system)).admin()):
        assert (await agrees(stranger, app)).problem == "unknown_app"


async def test_only_a_person_agrees(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    app = await app_for_people(boss, "*:*")
    key = await with_key(office, (await api_key(boss, "*:*"))["key"])
    delegated = app.acting(await app.is_let_in(boss))

    for program in (key, delegated, office.tenant.vendor()):
        assert (await agrees(program, app)).problem == "person_required"


async def test_an_app_that_may_do_everything_leaves_the_persons_sessions_alone(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    app = await app_for_people(boss, "*:*")
    program = app.acting(await app.is_let_in(boss))
    session = (await boss.get("/v1/sessions")).json["data"][0]["id"]

    ended = await program.request("DELETE", f"/v1/sessions/{session}", headers={"if-match": "*"})

    assert (await program.get("/v1/partners")).status == 200
    assert (await program.get("/v1/sessions")).problem == "person_required"
    assert (await program.get(f"/v1/sessions/{session}")).problem == "person_required"
    assert ended.problem == "person_required"


async def test_a_person_who_does_not_agree_sends_the_app_away(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    app = await app_for_people(boss, "deals:read")

    answer = await agrees(boss, app, decision="deny")

    assert (answer["status"], answer["error"], answer["scope"]) == ("refused", "access_denied", None)
    assert (returned(answer)["error"], returned(answer)["state"]) == ("access_denied", "xyz")
    assert returned(answer)["iss"] == ISSUER


async def test_whoever_does_not_say_whether_they_agree_has_not_agreed(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    app = await app_for_people(boss, "deals:read")

    answer = await boss.post("/v1/authorizations", app.asks())

    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/decision")


REFUSED = {
    "no challenge": ({"code_challenge": None}, "invalid_request"),
    "no method": ({"code_challenge_method": None}, "invalid_request"),
    "the verifier itself": ({"code_challenge_method": "plain"}, "invalid_request"),
    "a challenge that is none": ({"code_challenge": "short"}, "invalid_request"),
    "an implicit token": ({"response_type": "token"}, "unsupported_response_type"),
    "a code and a token": ({"response_type": "code token"}, "unsupported_response_type"),
    "more than it was registered with": ({"scope": "deals:read payouts:approve"}, "invalid_scope"),
    "no scope at all": ({"scope": "everything"}, "invalid_scope"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_a_wrong_request_is_told_to_the_app_by_either_way(system: System, what: str) -> None:
    changed_, error = REFUSED[what]
    office = await vendor(system)
    boss = await office.admin()
    app = await app_for_people(boss, "deals:read")
    browser = anonymous(office.tenant)

    directly = await browser.get("/oauth/authorize", **app.asks(**changed_))
    by_portal = await agrees(boss, app, **changed_)

    assert directly.status == 303 and directly.headers["location"].startswith(f"{BACK}?")
    assert (returned(directly)["error"], returned(directly)["state"], returned(directly)["iss"]) == (
        error,
        "xyz",
        ISSUER,
    )
    assert (by_portal["status"], returned(by_portal)["error"]) == ("refused", error)


async def test_a_browser_is_sent_to_where_the_tenants_people_sign_in(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    app = await app_for_people(boss, "deals:read")
    browser = anonymous(office.tenant)

    nowhere = await browser.get("/oauth/authorize", **app.asks())
    await changed(boss, f"/v1/tenants/{office.tenant.id}", {"login_url": LOGIN})
    sent = await browser.get("/oauth/authorize", **app.asks(nonce="a parameter of another standard"))

    assert (nowhere.status, nowhere.problem) == (409, "login_url_missing")
    assert sent.status == 303 and sent.headers["cache-control"] == "no-store"
    assert sent.headers["location"].startswith(f"{LOGIN}?")
    assert returned(sent) == app.asks(nonce="a parameter of another standard")
    await changed(boss, f"/v1/tenants/{office.tenant.id}", {"login_url": None})
    assert (await browser.get("/oauth/authorize", **app.asks())).problem == "login_url_missing"


ELSEWHERE = [
    "https://crm.example/callback/",
    "https://crm.example/callback?next=1",
    "https://crm.example/Callback",
    "https://crm.example.evil/callback",
    "https://crm.example@evil.example/callback",
    "https://evil.example/?https://crm.example/callback",
    "http://crm.example/callback",
    "https://crm.example:444/callback",
    "https://crm.example/callback#",
    "https://CRM.example/callback",
    "https://crm.example/callback/../other",
    "",
]


@pytest.mark.parametrize("uri", ELSEWHERE)
async def test_nobody_is_sent_to_where_the_app_is_not(system: System, uri: str) -> None:
    office = await vendor(system)
    boss = await office.admin()
    app = await app_for_people(boss, "deals:read")

    answer = await anonymous(office.tenant).get("/oauth/authorize", **app.asks(redirect_uri=uri))
    agreed = await agrees(boss, app, redirect_uri=uri or "x")

    assert (answer.status, answer.problem) == (400, "redirect_not_registered")
    assert (agreed.status, agreed.problem) == (422, "redirect_mismatch")


@pytest.mark.parametrize("client_id", ["", "x", "oac_01h455vb4pex5vsknk084sn02q", "' OR 1=1 --"])
async def test_an_app_that_nobody_knows_sends_nobody_anywhere(system: System, client_id: str) -> None:
    app = await app_for_people(await (await vendor(system)).admin(), "deals:read")

    answer = await anonymous(app.tenant).get("/oauth/authorize", **app.asks(client_id=client_id))

    assert (answer.status, answer.problem) == (400, "unknown_client")


UNSAFE = [
    "http://crm.example/callback",
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "https://crm.example/cb#part",
    "https://user@crm.example/cb",
    "https:///cb",
    "/callback",
    "crm.example/callback",
    "myapp:/cb",
    "https://*.example/cb",
    "https://crm.example/c b",
    "https://crm.example/ü",
    "https://crm.example:99999/cb",
    "http://127.0.0.1@evil.example/cb",
]


@pytest.mark.parametrize("uri", UNSAFE)
async def test_an_unsafe_redirect_uri_is_not_registered(system: System, uri: str) -> None:
    boss = await (await vendor(system)).admin()

    made = await boss.post("/v1/oauth-clients", {"name": "x", "redirect_uris": [BACK, uri], "scopes": ["deals:read"]})

    assert (made.status, made.json["errors"][0]["pointer"]) == (422, "/redirect_uris/1")


async def test_an_app_on_a_computer_takes_the_port_it_gets(system: System) -> None:
    boss = await (await vendor(system)).admin()
    uris = ["http://127.0.0.1/cb", "com.example.crm:/cb", "http://localhost:3000/cb"]
    app = await app_for_people(boss, "deals:read", kind="public", redirect_uris=uris)

    for uri in ("http://127.0.0.1:51234/cb", "com.example.crm:/cb", "http://localhost:3000/cb"):
        assert (await agrees(boss, app, redirect_uri=uri))["status"] == "granted"
    for uri in (
        "http://127.0.0.1:51234/other",
        "http://localhost:3001/cb",
        "http://127.0.0.2/cb",
        "https://127.0.0.1/cb",
    ):
        assert (await agrees(boss, app, redirect_uri=uri)).problem == "redirect_mismatch"


async def test_whoever_may_do_less_than_an_app_does_not_say_where_its_people_return_to(system: System) -> None:
    office = await vendor(system)
    app = await app_for_people(await office.admin(), "deals:*")
    weak = office.tenant.vendor("oauth-clients:* deals:read")

    moved = await weak.patch(
        f"/v1/oauth-clients/{app.client_id}", {"redirect_uris": ["https://evil.example/"]}, if_match="*"
    )

    assert moved.problem == "beyond_own_rights"


async def test_a_partner_that_does_not_exist_owns_no_app_and_no_key(system: System) -> None:
    boss = await (await vendor(system)).admin()
    nobody = {"name": "x", "scopes": ["deals:read"], "partner_id": "ptr_01h455vb4pex5vsknk084sn02q"}

    for noun in ("oauth-clients", "api-keys"):
        made = await boss.post(f"/v1/{noun}", nobody)
        assert (made.status, made.json["errors"][0]["code"]) == (422, "unknown_partner")


async def test_the_server_describes_itself_as_rfc_8414_says(system: System) -> None:
    answer = await anonymous((await vendor(system)).tenant).get("/.well-known/oauth-authorization-server")

    assert answer["issuer"] == ISSUER
    assert answer["authorization_endpoint"] == f"{ISSUER}/oauth/authorize"
    assert answer["code_challenge_methods_supported"] == ["S256"]
    assert answer["grant_types_supported"] == ["authorization_code", "client_credentials", "refresh_token"]
    assert answer["authorization_response_iss_parameter_supported"] is True
