"""Nobody gives a right they lack: not by an account, a role or a key, and not by a person either."""

from contextlib import nullcontext

import pytest

from gateway.roles.defaults import DEFAULT_ROLES
from gateway.roles.rules import require_within
from shared.auth.granting import BeyondOwnRights
from shared.auth.scopes import parse
from tests.gateway.apps import app_for_people
from tests.gateway.make import Vendor, accept, address, api_key, seller, signed_in, token_mailed, vendor, with_key
from tests.partners.make import assigned, person, working_partner
from tests.system import Client, Response, System

VIEWER = [each for each in DEFAULT_ROLES["viewer"].scopes if each not in ("partners:read", "deals:read", "people:read")]
CLERK = ["people:read", "people:write", "partners:read", "deals:read"]


async def appoints(caller: Client, *roles: str, **more: object) -> Response:
    """Try to add a person with these roles."""
    body = {"given_name": "Eve", "family_name": "Moneypenny", "email": address("eve"), "roles": list(roles), **more}
    return await caller.post("/v1/people", body)


async def clerk(office: Vendor, scopes: list[str]) -> Client:
    """A member of the vendor's staff in a role of the tenant's own, signed in."""
    boss, mail = await office.admin(), address("clerk")
    made = await boss.post("/v1/roles", {"code": "clerk", "name": "Clerk", "side": "vendor", "scopes": scopes})
    assert made.status == 201
    account = {"email": mail, "given_name": "A", "family_name": "Clerk", "roles": ["clerk"]}
    invited = await boss.post("/v1/accounts", account)
    await boss.act(f"/v1/accounts/{invited['id']}", "invite")
    await accept(office.tenant, await token_mailed(office.tenant, mail))
    return await signed_in(office.tenant, mail)


@pytest.mark.parametrize("code", [each.code for each in DEFAULT_ROLES.values() if each.side == "partner"])
def test_an_administrator_of_a_partner_may_give_every_shipped_role_but_those_that_reach_below(code: str) -> None:
    own = parse(" ".join(DEFAULT_ROLES["partner_admin"].scopes), vendor=False)
    reaches_below = any(scope.endswith(":subtree") for scope in DEFAULT_ROLES[code].scopes)

    with pytest.raises(BeyondOwnRights) if reaches_below else nullcontext():
        require_within(DEFAULT_ROLES[code].scopes, own=own, vendor=False)


async def test_a_key_of_a_partner_appoints_nobody_above_itself(system: System) -> None:
    office = await vendor(system)
    desk, _, _ = await seller(office.tenant)
    weak = await with_key(office, (await api_key(desk, *CLERK))["key"])
    strong = await with_key(office, (await api_key(desk, *CLERK, *VIEWER))["key"])

    assert (await appoints(weak, "partner_admin")).problem == "beyond_own_rights"
    assert (await appoints(strong, "partner_admin")).problem == "beyond_own_rights"
    assert (await appoints(strong, "viewer", "sales_manager")).problem == "beyond_own_rights"
    assert (await appoints(strong, "viewer")).status == 201
    assert (await appoints(desk, "partner_admin")).status == 201


