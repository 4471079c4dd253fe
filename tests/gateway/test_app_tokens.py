"""What an app gets for a person's consent: codes and refresh tokens, each good once, and who may use them."""

import asyncio
from datetime import timedelta

import pytest

from gateway.authorizations.forgetting import forget_old
from gateway.credentials.hashing import digest_of
from shared.auth.tokens import InvalidToken
from tests.gateway.apps import BACK, agrees, app_for_people, code_in
from tests.gateway.make import (
    accept,
    address,
    invited_person,
    post_form,
    refreshed,
    sign_in,
    signed_in,
    token_mailed,
    vendor,
)
from tests.partners.make import working_partner
from tests.system import ISSUER, Client, System


async def test_a_public_app_has_no_secret_and_no_life_of_its_own(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    app = await app_for_people(boss, "deals:read", kind="public")
    path = f"/v1/oauth-clients/{app.client_id}"

    alone = await app.posts("/oauth/token", grant_type="client_credentials")
    guessed = await post_form(
        office.tenant, "/oauth/token", {"grant_type": "client_credentials"}, basic=(app.client_id, "")
    )

    assert app.secret is None
    assert (await boss.act(path, "rotate-secret")).problem == "public_app"
    assert [alone.json["error"], guessed.json["error"]] == ["invalid_client", "invalid_client"]
    without = await boss.post("/v1/oauth-clients", {"name": "x", "kind": "public", "scopes": ["deals:read"]})
    assert (without.status, without.json["errors"][0]["pointer"]) == (422, "/redirect_uris")


async def test_a_confidential_app_proves_who_it_is(system: System) -> None:
    boss = await (await vendor(system)).admin()
    app, other = await app_for_people(boss, "deals:read"), await app_for_people(boss, "deals:read")
    code = code_in(await agrees(boss, app))
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": app.verifier,
        "client_id": app.client_id,
    }

    unproven = await post_form(app.tenant, "/oauth/token", form)
    anothers = await other.redeems(code, code_verifier=app.verifier)

    assert (unproven.status, unproven.json["error"]) == (401, "invalid_client")
    assert anothers.json["error"] == "invalid_grant"
    # Neither has used the code up.
    assert (await app.redeems(code)).status == 200


async def test_a_code_is_good_with_its_verifier_and_its_redirect_uri(system: System) -> None:
    boss = await (await vendor(system)).admin()
    app = await app_for_people(boss, "deals:read", redirect_uris=[BACK, "https://crm.example/other"])
    code = code_in(await agrees(boss, app))

    wrong = [
        await app.redeems(code, code_verifier="A" * 43),
        await app.redeems(code, code_verifier=app.challenge),
        await app.redeems(code, code_verifier="short"),
        await app.redeems(code, redirect_uri="https://crm.example/other"),
        await app.redeems("prc_" + "A" * 43),
    ]

    assert {(each.status, each.json["error"]) for each in wrong} == {(400, "invalid_grant")}
    assert (await app.redeems(code, code_verifier="")).json["error"] == "invalid_request"
    assert (await app.redeems(code)).status == 200


async def test_a_code_that_is_used_twice_ends_what_it_gave(system: System) -> None:
    boss = await (await vendor(system)).admin()
    app = await app_for_people(boss, "oauth-clients:read")
    code = code_in(await agrees(boss, app))
    tokens = await app.redeems(code)
    program = app.acting(tokens)
    assert (await program.get("/v1/oauth-clients")).status == 200

    stolen = await app.redeems(code, code_verifier="B" * 43)
    assert (await program.get("/v1/oauth-clients")).status == 200
    again = await app.redeems(code)

    assert (stolen.json["error"], again.json["error"]) == ("invalid_grant", "invalid_grant")
    assert (await program.get("/v1/oauth-clients")).problem == "invalid_token"
    assert (await app.refreshes(tokens["refresh_token"])).json["error"] == "invalid_grant"


async def test_of_a_hundred_uses_of_a_code_at_once_one_gets_tokens_and_none_keeps_them(system: System) -> None:
    boss = await (await vendor(system)).admin()
    app = await app_for_people(boss, "oauth-clients:read")
    code = code_in(await agrees(boss, app))

    answers = await asyncio.gather(*(app.redeems(code) for _ in range(100)))

    assert sorted(each.status for each in answers) == [200] + [400] * 99
    won = next(each for each in answers if each.status == 200)
    assert (await app.acting(won).get("/v1/oauth-clients")).problem == "invalid_token"


