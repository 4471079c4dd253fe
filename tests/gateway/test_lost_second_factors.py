"""Somebody has lost the phone and the recovery codes, and an administrator takes the second factor away."""

import pytest

from tests.gateway.apps import app_for_people
from tests.gateway.make import (
    PASSWORD,
    Vendor,
    accept,
    address,
    api_key,
    invited_person,
    mails_to,
    refreshed,
    seller,
    sign_in,
    signed_in,
    token_mailed,
    vendor,
    with_key,
)
from tests.gateway.test_second_factors import guarded
from tests.partners.make import working_partner
from tests.system import Client, Response, System

RESET = "/v1/second-factors/reset"


async def resets(caller: Client, **whose: str) -> Response:
    return await caller.post(RESET, whose)


async def colleague(office: Vendor, boss: Client, *roles: str) -> tuple[str, str]:
    """Another member of the staff: the account and its address."""
    email = address("colleague")
    body = {"given_name": "Réka", "family_name": "Őrsi", "email": email, "roles": list(roles)}
    made = await boss.post("/v1/accounts", body)
    assert (await boss.act(f"/v1/accounts/{made['id']}", "invite")).status == 200
    assert (await accept(office.tenant, await token_mailed(office.tenant, email))).status == 201
    return made["id"], email


async def test_an_administrator_lets_a_colleague_in_who_has_lost_the_phone(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    account, email = await colleague(office, boss, "deal_desk")
    grant = await sign_in(office.tenant, email)
    desk = await signed_in(office.tenant, email)
    await guarded(desk)

    answer = await resets(boss, account_id=account)

    assert (answer.status, answer.json) == (200, {"object": "second_factor_reset", "removed": 1})
    assert (await desk.get("/v1/sessions")).problem == "invalid_token"
    assert (await refreshed(office.tenant, grant["refresh_token"])).status == 400
    back = await signed_in(office.tenant, email)
    [gone] = (await back.get("/v1/second-factors")).json["data"]
    assert gone["status"] == "removed"
    await guarded(back)
    newest = (await mails_to(office.tenant, email))[1]
    assert newest.subject == "Your second factor was taken away" and "Réka" in newest.body


async def test_it_is_told_and_kept_in_the_records_who_did_it(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    person, _, person_id = await seller(office.tenant)
    _, factor = await guarded(person)

    await resets(boss, person_id=person_id)
    again = await resets(boss, person_id=person_id)

    assert again["removed"] == 0
    [record] = await system.superuser.fetch(
        "SELECT actor_id, action FROM gateway.audit_records WHERE tenant_id = $1 AND subject = $2"
        " ORDER BY subject_version DESC LIMIT 1",
        office.tenant.id,
        factor["id"],
    )
    assert (record["actor_id"], record["action"]) == (boss.account_id, "reset_second_factor")
    told = await system.superuser.fetch(
        "SELECT data, audience FROM gateway.events WHERE tenant_id = $1 AND type = 'account.second_factor_reset.v1'",
        office.tenant.id,
    )
    assert len(told) == 1 and person_id in str(told[0]["data"]) and str(person.partner_id) in str(told[0]["audience"])


async def test_a_partners_administrator_does_it_for_the_partners_own_people(system: System) -> None:
    office = await vendor(system)
    admin, _, _ = await seller(office.tenant)
    person, email, person_id = await seller(office.tenant, partner_id=admin.partner_id, roles=("sales",))
    rival, _, _ = await seller(office.tenant, partner_id=await working_partner(office.tenant.vendor(), name="Rival"))
    await guarded(person)

    refused = await resets(rival, person_id=person_id)
    unknown = await resets(rival, person_id="per_01h455vb4pex5vsknk084sn02q")
    colleague = await resets(person, person_id=person_id)
    done = await resets(admin, person_id=person_id)

    assert (refused.status, refused["errors"]) == (422, unknown["errors"])
    assert colleague.problem == "forbidden"
    assert done["removed"] == 1
    assert (await sign_in(office.tenant, email)).status == 201


async def test_of_somebody_who_works_for_others_too_only_the_vendor_does_it(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    admin, _, _ = await seller(office.tenant)
    person, email, person_id = await seller(office.tenant, partner_id=admin.partner_id, roles=("sales",))
    await invited_person(staff, await working_partner(staff, name="Other"), email=email, roles=("sales",))
    assert (await accept(office.tenant, await token_mailed(office.tenant, email))).status == 201
    await guarded(person)

    assert (await resets(admin, person_id=person_id)).problem == "reset_by_vendor"
    assert (await resets(await office.admin(), person_id=person_id))["removed"] == 1


async def test_nobody_takes_over_somebody_who_may_do_more(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    made = await boss.post(
        "/v1/roles",
        {"code": "help_desk", "name": "Help desk", "side": "vendor", "scopes": ["accounts:*", "second-factors:write"]},
    )
    assert made.status == 201
    _, email = await colleague(office, boss, "help_desk")
    _, peer_email = await colleague(office, boss, "help_desk")
    helper = await signed_in(office.tenant, email)
    peer = await signed_in(office.tenant, peer_email)
    await guarded(peer)
    await guarded(boss)

    assert (await resets(helper, account_id=office.account_id)).problem == "beyond_own_rights"
    assert (await resets(helper, account_id=peer.account_id))["removed"] == 1
    assert (await sign_in(office.tenant, office.email)).problem == "second_factor_required"


async def test_neither_ones_own_nor_by_a_key_or_an_app_nor_anothers_tenant(system: System) -> None:
    office, elsewhere = await vendor(system), await vendor(system)
    boss = await office.admin()
    await guarded(boss)
    key = await with_key(office, (await api_key(boss, "*:*"))["key"])
    app = await app_for_people(boss, "*:*")
    program = app.acting(await app.is_let_in(boss))
    person, _, person_id = await seller(office.tenant)

    own = await resets(boss, account_id=boss.account_id)
    assert (own.status, own.problem) == (403, "own_second_factor")
    for caller in (key, program):
        assert (await resets(caller, account_id=boss.account_id)).problem == "person_required"
    stranger = await elsewhere.admin()
    assert (await resets(stranger, account_id=boss.account_id)).problem == "invalid"
    assert (await resets(stranger, person_id=person_id)).problem == "invalid"
    assert (await resets(boss, account_id=person.account_id)).problem == "invalid"
    assert (await resets(person, account_id=boss.account_id)).problem == "invalid"
    assert (await sign_in(office.tenant, office.email, PASSWORD)).problem == "second_factor_required"


@pytest.mark.parametrize(
    "whose", [{}, {"account_id": "acc_01h455vb4pex5vsknk084sn02q", "person_id": "per_01h455vb4pex5vsknk084sn02q"}]
)
async def test_it_has_to_be_said_whose(system: System, whose: dict[str, str]) -> None:
    boss = await (await vendor(system)).admin()

    assert (await resets(boss, **whose))["errors"][0]["code"] == "one_of"
