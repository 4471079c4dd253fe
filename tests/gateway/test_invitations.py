"""From an invitation to an account, and from a person who leaves to the end of the access."""

import asyncio

from gateway.invitations.commands import LIVES
from tests.gateway.make import (
    accept,
    address,
    anonymous,
    invited_person,
    mails_to,
    refreshed,
    seller,
    sign_in,
    signed_in,
    token_mailed,
    vendor,
)
from tests.partners.make import admin, changed, person, working_partner
from tests.system import Client, System


async def test_an_invited_person_chooses_a_password_and_acts_for_the_partner(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home = await working_partner(staff, name="Kovács és Fia Kft.")
    email = address("gyula")
    person_id = await invited_person(staff, home, email=email.upper(), roles=("partner_admin",))

    grant = await accept(office.tenant, await token_mailed(office.tenant, email))
    await system.settle()

    assert grant.status == 201
    account = grant["account"]
    assert (account["kind"], account["partner_id"], account["person_id"]) == ("partner", home, person_id)
    assert account["roles"] == ["partner_admin"]
    seller_ = Client(system, grant["access_token"], office.tenant)
    assert [each["id"] for each in (await seller_.get("/v1/partners")).json["data"]] == [home]
    assert (await staff.get(f"/v1/people/{person_id}"))["status"] == "active"
    assert (await sign_in(office.tenant, email)).status == 201


async def test_an_invitation_is_good_once(system: System) -> None:
    office = await vendor(system)
    home = await working_partner(office.tenant.vendor())
    email = address()
    await invited_person(office.tenant.vendor(), home, email=email)
    token = await token_mailed(office.tenant, email)

    answers = await asyncio.gather(*(accept(office.tenant, token) for _ in range(8)))

    statuses = [each.status for each in answers]
    assert (statuses.count(201), {*statuses} - {201}) == (1, {410, 429})
    # However they come together, no more than five are judged.
    assert statuses.count(429) >= 3
    assert {each.problem for each in answers} == {None, "invitation_spent", "too_many_attempts"}


async def test_an_invitation_ends_after_seven_days_on_the_tenants_clock(system: System) -> None:
    office = await vendor(system)
    home = await working_partner(office.tenant.vendor())
    on_time, late = address(), address()
    await invited_person(office.tenant.vendor(), home, email=on_time)
    await invited_person(office.tenant.vendor(), home, email=late)

    await office.tenant.advance(seconds=LIVES.total_seconds() - 60)
    assert (await accept(office.tenant, await token_mailed(office.tenant, on_time))).status == 201
    await office.tenant.advance(seconds=120)

    answer = await accept(office.tenant, await token_mailed(office.tenant, late))
    assert (answer.status, answer.problem) == (410, "invitation_spent")


async def test_a_second_invitation_replaces_the_first(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home = await working_partner(staff)
    email = address()
    person_id = await invited_person(staff, home, email=email)
    first = await token_mailed(office.tenant, email)

    assert (await staff.act(f"/v1/people/{person_id}", "invite")).status == 200
    await system.settle()

    assert len(await mails_to(office.tenant, email)) == 2
    assert (await accept(office.tenant, first)).problem == "invitation_spent"
    assert (await accept(office.tenant, await token_mailed(office.tenant, email))).status == 201


async def test_a_token_that_nobody_was_mailed_opens_nothing(system: System) -> None:
    office = await vendor(system)

    answer = await accept(office.tenant, "A" * 43)

    assert (answer.status, answer.problem) == (404, "not_found")


async def test_a_short_password_is_refused_and_the_invitation_stays_good(system: System) -> None:
    office = await vendor(system)
    email = address()
    await invited_person(office.tenant.vendor(), await working_partner(office.tenant.vendor()), email=email)
    token = await token_mailed(office.tenant, email)

    short = await accept(office.tenant, token, "short")

    assert (short.status, short.json["errors"][0]["pointer"]) == (422, "/password")
    assert "short" not in short.body.decode().replace("string_too_short", "")
    assert (await accept(office.tenant, token)).status == 201


async def test_whoever_has_an_account_accepts_with_its_password_only(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    _, email, _ = await seller(office.tenant)
    await invited_person(staff, await working_partner(staff, name="Second"), email=email, roles=("sales",))
    token = await token_mailed(office.tenant, email)

    taken_over = await accept(office.tenant, token, "a password of my own")
    joined = await accept(office.tenant, token)

    assert (taken_over.status, taken_over.problem) == (401, "invalid_credentials")
    assert joined.status == 201
    assert len(joined["account"]["memberships"]) == 2


async def test_a_deactivated_person_is_out_at_once(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home = await working_partner(staff)
    await admin(staff, home)
    left, email, person_id = await seller(office.tenant, partner_id=home, roles=("sales",))
    grant = await sign_in(office.tenant, email)

    assert (await staff.act(f"/v1/people/{person_id}", "deactivate")).status == 200
    await system.settle()

    assert (await left.get("/v1/sessions")).problem == "invalid_token"
    assert (await refreshed(office.tenant, grant["refresh_token"])).status == 400
    assert (await sign_in(office.tenant, email)).problem == "invalid_credentials"


async def test_a_person_who_comes_back_is_invited_anew(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home = await working_partner(staff)
    await admin(staff, home)
    _, email, person_id = await seller(office.tenant, partner_id=home, roles=("sales",))
    assert (await staff.act(f"/v1/people/{person_id}", "deactivate")).status == 200
    await system.settle()

    assert (await staff.act(f"/v1/people/{person_id}", "invite")).status == 200
    await system.settle()
    grant = await accept(office.tenant, await token_mailed(office.tenant, email), "a new password, longer")

    assert grant.status == 201
    assert (await Client(system, grant["access_token"], office.tenant).get("/v1/sessions")).status == 200


async def test_other_roles_end_the_sessions_and_the_next_token_has_the_new_rights(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home = await working_partner(staff)
    await admin(staff, home)
    before, email, person_id = await seller(office.tenant, partner_id=home, roles=("sales_manager",))
    assert (await before.get("/v1/people")).status == 200

    assert (await changed(staff, f"/v1/people/{person_id}", {"roles": ["learner"]})).status == 200
    await system.settle()
    after = await signed_in(office.tenant, email)

    assert (await before.get("/v1/people")).problem == "invalid_token"
    assert (await after.get("/v1/people")).problem == "forbidden"


async def test_people_of_a_suspended_partner_read_only_and_of_a_terminated_one_not_at_all(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home = await working_partner(staff)
    before, email, _ = await seller(office.tenant, partner_id=home)

    assert (await staff.act(f"/v1/partners/{home}", "suspend", {"reason": "unpaid"})).status == 200
    await system.settle()
    suspended = await signed_in(office.tenant, email)
    assert (await before.get("/v1/sessions")).problem == "invalid_token"
    assert (await suspended.get("/v1/people")).status == 200
    assert (await person(suspended, None, email=address())).problem == "forbidden"

    assert (await staff.act(f"/v1/partners/{home}", "reinstate")).status == 200
    await system.settle()
    again = await signed_in(office.tenant, email)
    assert (await person(again, None, email=address())).status == 201


async def test_the_mail_holds_the_token_and_the_events_hold_neither_it_nor_the_address(system: System) -> None:
    office = await vendor(system)
    email = address("anna")
    await invited_person(office.tenant.vendor(), await working_partner(office.tenant.vendor()), email=email)
    token = await token_mailed(office.tenant, email)
    await accept(office.tenant, token)
    await system.settle()

    for table in ("events", "audit_records", "secrets", "inbox"):
        text = await system.superuser.fetchval(
            f"SELECT string_agg(t::text, ' ') FROM gateway.{table} t WHERE tenant_id = $1", office.tenant.id
        )
        assert email not in str(text) and token not in str(text)


async def test_the_same_invitations_in_any_order_and_twice_make_the_same_memberships(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home = await working_partner(staff)
    await admin(staff, home)
    _, _, person_id = await seller(office.tenant, partner_id=home, roles=("sales",))
    assert (await changed(staff, f"/v1/people/{person_id}", {"roles": ["finance", "sales"]})).status == 200
    await system.settle()
    before = await _memberships(system, office.tenant.id)
    consumer = system.apps["gateway"].state.background.consumers["partners"]

    await consumer.restart()
    await system.settle()

    assert await _memberships(system, office.tenant.id) == before
    assert [each["roles"] for each in before if each["person_id"] == person_id] == ['["sales", "finance"]']


async def test_staff_is_invited_by_the_vendor(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    email = address("desk")
    body = {"email": email, "given_name": "张", "family_name": "伟", "roles": ["deal_desk"]}
    made = await boss.post("/v1/accounts", body)

    invited = await boss.act(f"/v1/accounts/{made['id']}", "invite")
    grant = await accept(office.tenant, await token_mailed(office.tenant, email))

    assert (made.status, made["status"], invited.status) == (201, "invited", 200)
    assert (grant.status, grant["account"]["kind"], grant["account"]["given_name"]) == (201, "vendor", "张")
    assert (await anonymous(office.tenant).get("/v1/accounts")).status == 401
    assert (await boss.act(f"/v1/accounts/{made['id']}", "invite")).problem == "invalid_transition"


async def _memberships(system: System, tenant_id: str) -> list[dict[str, object]]:
    rows = await system.superuser.fetch(
        "SELECT account_id, partner_id, person_id, roles::text, status, version FROM gateway.memberships"
        " WHERE tenant_id = $1 ORDER BY account_id, partner_id",
        tenant_id,
    )
    return [dict(row) for row in rows]
