"""Signing in, staying signed in, signing out."""

import asyncio

import pytest
from argon2 import extract_parameters

from gateway.credentials import rules
from gateway.credentials.hashing import hashed, of_nobody
from tests.gateway.make import (
    PASSWORD,
    accept,
    address,
    anonymous,
    invited_person,
    refreshed,
    seller,
    sign_in,
    token_mailed,
    vendor,
)
from tests.partners.make import working_partner
from tests.system import Client, System


async def test_a_person_signs_in_and_is_told_who_they_are(system: System) -> None:
    office = await vendor(system)

    grant = await sign_in(office.tenant, office.email.upper())

    assert grant.status == 201
    assert (grant["token_type"], grant["expires_in"]) == ("Bearer", 600)
    assert grant.headers["cache-control"] == "no-store"
    account = grant["account"]
    assert (account["id"], account["kind"], account["roles"]) == (office.account_id, "vendor", ["tenant_admin"])
    assert account["tenant"]["slug"] == office.tenant.slug
    assert (await (await office.admin()).get("/v1/partners")).status == 200


async def test_an_unknown_mail_and_a_wrong_password_get_the_same_answer(system: System) -> None:
    office = await vendor(system)

    wrong = await sign_in(office.tenant, office.email, "not the password")
    unknown = await sign_in(office.tenant, address("nobody"), "not the password")

    assert (wrong.status, wrong.problem) == (401, "invalid_credentials")
    assert {**wrong.json, "request_id": ""} == {**unknown.json, "request_id": ""}


async def test_an_unknown_mail_costs_one_verification_like_a_wrong_password(system: System) -> None:
    office = await vendor(system)
    of_nobody.cache_clear()

    await sign_in(office.tenant, address("nobody"), "not the password")

    assert of_nobody.cache_info().misses == 1
    assert extract_parameters(of_nobody()) == extract_parameters(await hashed("some password"))


async def test_guessing_is_slowed_down_and_nobody_is_locked_out(system: System) -> None:
    office = await vendor(system)

    answers = [await sign_in(office.tenant, office.email, f"guess {n}") for n in range(rules.FREE_FOR_ACCOUNT + 1)]

    assert [each.status for each in answers[:-1]] == [401] * rules.FREE_FOR_ACCOUNT
    paused = answers[-1]
    assert (paused.status, paused.problem) == (429, "too_many_attempts")
    assert 1 <= int(paused.headers["retry-after"]) <= rules.LONGEST_SECONDS
    # The right password has to wait as well, and then is good: time is moved by moving the pause.
    await system.superuser.execute("UPDATE gateway.sign_in_attempts SET next_at = now() - interval '1 second'")
    assert (await sign_in(office.tenant, office.email)).status == 201
    assert (await sign_in(office.tenant, office.email, "one more slip")).status == 401


async def test_a_hundred_guesses_at_once_are_judged_no_more_often_than_one_after_the_other(system: System) -> None:
    office = await vendor(system)

    answers = await asyncio.gather(*(sign_in(office.tenant, office.email, f"guess {n}") for n in range(100)))

    judged = [each for each in answers if each.status == 401]
    assert len(judged) <= rules.FREE_FOR_ACCOUNT
    assert {each.status for each in answers} == {401, 429}


async def test_the_tenant_is_needed_only_where_a_mail_and_password_are_good_for_several(system: System) -> None:
    shared_mail = address("consultant")
    first = await vendor(system, email=shared_mail)
    second = await vendor(system, email=shared_mail)
    alone = await vendor(system)

    async def at_no_tenant(email: str) -> tuple[int, str | None]:
        body = f'{{"email": "{email}", "password": "{PASSWORD}"}}'.encode()
        answer = await system.send(
            "POST", "/v1/sessions", query="", headers={"content-type": "application/json"}, body=body
        )
        return answer.status, answer.json().get("code")

    assert (await sign_in(first.tenant, shared_mail))["account"]["id"] == first.account_id
    assert (await sign_in(second.tenant, shared_mail))["account"]["id"] == second.account_id
    assert await at_no_tenant(shared_mail) == (400, "tenant_required")
    assert await at_no_tenant(alone.email) == (201, None)