async def test_a_code_lives_for_a_minute(system: System) -> None:
    boss = await (await vendor(system)).admin()
    app = await app_for_people(boss, "deals:read")
    code = code_in(await agrees(boss, app))
    await system.superuser.execute(
        "UPDATE gateway.secrets SET expires_at = expires_at - interval '60 seconds' WHERE kind = 'authorization_code'"
    )

    assert (await app.redeems(code)).json["error"] == "invalid_grant"


async def test_somebody_who_signs_out_takes_back_a_code_that_was_not_used(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    app = await app_for_people(boss, "deals:read")
    grant = await sign_in(office.tenant, office.email)
    person = Client(system, grant["access_token"], office.tenant)
    code = code_in(await agrees(person, app))

    await person.request("DELETE", f"/v1/sessions/{grant['session_id']}", headers={"if-match": "*"})

    assert (await app.redeems(code)).json["error"] == "invalid_grant"


async def test_an_apps_refresh_tokens_are_its_own_and_good_once(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    app, other = await app_for_people(boss, "*:read"), await app_for_people(boss, "*:read")
    first = await app.is_let_in(boss)

    by_other = await other.refreshes(first["refresh_token"])
    by_nobody = await refreshed(office.tenant, first["refresh_token"])
    second = await app.refreshes(first["refresh_token"], scope="deals:read")
    wider = await app.refreshes(second["refresh_token"], scope="deals:write")
    third = await app.refreshes(second["refresh_token"])

    assert [each.json["error"] for each in (by_other, by_nobody)] == ["invalid_grant", "invalid_grant"]
    assert (second.status, second["scope"]) == (200, "deals:read")
    assert wider.json["error"] == "invalid_scope"
    assert (third.status, third["scope"]) == (200, "*:read")
    assert (await app.refreshes(first["refresh_token"])).json["error"] == "invalid_grant"
    assert (await app.refreshes(third["refresh_token"])).json["error"] == "invalid_grant"
    assert (await app.acting(third).get("/v1/oauth-clients")).problem == "invalid_token"


async def test_an_app_cannot_use_a_persons_own_refresh_token(system: System) -> None:
    office = await vendor(system)
    app = await app_for_people(await office.admin(), "*:read")
    grant = await sign_in(office.tenant, office.email)

    assert (await app.refreshes(grant["refresh_token"])).json["error"] == "invalid_grant"
    assert (await refreshed(office.tenant, grant["refresh_token"])).status == 200


async def test_of_a_hundred_refreshes_of_one_token_one_succeeds_and_the_family_dies(system: System) -> None:
    boss = await (await vendor(system)).admin()
    app = await app_for_people(boss, "oauth-clients:read")
    tokens = await app.is_let_in(boss)

    answers = await asyncio.gather(*(app.refreshes(tokens["refresh_token"]) for _ in range(100)))

    assert sorted(each.status for each in answers) == [200] + [400] * 99
    won = next(each for each in answers if each.status == 200)
    assert (await app.refreshes(won["refresh_token"])).json["error"] == "invalid_grant"
    for each in (tokens, won):
        assert (await app.acting(each).get("/v1/oauth-clients")).problem == "invalid_token"


async def test_somebody_sees_which_apps_they_have_let_in_and_sends_one_away(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    app = await app_for_people(boss, "oauth-clients:read")
    tokens = await app.is_let_in(boss)

    listed = (await boss.get("/v1/sessions")).json["data"]
    theirs = next(each for each in listed if each["client_id"] == app.client_id)
    await boss.request("DELETE", f"/v1/sessions/{theirs['id']}", headers={"if-match": "*"})

    assert (await app.acting(tokens).get("/v1/oauth-clients")).problem == "invalid_token"
    assert (await app.refreshes(tokens["refresh_token"])).json["error"] == "invalid_grant"
    assert (await boss.get("/v1/sessions")).status == 200


async def test_what_people_let_an_app_do_ends_with_the_app(system: System) -> None:
    boss = await (await vendor(system)).admin()
    app = await app_for_people(boss, "oauth-clients:read")
    tokens = await app.is_let_in(boss)
    code = code_in(await agrees(boss, app))

    await boss.act(f"/v1/oauth-clients/{app.client_id}", "revoke")

    assert (await app.acting(tokens).get("/v1/oauth-clients")).problem == "invalid_token"
    assert (await app.refreshes(tokens["refresh_token"])).status == 401
    assert (await app.redeems(code)).status == 401
    assert (await agrees(boss, app)).problem == "unknown_app"
    ended = [each for each in (await boss.get("/v1/sessions")).json["data"] if each["client_id"] == app.client_id]
    assert [each["end_reason"] for each in ended] == ["app_revoked"]


async def test_what_an_app_may_do_for_somebody_ends_when_they_leave_the_partner(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home = await working_partner(staff)
    email = address()
    person = await invited_person(staff, home, email=email, roles=("sales",))
    await accept(office.tenant, await token_mailed(office.tenant, email))
    await invited_person(staff, home, email=address("other"))
    desk = await signed_in(office.tenant, email)
    app = await app_for_people(await office.admin(), "deals:read")
    tokens = await app.is_let_in(desk)

    await staff.act(f"/v1/people/{person}", "deactivate", {"reason": "left"})
    await system.settle()

    assert (await app.refreshes(tokens["refresh_token"])).json["error"] == "invalid_grant"
    with pytest.raises(InvalidToken):
        await system.apps["gateway"].runtime.verifier.verify(tokens["access_token"])


async def test_an_app_is_told_of_its_own_tokens_and_revokes_its_own(system: System) -> None:
    boss = await (await vendor(system)).admin()
    app, other = await app_for_people(boss, "deals:read"), await app_for_people(boss, "deals:read")
    tokens = await app.is_let_in(boss)
    own = await app.posts("/oauth/token", grant_type="client_credentials")

    told = await app.posts("/oauth/introspect", token=tokens["access_token"])
    told_of_refresh = await app.posts("/oauth/introspect", token=tokens["refresh_token"])
    others = await other.posts("/oauth/introspect", token=tokens["refresh_token"])
    refused = await other.posts("/oauth/revoke", token=tokens["refresh_token"])
    unnamed = await post_form(app.tenant, "/oauth/revoke", {"token": tokens["refresh_token"]})

    assert (told["active"], told["client_id"], told["scope"]) == (True, app.client_id, "deals:read")
    assert told["exp"] - told["iat"] == 600 and (told["iss"], told["aud"]) == (ISSUER, "prm")
    assert (told_of_refresh["active"], told_of_refresh["sub"]) == (True, told["sub"])
    assert others.json == {"active": False}
    assert (refused.status, refused.json["error"]) == (400, "unauthorized_client")
    assert (unnamed.status, unnamed.json["error"]) == (401, "invalid_client")
    for token in (tokens["refresh_token"], own["access_token"]):
        assert (await app.posts("/oauth/revoke", token=token)).status == 200
    for token in (tokens["access_token"], tokens["refresh_token"], own["access_token"]):
        assert (await app.posts("/oauth/introspect", token=token)).json == {"active": False}


async def test_a_code_is_forgotten_a_day_after_it_ended_and_the_app_goes_on(system: System) -> None:
    boss = await (await vendor(system)).admin()
    app = await app_for_people(boss, "oauth-clients:read")
    code = code_in(await agrees(boss, app))
    tokens = await app.redeems(code)
    database = system.apps["gateway"].state.database
    age = "UPDATE gateway.secrets SET expires_at = expires_at - $2::interval WHERE digest = $1"

    await system.superuser.execute(age, digest_of(code), timedelta(hours=23))
    await forget_old(database)
    kept = await system.superuser.fetchval("SELECT count(*) FROM gateway.secrets WHERE digest = $1", digest_of(code))
    await system.superuser.execute(age, digest_of(code), timedelta(hours=2))
    await forget_old(database)

    assert kept == 1
    assert (await app.redeems(code)).json["error"] == "invalid_grant"
    assert (await app.refreshes(tokens["refresh_token"])).status == 200