async def test_a_key_of_the_vendor_appoints_nobody_above_itself(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    home = await working_partner(office.tenant.vendor())
    everything = await with_key(office, (await api_key(boss, "*:*"))["key"])
    people_only = await with_key(office, (await api_key(boss, "people:*", "partners:*"))["key"])
    app = await app_for_people(boss, "people:*", "partners:*")
    delegated = app.acting(await app.is_let_in(boss))

    for program in (people_only, delegated):
        assert (await appoints(program, "partner_admin", partner_id=home)).problem == "beyond_own_rights"
    assert (await appoints(everything, "partner_admin", partner_id=home)).status == 201


async def test_the_vendors_staff_appoints_where_it_keeps_the_partners(system: System) -> None:
    office, other = await vendor(system), await vendor(system)
    home, there = await working_partner(office.tenant.vendor()), await working_partner(other.tenant.vendor())
    keeper = await clerk(office, [*CLERK, "partners:write"])
    typist = await clerk(other, CLERK)

    assert (await appoints(keeper, "partner_admin", partner_id=home)).status == 201
    assert (await appoints(typist, "partner_admin", partner_id=there)).problem == "beyond_own_rights"


@pytest.mark.parametrize("role", ["program_admin", "channel_manager"])
async def test_those_who_onboard_partners_invite_their_administrators(system: System, role: str) -> None:
    office = await vendor(system, roles=(role,))
    staff = await signed_in(office.tenant, office.email)
    home = await working_partner(office.tenant.vendor())
    await assigned(office.tenant.vendor(), staff.account_id, home, role="owner")
    await system.settle()

    made = await appoints(staff, "partner_admin", partner_id=home)

    assert made.status == 201, made.json
    assert (await staff.act(f"/v1/people/{made['id']}", "invite")).status == 200


async def test_whoever_may_do_less_neither_promotes_nor_takes_over_somebody(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    home = await working_partner(staff)
    desk, _, _ = await seller(office.tenant, partner_id=home)
    weak = await with_key(office, (await api_key(desk, *CLERK, *VIEWER))["key"])
    chief = await person(staff, home, email=address("chief"), roles=("partner_admin",))
    viewer = await person(staff, home, email=address("viewer"), roles=("viewer",))

    async def changes(who: Response, body: dict[str, object]) -> Response:
        return await weak.patch(f"/v1/people/{who['id']}", body, if_match="*")

    assert (await changes(viewer, {"roles": ["partner_admin"]})).problem == "beyond_own_rights"
    assert (await changes(chief, {"roles": ["viewer"]})).problem == "beyond_own_rights"
    assert (await changes(chief, {"email": address("mine")})).problem == "beyond_own_rights"
    assert (await weak.act(f"/v1/people/{chief['id']}", "invite")).problem == "beyond_own_rights"
    assert (await changes(chief, {"job_title": "Chief"})).status == 200
    assert (await changes(viewer, {"email": address("new")})).status == 200
    assert (await weak.act(f"/v1/people/{viewer['id']}", "invite")).status == 200


async def test_what_a_tenant_has_made_of_a_role_counts(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    desk, _, _ = await seller(office.tenant)
    found = (await boss.get("/v1/roles", code="viewer")).json["data"][0]
    more = {"scopes": ["deals:read", "payouts:read", "retention-policies:read"]}
    await boss.patch(f"/v1/roles/{found['id']}", more, if_match="*")

    assert (await appoints(desk, "viewer")).problem == "beyond_own_rights"
    assert (await appoints(desk, "sales")).status == 201


async def test_a_role_that_the_tenant_has_made_is_given_and_reaches_as_far_as_it_says(system: System) -> None:
    office = await vendor(system)
    boss, staff = await office.admin(), office.tenant.vendor()
    for code, side in (("closer", "partner"), ("inspector", "vendor")):
        scopes = ["deals:read", "deals:write:own", "product-families:read"]
        made = await boss.post("/v1/roles", {"code": code, "name": code.title(), "side": side, "scopes": scopes})
        assert made.status == 201
    home = await working_partner(staff)
    desk, _, _ = await seller(office.tenant, partner_id=home)

    closer, _, _ = await seller(office.tenant, partner_id=home, roles=("closer",))
    by_desk = await appoints(desk, "closer", "viewer")
    wrong_side = await appoints(desk, "inspector")

    assert closer.token is not None
    assert (await closer.get("/v1/deals")).status == 200
    assert (await closer.get("/v1/people")).problem == "forbidden"
    assert (by_desk.status, by_desk["roles"]) == (201, ["viewer", "closer"])
    assert (wrong_side.status, wrong_side.json["errors"][0]["code"]) == (422, "unknown_role")
