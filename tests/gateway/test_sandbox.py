"""Every live tenant has a sandbox, and the vendor's staff enter it from there."""

import asyncio

import pytest

from gateway.sandbox.founding import found_missing
from shared import clock
from tests.gateway.apps import app_for_people
from tests.gateway.make import (
    accept,
    address,
    anonymous,
    api_key,
    caller,
    mails_to,
    refreshed,
    seller,
    sign_in,
    signed_in,
    token_mailed,
    vendor,
)
from tests.gateway.sandboxes import Both, both, enters, sandbox_of
from tests.partners.make import changed
from tests.system import Client, System, Tenant


@pytest.fixture
async def entered(system: System) -> Both:
    return await both(system)


async def test_a_live_tenant_is_founded_with_its_sandbox_and_each_shows_the_other(system: System) -> None:
    office = await vendor(system, mode="live")
    live, sandbox = office.tenant, await sandbox_of(office.tenant)

    [shown] = (await live.vendor().get("/v1/tenants")).json["data"]
    [there] = (await sandbox.vendor().get("/v1/tenants")).json["data"]

    assert shown["twin"] == {"id": sandbox.id, "slug": f"{live.slug}-test", "mode": "test"}
    assert there["twin"] == {"id": live.id, "slug": live.slug, "mode": "live"}
    assert (there["mode"], there["name"], there["hosts"]) == ("test", "Vendor (test)", [])
    roles = [
        {each["code"] for each in (await of.vendor().get("/v1/roles", limit=200)).json["data"]}
        for of in (live, sandbox)
    ]
    assert roles[0] == roles[1] != set()
    [ticking] = (await sandbox.vendor().get("/v1/test-clocks")).json["data"]
    assert ticking["offset_seconds"] == 0
    assert (await sandbox.vendor().post("/v1/test-clocks")).problem == "already_exists"
    assert (await sandbox.vendor().get("/v1/accounts")).json["data"] == []


async def test_a_partner_is_not_told_of_the_sandbox_and_a_test_tenant_of_its_own_has_none(system: System) -> None:
    live, alone = await vendor(system, mode="live"), await vendor(system)
    partner = live.tenant.partner("ptr_01h455vb4pex5vsknk084sn02q")

    assert (await partner.get(f"/v1/tenants/{live.tenant.id}"))["twin"] is None
    assert (await alone.tenant.vendor().get(f"/v1/tenants/{alone.tenant.id}"))["twin"] is None
    assert (await partner.get("/v1/tenants", fields="twin")).json["data"][0]["twin"] is None


async def test_a_sandbox_whose_name_is_taken_gets_a_number(system: System) -> None:
    first = system.tenant("live")
    await system.register(Tenant(system, system.tenant().id, f"{first.slug}-test"))
    await system.register(first)

    await _upgraded(system)

    assert (await sandbox_of(first)).slug == f"{first.slug}-test-2"


async def test_an_upgrade_gives_each_live_tenant_one_sandbox_however_many_processes_start(system: System) -> None:
    tenants = [system.tenant("live") for _ in range(3)]
    for each in tenants:
        await system.register(each)

    founded = await asyncio.gather(*(_upgraded(system) for _ in range(4)))

    assert sum(founded) == 3
    assert await _upgraded(system) == 0
    for each in tenants:
        named = await system.superuser.fetch("SELECT id FROM gateway.tenants WHERE twin_id = $1", each.id)
        assert [row["id"] for row in named] == [(await sandbox_of(each)).id]


async def test_staff_enter_the_sandbox_as_themselves_with_their_roles(entered: Both) -> None:
    account = entered.entered["account"]

    assert account["tenant"]["id"] == entered.sandbox.id and account["tenant"]["mode"] == "test"
    assert (account["email"], account["roles"], account["kind"]) == (entered.office.email, ["tenant_admin"], "vendor")
    assert account["id"] != entered.office.account_id
    assert entered.entered.headers["location"] == f"/v1/sessions/{entered.entered['session_id']}"
    assert (await entered.test.get("/v1/partners")).status == 200
    assert (await refreshed(entered.sandbox, entered.entered["refresh_token"])).status == 200
    # The live session goes on.
    assert (await entered.live.get("/v1/partners")).status == 200
    lasts = [
        (await who.get(f"/v1/sessions/{grant['session_id']}"))["expires_at"]
        for who, grant in ((entered.live, entered.grant), (entered.test, entered.entered))
    ]
    assert lasts[0] == lasts[1]


