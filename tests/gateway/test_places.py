"""One person in several partners; signing out everywhere; what ends when somebody leaves."""

from dataclasses import dataclass

import pytest

from shared.auth.tokens import InvalidToken
from tests.gateway.apps import app_for_people
from tests.gateway.make import (
    Vendor,
    accept,
    address,
    api_key,
    caller,
    invited_person,
    post_form,
    refreshed,
    seller,
    sign_in,
    signed_in,
    token_mailed,
    vendor,
    with_key,
)
from tests.partners.make import working_partner
from tests.system import Client, Response, System


@dataclass
class Both:
    """Somebody who works for two partners, signed in for the first."""

    office: Vendor
    first: str
    second: str
    email: str
    desk: Client
    grant: Response

    async def switches(self, partner_id: str | None, *, session_id: str | None = None) -> Response:
        path = f"/v1/sessions/{session_id or self.grant['session_id']}/switch"
        return await self.desk.post(path, {"partner_id": partner_id}, if_match="*")


@pytest.fixture
async def both(system: System) -> Both:
    office = await vendor(system)
    staff = office.tenant.vendor()
    first, second = await working_partner(staff, name="Első Kft."), await working_partner(staff, name="第二有限公司")
    _, email, _ = await seller(office.tenant, partner_id=first)
    await invited_person(staff, second, email=email, roles=("viewer",))
    assert (await accept(office.tenant, await token_mailed(office.tenant, email))).status == 201
    grant = await sign_in(office.tenant, email, partner_id=first)
    return Both(office, first, second, email, caller(office.tenant, grant), grant)


async def test_somebody_in_two_partners_switches_and_sees_only_the_active_ones_data(both: Both) -> None:
    answer = await both.switches(both.second)
    there = caller(both.office.tenant, answer)

    assert (answer.status, answer["account"]["partner_id"]) == (201, both.second)
    assert answer["account"]["roles"] == ["viewer"]
    assert answer.headers["location"] == f"/v1/sessions/{answer['session_id']}"
    assert [each["id"] for each in (await there.get("/v1/partners")).json["data"]] == [both.second]
    assert (await there.get(f"/v1/partners/{both.first}")).status == 404
    assert (await there.post("/v1/api-keys", {"name": "x", "scopes": ["deals:read"]})).problem == "forbidden"


async def test_the_session_before_ends_and_the_new_one_lasts_no_longer(both: Both) -> None:
    answer = await both.switches(both.second)
    there = caller(both.office.tenant, answer)

    listed = {each["id"]: each for each in (await there.get("/v1/sessions")).json["data"]}
    before, now = listed[both.grant["session_id"]], listed[answer["session_id"]]
    assert (before["status"], before["end_reason"], now["status"]) == ("ended", "switched", "active")
    assert before["expires_at"] == now["expires_at"]
    assert (await both.desk.get("/v1/sessions")).problem == "invalid_token"
    assert (await refreshed(both.office.tenant, both.grant["refresh_token"])).status == 400
    assert (await refreshed(both.office.tenant, answer["refresh_token"])).status == 200


async def test_nobody_switches_to_where_they_do_not_work_or_with_anothers_session(both: Both) -> None:
    stranger = await working_partner(both.office.tenant.vendor(), name="Third")
    elsewhere = await sign_in(both.office.tenant, both.email, partner_id=both.second)
    boss = await both.office.admin()
    theirs = (await boss.get("/v1/sessions")).json["data"][0]["id"]

    for partner_id in (stranger, None, "ptr_01h455vb4pex5vsknk084sn02q"):
        assert (await both.switches(partner_id)).problem == "not_a_member"
    for session_id in (theirs, elsewhere["session_id"], "ses_01h455vb4pex5vsknk084sn02q"):
        assert (await both.switches(both.second, session_id=session_id)).status == 404
    without = await both.desk.post(f"/v1/sessions/{both.grant['session_id']}/switch", {"partner_id": both.second})
    assert (without.status, without.problem) == (428, "precondition_required")
    assert (await both.switches(both.second)).status == 201


async def test_keys_and_apps_do_not_switch(both: Both) -> None:
    app = await app_for_people(await both.office.admin(), "*:*")
    program = app.acting(await app.is_let_in(both.desk))

    answer = await program.post(
        f"/v1/sessions/{both.grant['session_id']}/switch", {"partner_id": both.second}, if_match="*"
    )

    assert answer.problem == "forbidden"