async def test_an_unknown_tenant_is_not_found(system: System) -> None:
    office = await vendor(system)

    answer = await anonymous(office.tenant).request(
        "POST", "/v1/sessions", {"email": office.email, "password": PASSWORD}, headers={"prm-tenant": "no-such-vendor"}
    )

    assert (answer.status, answer.problem) == (404, "unknown_tenant")


async def test_a_host_name_leads_to_its_tenant(system: System) -> None:
    shared_mail = address("consultant")
    first = await vendor(system, email=shared_mail)
    await vendor(system, email=shared_mail)
    host = f"{first.tenant.slug}.partners.example"
    admin = await first.admin()
    seen = await admin.get(f"/v1/tenants/{first.tenant.id}")
    assert (
        await admin.patch(f"/v1/tenants/{first.tenant.id}", {"hosts": [host]}, if_match=seen.headers["etag"])
    ).status == 200

    answer = await system.send(
        "POST",
        "/v1/sessions",
        query="",
        headers={"content-type": "application/json", "host": f"{host}:443"},
        body=f'{{"email": "{shared_mail}", "password": "{PASSWORD}"}}'.encode(),
    )

    assert answer.status == 201
    assert answer.json()["account"]["tenant"]["id"] == first.tenant.id


async def test_a_repeated_sign_in_with_the_same_key_does_not_show_the_tokens_again(system: System) -> None:
    office = await vendor(system)
    body = {"email": office.email, "password": PASSWORD}

    first = await anonymous(office.tenant).post("/v1/sessions", body, idempotency_key="sign-in-1")
    again = await anonymous(office.tenant).post("/v1/sessions", body, idempotency_key="sign-in-1")

    assert first.status == 201
    assert (again.status, again.problem) == (409, "secret_already_shown")


async def test_a_refresh_token_is_good_once_and_brings_the_next(system: System) -> None:
    office = await vendor(system)
    grant = await sign_in(office.tenant, office.email)

    second = await refreshed(office.tenant, grant["refresh_token"])
    third = await refreshed(office.tenant, second["refresh_token"])

    assert (second.status, third.status) == (200, 200)
    assert len({grant["refresh_token"], second["refresh_token"], third["refresh_token"]}) == 3


async def test_a_second_use_of_a_refresh_token_ends_the_session_for_the_thief_and_the_owner(system: System) -> None:
    office = await vendor(system)
    grant = await sign_in(office.tenant, office.email)
    owner = await refreshed(office.tenant, grant["refresh_token"])

    thief = await refreshed(office.tenant, grant["refresh_token"])

    assert (thief.status, thief.json["error"]) == (400, "invalid_grant")
    assert (await refreshed(office.tenant, owner["refresh_token"])).status == 400
    signed_out = await _with_token(office.tenant.anonymous(), owner["access_token"]).get("/v1/sessions")
    assert (signed_out.status, signed_out.problem) == (401, "invalid_token")
    (session,) = (await (await office.admin()).get("/v1/sessions", status="ended")).json["data"]
    assert session["end_reason"] == "refresh_token_reused"


async def test_of_a_hundred_refreshes_of_one_token_at_once_exactly_one_succeeds(system: System) -> None:
    office = await vendor(system)
    grant = await sign_in(office.tenant, office.email)

    answers = await asyncio.gather(*(refreshed(office.tenant, grant["refresh_token"]) for _ in range(100)))

    assert sorted(each.status for each in answers) == [200] + [400] * 99


async def test_a_token_that_was_never_given_out_ends_nobodys_session(system: System) -> None:
    office = await vendor(system)
    grant = await sign_in(office.tenant, office.email)

    made_up = await refreshed(office.tenant, "prt_" + "A" * 43)

    assert (made_up.status, made_up.json["error"]) == (400, "invalid_grant")
    assert (await refreshed(office.tenant, grant["refresh_token"])).status == 200


async def test_signing_out_ends_the_tokens_of_that_session_only(system: System) -> None:
    office = await vendor(system)
    here, there = await sign_in(office.tenant, office.email), await sign_in(office.tenant, office.email)
    laptop = _with_token(office.tenant.anonymous(), here["access_token"])

    without = await laptop.request("DELETE", f"/v1/sessions/{here['session_id']}")
    out = await laptop.request("DELETE", f"/v1/sessions/{here['session_id']}", headers={"if-match": "*"})

    assert (without.status, without.problem) == (428, "precondition_required")
    assert out.status == 204
    assert (await laptop.get("/v1/sessions")).problem == "invalid_token"
    assert (await refreshed(office.tenant, here["refresh_token"])).status == 400
    assert (await refreshed(office.tenant, there["refresh_token"])).status == 200