async def test_entering_again_ends_the_session_entered_before_and_makes_no_second_account(entered: Both) -> None:
    again = await enters(entered.live, entered.grant["session_id"])

    assert again["account"]["id"] == entered.entered["account"]["id"]
    assert (await entered.test.get("/v1/sessions")).problem == "invalid_token"
    assert (await refreshed(entered.sandbox, entered.entered["refresh_token"])).status == 400
    assert (await caller(entered.sandbox, again).get("/v1/partners")).status == 200


async def test_the_account_there_has_no_password_and_gets_none(entered: Both) -> None:
    email = entered.office.email

    assert (await sign_in(entered.sandbox, email)).problem == "invalid_credentials"
    await anonymous(entered.sandbox).post("/v1/password-resets", {"email": email})
    assert (await sign_in(entered.sandbox, email)).problem == "invalid_credentials"
    assert await mails_to(entered.sandbox, email) == []
    assert (await sign_in(entered.office.tenant, email)).status == 201


async def test_what_is_begun_from_a_session_ends_with_it(entered: Both) -> None:
    ended = await entered.live.request(
        "DELETE", f"/v1/sessions/{entered.grant['session_id']}", headers={"if-match": "*"}
    )

    assert ended.status == 204
    assert (await entered.test.get("/v1/sessions")).problem == "invalid_token"
    assert (await refreshed(entered.sandbox, entered.entered["refresh_token"])).status == 400


async def test_whoever_leaves_the_live_tenant_leaves_the_sandbox_with_the_keys_made_there(entered: Both) -> None:
    second, email = await _colleague(entered, "tenant_admin")
    grant = await sign_in(entered.office.tenant, email)
    desk = caller(entered.office.tenant, grant)
    there = caller(entered.sandbox, await enters(desk, grant["session_id"]))
    key = await api_key(there, "partners:read")

    assert (await entered.live.act(f"/v1/accounts/{second}", "deactivate")).status == 200

    assert (await there.get("/v1/sessions")).problem == "invalid_token"
    shown = await entered.test.get(f"/v1/api-keys/{key['id']}")
    assert shown["status"] == "revoked"
    assert (await entered.test.get(f"/v1/accounts/{there.account_id}"))["status"] == "deactivated"


async def test_other_roles_count_in_the_sandbox_from_the_next_time_it_is_entered(entered: Both) -> None:
    second, email = await _colleague(entered, "tenant_admin")
    grant = await sign_in(entered.office.tenant, email)
    there = caller(entered.sandbox, await enters(caller(entered.office.tenant, grant), grant["session_id"]))

    await changed(entered.live, f"/v1/accounts/{second}", {"roles": ["integration"]})

    assert (await there.get("/v1/sessions")).problem == "invalid_token"
    grant = await sign_in(entered.office.tenant, email)
    again = await enters(caller(entered.office.tenant, grant), grant["session_id"])
    assert (again["account"]["id"], again["account"]["roles"]) == (there.account_id, ["integration"])


async def test_an_account_that_follows_a_live_one_is_changed_there(entered: Both) -> None:
    path = f"/v1/accounts/{entered.test.account_id}"
    shown = await entered.test.get(path)

    assert (shown["allowed_actions"], shown["editable_fields"], shown["status"]) == ([], [], "active")
    assert (await changed(entered.test, path, {"roles": ["auditor"]})).problem == "managed_in_live_tenant"
    assert (await entered.test.act(path, "deactivate")).problem == "managed_in_live_tenant"