async def test_signing_out_everywhere_ends_all_sessions_and_sends_apps_away(both: Both) -> None:
    tenant = both.office.tenant
    other = caller(tenant, await sign_in(tenant, both.email, partner_id=both.second))
    app = await app_for_people(await both.office.admin(), "partners:read")
    tokens = await app.is_let_in(both.desk)

    kept = await both.desk.post("/v1/sessions/sign-out-everywhere", {"keep_this": True})
    assert kept.status == 200 and kept["ended"] >= 2
    assert (await both.desk.get("/v1/sessions")).status == 200
    assert (await other.get("/v1/sessions")).problem == "invalid_token"
    assert (await app.refreshes(tokens["refresh_token"])).status == 400

    assert (await both.desk.post("/v1/sessions/sign-out-everywhere"))["ended"] == 1
    assert (await both.desk.get("/v1/sessions")).problem == "invalid_token"
    assert (await (await both.office.admin()).get("/v1/sessions")).status == 200


async def colleague(office: Vendor) -> tuple[Client, str]:
    """Another administrator: signed in, and the id of the account."""
    boss, mail = await office.admin(), address("colleague")
    body = {"email": mail, "given_name": "Ōe", "family_name": "Kenzaburō", "roles": ["tenant_admin"]}
    made = await boss.post("/v1/accounts", body)
    await boss.act(f"/v1/accounts/{made['id']}", "invite")
    await accept(office.tenant, await token_mailed(office.tenant, mail))
    return await signed_in(office.tenant, mail), str(made["id"])


async def app_token(office: Vendor, made: Response) -> Response:
    basic = (made["client_id"], made["client_secret"])
    return await post_form(office.tenant, "/oauth/token", {"grant_type": "client_credentials"}, basic=basic)


async def test_what_somebody_was_shown_opens_nothing_after_they_have_left(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    leaver, account_id = await colleague(office)
    key, app = (
        await api_key(leaver, "api-keys:read"),
        await leaver.post("/v1/oauth-clients", {"name": "ERP", "scopes": ["oauth-clients:read"]}),
    )
    others = await api_key(boss, "api-keys:read")
    script, program = (
        await with_key(office, key["key"]),
        Client(system, (await app_token(office, app))["access_token"], office.tenant),
    )
    assert (await script.get("/v1/api-keys")).status == 200

    await boss.act(f"/v1/accounts/{account_id}", "deactivate")

    for each in (script, program):
        assert (await each.get("/v1/api-keys")).problem == "invalid_token"
    with pytest.raises(InvalidToken):
        await with_key(office, key["key"])
    assert (await app_token(office, app)).status == 401
    assert (await boss.get(f"/v1/api-keys/{key['id']}"))["status"] == "revoked"
    assert (await (await with_key(office, others["key"])).get("/v1/api-keys")).status == 200


async def test_an_app_goes_on_with_a_new_secret_and_a_key_with_its_other_one(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    leaver, account_id = await colleague(office)
    app = await leaver.post("/v1/oauth-clients", {"name": "ERP", "scopes": ["oauth-clients:read"]})
    first = await api_key(leaver, "api-keys:read")
    second = await boss.act(f"/v1/api-keys/{first['id']}", "rotate")

    await boss.act(f"/v1/accounts/{account_id}", "deactivate")
    fresh = await boss.act(f"/v1/oauth-clients/{app['id']}", "rotate-secret")

    program = Client(system, (await app_token(office, fresh))["access_token"], office.tenant)
    assert (await program.get("/v1/oauth-clients")).status == 200
    with pytest.raises(InvalidToken):
        await with_key(office, first["key"])
    assert (await (await with_key(office, second["key"])).get("/v1/api-keys")).status == 200
    assert (await boss.get(f"/v1/api-keys/{first['id']}"))["status"] == "active"


async def test_somebody_who_leaves_one_partner_keeps_the_keys_of_the_other(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    first, second = await working_partner(staff, name="One"), await working_partner(staff, name="Two")
    desk, email, person = await seller(office.tenant, partner_id=first)
    await seller(office.tenant, partner_id=first)
    await invited_person(staff, second, email=email)
    there = caller(office.tenant, await accept(office.tenant, await token_mailed(office.tenant, email)))
    key, kept = await api_key(desk, "api-keys:read"), await api_key(there, "api-keys:read")
    script, other = await with_key(office, key["key"]), await with_key(office, kept["key"])

    left = await staff.act(f"/v1/people/{person}", "deactivate", {"reason": "moved on"})
    assert left.status == 200, left.json
    await system.settle()

    assert (await script.get("/v1/api-keys")).problem == "invalid_token"
    assert (await other.get("/v1/api-keys")).status == 200
    with pytest.raises(InvalidToken):
        await with_key(office, key["key"])
    assert (await (await with_key(office, kept["key"])).get("/v1/api-keys")).status == 200
