"""Whoever has left stays out: no invitation from before opens anything, and no page goes on for them."""

import asyncio

import pytest

from tests.gateway.make import (
    Vendor,
    accept,
    address,
    api_key,
    invited_person,
    seller,
    sign_in,
    token_mailed,
    vendor,
    with_key,
)
from tests.gateway.test_embed_tokens import minted, page
from tests.partners.make import admin, changed, working_partner
from tests.system import Client, System


async def invited_staff(office: Vendor, email: str) -> str:
    """A colleague with an invitation in the mail; returns the account."""
    boss = await office.admin()
    body = {"email": email, "given_name": "Anna", "family_name": "Kis", "roles": ["finance_approver"]}
    account = str((await boss.post("/v1/accounts", body))["id"])
    assert (await boss.act(f"/v1/accounts/{account}", "invite")).status == 200
    return account


async def test_staff_that_was_deactivated_cannot_accept_the_invitation_from_before(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    email = address("anna")
    account = await invited_staff(office, email)
    token = await token_mailed(office.tenant, email)

    assert (await boss.act(f"/v1/accounts/{account}", "deactivate")).status == 200
    answer = await accept(office.tenant, token)

    assert (answer.status, answer.problem) == (410, "invitation_spent")
    assert (await boss.get(f"/v1/accounts/{account}"))["status"] == "deactivated"
    assert (await sign_in(office.tenant, email)).problem == "invalid_credentials"


async def test_of_an_invitation_accepted_while_its_account_is_deactivated_nothing_is_left(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    email = address("anna")
    account = await invited_staff(office, email)

    accepted, shut = await asyncio.gather(
        accept(office.tenant, await token_mailed(office.tenant, email)),
        boss.act(f"/v1/accounts/{account}", "deactivate"),
    )

    assert (accepted.status in (201, 410), shut.status) == (True, 200)
    assert (await boss.get(f"/v1/accounts/{account}"))["status"] == "deactivated"
    assert (await sign_in(office.tenant, email)).problem == "invalid_credentials"


async def test_a_session_that_began_while_its_account_was_deactivated_is_refused_too(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    email = address("anna")
    account = await invited_staff(office, email)
    grant = await accept(office.tenant, await token_mailed(office.tenant, email))
    # Of a session that another transaction begins in the same moment, whoever ends the account's sees nothing.
    await system.superuser.execute(
        "UPDATE gateway.sessions SET status = 'ended' WHERE tenant_id = $1 AND id = $2",
        office.tenant.id,
        grant["session_id"],
    )

    assert (await boss.act(f"/v1/accounts/{account}", "deactivate")).status == 200

    assert (await Client(system, grant["access_token"], office.tenant).get("/v1/sessions")).problem == "invalid_token"


async def test_a_person_who_was_deactivated_is_back_with_a_new_invitation_only(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home = await working_partner(staff)
    await admin(staff, home)
    email = address("bela")
    person = await invited_person(staff, home, email=email, roles=("sales",))
    before = await token_mailed(office.tenant, email)

    assert (await staff.act(f"/v1/people/{person}", "deactivate")).status == 200
    await system.settle()
    out = await accept(office.tenant, before)
    assert (await staff.act(f"/v1/people/{person}", "invite")).status == 200
    await system.settle()

    assert (out.status, out.problem) == (410, "invitation_spent")
    assert (await accept(office.tenant, before)).problem == "invitation_spent"
    assert (await accept(office.tenant, await token_mailed(office.tenant, email))).status == 201


async def test_somebody_of_another_partner_who_was_deactivated_where_invited_stays_where_they_are(
    system: System,
) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    desk, email, _ = await seller(office.tenant)
    second = await working_partner(staff, name="Second")
    await admin(staff, second)
    person = await invited_person(staff, second, email=email, roles=("sales",))
    token = await token_mailed(office.tenant, email)

    assert (await staff.act(f"/v1/people/{person}", "deactivate")).status == 200
    await system.settle()

    assert (await accept(office.tenant, token)).problem == "invitation_spent"
    assert (await desk.get("/v1/sessions")).status == 200
    assert (await sign_in(office.tenant, email, partner_id=second)).problem == "not_a_member"


async def test_an_invitation_to_one_partner_outlives_the_end_of_that_to_another(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    first, second = await working_partner(staff, name="First"), await working_partner(staff, name="Second")
    email = address("duo")
    await admin(staff, second)
    await invited_person(staff, first, email=email)
    kept = await token_mailed(office.tenant, email)
    person = await invited_person(staff, second, email=email, roles=("sales",))

    assert (await staff.act(f"/v1/people/{person}", "deactivate")).status == 200
    await system.settle()
    grant = await accept(office.tenant, kept)

    assert (grant.status, grant["account"]["partner_id"]) == (201, first)
    assert [each["partner_id"] for each in grant["account"]["memberships"]] == [first]


@pytest.mark.parametrize("change", ["roles", "deactivate"])
async def test_a_page_ends_with_what_its_person_was_at_the_partner(system: System, change: str) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home = await working_partner(staff)
    await admin(staff, home)
    desk, _, person = await seller(office.tenant, partner_id=home, roles=("sales",))
    colleague, _, _ = await seller(office.tenant, partner_id=home)
    server = await with_key(office, (await api_key(await office.admin(), "*:*"))["key"])
    asked = {"partner_id": home, "account_id": desk.account_id}
    ended = await minted(server, "deals:read", "deals:write", **asked)
    others = await minted(server, "deals:read", partner_id=home, account_id=colleague.account_id)
    nobodys = await minted(server, "deals:read", partner_id=home)
    by_a_session = await minted(await office.admin(), "deals:read", **asked)

    if change == "roles":
        assert (await changed(staff, f"/v1/people/{person}", {"roles": ["viewer"]})).status == 200
    else:
        assert (await staff.act(f"/v1/people/{person}", "deactivate")).status == 200
    await system.settle()

    for token in (ended, by_a_session):
        assert (await page(office, token["access_token"], "/v1/deals")).problem == "invalid_token"
    for token in (others, nobodys):
        assert (await page(office, token["access_token"], "/v1/deals")).status == 200


async def test_a_page_ends_with_the_person_who_was_shown_the_key_that_made_it(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    home = await working_partner(office.tenant.vendor())
    email = address("clerk")
    clerk = await boss.post(
        "/v1/accounts", {"email": email, "given_name": "A", "family_name": "B", "roles": ["tenant_admin"]}
    )
    await boss.act(f"/v1/accounts/{clerk['id']}", "invite")
    grant = await accept(office.tenant, await token_mailed(office.tenant, email))
    hers = await api_key(Client(system, grant["access_token"], office.tenant), "*:*")
    made = await minted(await with_key(office, hers["key"]), "deals:read", partner_id=home)
    assert (await page(office, made["access_token"], "/v1/deals")).status == 200

    assert (await boss.act(f"/v1/accounts/{clerk['id']}", "deactivate")).status == 200
    await system.settle()

    assert (await page(office, made["access_token"], "/v1/deals")).problem == "invalid_token"