async def test_who_may_not_enter(system: System, entered: Both) -> None:
    office, session = entered.office, entered.grant["session_id"]
    _, desk_email = await _colleague(entered, "deal_desk")
    desk_grant = await sign_in(office.tenant, desk_email)
    person, person_email, _ = await seller(office.tenant)
    person_session = (await sign_in(office.tenant, person_email))["session_id"]
    app = await app_for_people(entered.live, "*:*")
    program = app.acting(await app.is_let_in(entered.live))
    wide = Client(
        system,
        system.token(
            sub=person.account_id,
            tenant=office.tenant.id,
            partner=person.partner_id,
            scope="*:*",
            mode="live",
            sid=person_session,
            client_id="prm",
        ),
        office.tenant,
    )

    assert (await enters(caller(office.tenant, desk_grant), desk_grant["session_id"])).problem == "forbidden"
    assert (await enters(person, person_session)).problem == "forbidden"
    assert (await enters(wide, person_session)).problem == "forbidden"
    assert (await enters(program, session)).problem == "person_required"
    assert (await enters(office.tenant.vendor(), session)).problem == "person_required"
    assert (await enters(entered.live, desk_grant["session_id"])).problem == "not_found"
    assert (await enters(entered.test, entered.entered["session_id"])).problem == "no_sandbox"
    assert (await enters(entered.test, session)).problem == "not_found"
    assert (await entered.live.post(f"/v1/sessions/{session}/enter-sandbox")).status == 428
    assert (await entered.live.post(f"/v1/sessions/{session}/enter-sandbox", if_match='"99"')).status == 412


async def test_somebody_of_the_sandboxs_own_keeps_their_mail_address(system: System) -> None:
    office = await vendor(system, mode="live")
    sandbox = await sandbox_of(office.tenant)
    await seller(sandbox)
    theirs = (await sandbox.vendor().get("/v1/accounts")).json["data"][0]["email"]
    _, email = await _staff(office.tenant, await office.admin(), theirs, "tenant_admin")
    grant = await sign_in(office.tenant, email)

    refused = await enters(caller(office.tenant, grant), grant["session_id"])

    assert (refused.status, refused.problem) == (409, "email_in_use")
    assert (await signed_in(sandbox, theirs)).partner_id is not None


async def test_a_key_says_whose_it_is_and_the_tokens_of_one_open_nothing_of_the_other(entered: Both) -> None:
    live_key, test_key = await api_key(entered.live, "*:read"), await api_key(entered.test, "*:read")
    of_live = await entered.live.get("/v1/api-keys")
    of_test = await entered.test.get("/v1/api-keys")

    assert live_key["key"].startswith("prm_live_") and test_key["key"].startswith("prm_test_")
    assert [each["id"] for each in of_live.json["data"]] == [live_key["id"]]
    assert [each["id"] for each in of_test.json["data"]] == [test_key["id"]]
    assert (await entered.live.get(f"/v1/api-keys/{test_key['id']}")).status == 404
    # Whose token it is decides, not the tenant that a header names.
    named = await entered.test.request("GET", "/v1/tenants", headers={"prm-tenant": entered.office.tenant.slug})
    assert [each["id"] for each in named.json["data"]] == [entered.sandbox.id]


async def test_the_sandboxs_clock_does_not_move_the_live_tenant(system: System, entered: Both) -> None:
    [ticking] = (await entered.test.get("/v1/test-clocks")).json["data"]

    moved = await entered.test.act(f"/v1/test-clocks/{ticking['id']}", "advance", {"seconds": 400 * 86_400})
    await system.settle()

    assert moved.status in (200, 202)
    year = clock.now().year
    made = {
        who: await client.post("/v1/programs", {"code": "europe", "name": "Europe"})
        for who, client in (("live", entered.live), ("test", entered.test))
    }
    assert int(made["live"]["created_at"][:4]) == year < int(made["test"]["created_at"][:4])
    # Sessions go by the wall clock: the one entered with is still good.
    assert (await refreshed(entered.sandbox, entered.entered["refresh_token"])).status == 200
    assert (await enters(entered.live, entered.grant["session_id"])).status == 201


async def _upgraded(system: System) -> int:
    """Start a gateway, as far as sandboxes are concerned."""
    return await found_missing(system.apps["gateway"].state.database, wall=clock.now)


async def _colleague(entered: Both, role: str) -> tuple[str, str]:
    return await _staff(entered.office.tenant, entered.live, address(role), role)


async def _staff(tenant: Tenant, boss: Client, email: str, role: str) -> tuple[str, str]:
    """Another member of the vendor's staff; returns the account and its address."""
    named = {"given_name": "Zoltán", "family_name": "Nagy", "email": email, "roles": [role]}
    made = await boss.post("/v1/accounts", named)
    assert (await boss.act(f"/v1/accounts/{made['id']}", "invite")).status == 200
    assert (await accept(tenant, await token_mailed(tenant, email))).status == 201
    return made["id"], email