async def test_a_session_says_what_can_be_done_with_it_from_here(system: System) -> None:
    office = await vendor(system, mode="live")
    here, there = await sign_in(office.tenant, office.email), await sign_in(office.tenant, office.email)
    laptop = _with_token(office.tenant.anonymous(), here["access_token"])

    async def offered(session: str) -> list[str]:
        actions: list[str] = (await laptop.get(f"/v1/sessions/{session}"))["allowed_actions"]
        return actions

    assert await offered(here["session_id"]) == ["switch", "enter-sandbox", "delete"]
    assert await offered(there["session_id"]) == ["delete"]
    await laptop.request("DELETE", f"/v1/sessions/{there['session_id']}", headers={"if-match": "*"})
    assert await offered(there["session_id"]) == []


async def test_nobody_sees_or_ends_the_sessions_of_others(system: System) -> None:
    office = await vendor(system)
    desk, _, _ = await seller(office.tenant)
    boss = await office.admin()
    bosses = (await boss.get("/v1/sessions")).json["data"][0]["id"]

    assert [each["account_id"] for each in (await desk.get("/v1/sessions")).json["data"]] == [desk.account_id]
    assert (await desk.get(f"/v1/sessions/{bosses}")).status == 404
    assert (await desk.request("DELETE", f"/v1/sessions/{bosses}", headers={"if-match": "*"})).status == 404
    other = await (await vendor(system)).admin()
    assert (await other.request("DELETE", f"/v1/sessions/{bosses}", headers={"if-match": "*"})).status == 404


async def test_a_user_of_two_partners_acts_for_one_at_a_time(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    first, second = await working_partner(staff, name="Első Kft."), await working_partner(staff, name="第二有限公司")
    _, email, _ = await seller(office.tenant, partner_id=first)
    await invited_person(staff, second, email=email, roles=("viewer",))
    assert (await accept(office.tenant, await token_mailed(office.tenant, email))).status == 201

    last_used = await sign_in(office.tenant, email)
    chosen = await sign_in(office.tenant, email, partner_id=first)

    assert last_used["account"]["partner_id"] == second
    assert last_used["account"]["roles"] == ["viewer"]
    assert {each["partner_id"] for each in last_used["account"]["memberships"]} == {first, second}
    assert chosen["account"]["partner_id"] == first
    assert (await sign_in(office.tenant, email))["account"]["partner_id"] == first
    stranger = await sign_in(office.tenant, email, partner_id=await working_partner(staff, name="Third"))
    assert (stranger.status, stranger.problem) == (403, "not_a_member")


async def test_no_secret_is_stored_readable_outside_the_mail(system: System) -> None:
    office = await vendor(system)
    grant = await sign_in(office.tenant, office.email)
    key = (await (await office.admin()).post("/v1/api-keys", {"name": "ERP", "scopes": ["deals:read"]})).json["key"]
    tables = await system.superuser.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'gateway'::regnamespace AND relkind = 'r'"
    )

    stored = "".join([await _text_of(system, each["relname"]) for each in tables])

    for secret in (PASSWORD, grant["refresh_token"], grant["access_token"], key):
        assert secret not in stored
    assert grant["session_id"] in stored


async def test_the_log_of_an_erring_process_names_no_secret(system: System, capsys: pytest.CaptureFixture[str]) -> None:
    office = await vendor(system)

    await sign_in(office.tenant, office.email, "a wrong secret phrase")
    await refreshed(office.tenant, "prt_a-secret-nobody-has")
    await accept(office.tenant, "an-invitation-nobody-has")

    written = capsys.readouterr()
    for secret in ("a wrong secret phrase", "prt_a-secret-nobody-has", "an-invitation-nobody-has", office.email):
        assert secret not in written.out + written.err


async def _text_of(system: System, table: str) -> str:
    return str(await system.superuser.fetchval(f"SELECT string_agg(t::text, ' ') FROM gateway.\"{table}\" t"))


def _with_token(client: Client, token: str) -> Client:
    return Client(client.system, token, client.tenant)
