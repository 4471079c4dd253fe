"""The people who act for a partner."""

import asyncio

import pytest

from services.partners.people.handlers import person_signed_up
from shared import clock
from shared.db.tx import transaction
from shared.events.catalog.gateway import PersonSignedUp
from shared.events.envelope import Envelope
from shared.events.inbox import system_caller
from shared.values.ids import new_id
from tests.partners.make import admin, changed, events, partner, person, working_partner
from tests.system import Tenant


async def signed_up(tenant: Tenant, person_id: str, *, times: int = 1) -> None:
    """The gateway's event that a person accepted an invitation, as the service handles it."""
    database = tenant.system.apps["partners"].state.database
    event = PersonSignedUp(account_id=new_id("acc", at=clock.now()), person_id=person_id, partner_id=None)
    envelope = Envelope(
        id=new_id("evt", at=clock.now()),
        type=event.type,
        source="gateway",
        tenant_id=tenant.id,
        mode="test",
        subject=event.account_id,
        subject_version=1,
        time=tenant.now(),
        actor_id=event.account_id,
        request_id=None,
        audience=(),
        public=True,
        data=event.model_dump(mode="json"),
    )
    caller = system_caller(tenant.id, mode="test")
    for _ in range(times):
        async with transaction(
            database, caller=caller, viewer="*", now=tenant.now(), action="on event", engine=True
        ) as tx:
            await person_signed_up(tx, event, envelope)


async def test_a_person_is_added_and_invited_and_the_gateway_can_ask_whom_to_write_to(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = await partner(vendor)
    added = await person(vendor, made, email="Kovács.Gyula@globex.hu")

    invited = await vendor.act(f"/v1/people/{added['id']}", "invite")

    assert (added.status, added["status"], added["invited_at"]) == (201, "new", None)
    assert (invited.status, invited["status"]) == (200, "invited")
    (told,) = await events(tenant, "partner.user.invited")
    assert "Kovács" not in told["data"]
    peer = tenant.system.apps["partners"].state.database.peers["partners"]
    answer = await peer.get("/internal/people", query=f"tenant={tenant.id}&id={added['id']}")
    assert answer.json() == {
        "version": 2,
        "data": {
            "person_id": added["id"],
            "partner_id": made,
            "given_name": "Anna",
            "family_name": "Meier",
            "email": "Kovács.Gyula@globex.hu",
            "roles": ["sales"],
            "status": "invited",
            "locale": "en",
        },
    }


async def test_a_partners_administrator_manages_its_own_people_and_nobody_elses(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    mine, other = await partner(vendor, name="Globex"), await partner(vendor, name="Initech")
    insider = tenant.partner(mine)
    stranger = await person(vendor, other)

    own = await person(insider, None)
    foreign = await person(insider, other)

    assert (own.status, own["partner_id"]) == (201, mine)
    assert (foreign.status, foreign.problem) == (404, "not_found")
    assert [each["id"] for each in (await insider.get("/v1/people"))["data"]] == [own["id"]]
    path = f"/v1/people/{stranger['id']}"
    assert (await insider.get(path)).problem == "not_found"
    assert (await insider.act(path, "deactivate")).problem == "not_found"
    assert (await changed(insider, path, {"given_name": "Eve"})).problem == "not_found"


async def test_an_address_is_used_once_in_a_partner_and_freely_in_another(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    first, second = await partner(vendor, name="Globex"), await partner(vendor, name="Initech")
    await person(vendor, first, email="anna@globex.de")

    twice = await person(vendor, first, email="ANNA@Globex.de")
    elsewhere = await person(vendor, second, email="anna@globex.de")
    other = await person(vendor, first, email="bert@globex.de")
    moved = await changed(vendor, f"/v1/people/{other['id']}", {"email": "anna@globex.de"})

    assert (twice.status, twice.problem) == (409, "email_taken")
    assert elsewhere.status == 201
    assert (moved.status, moved.problem) == (409, "email_taken")


async def test_the_last_administrator_cannot_leave_or_give_up_the_role(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = await working_partner(vendor)
    path = f"/v1/people/{await admin(vendor, made)}"

    left = await vendor.act(path, "deactivate")
    demoted = await changed(tenant.partner(made), path, {"roles": ["sales"]})
    assert (left.status, left.problem, demoted.problem) == (409, "last_admin", "last_admin")

    await admin(vendor, made, email="second@globex.de")
    assert (await vendor.act(path, "deactivate"))["status"] == "deactivated"


async def test_somebody_merely_invited_cannot_stand_in_for_an_administrator_who_signed_in(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = await working_partner(vendor)
    first = await admin(vendor, made)
    await signed_up(tenant, first)
    second = await admin(vendor, made, email="second@globex.de")

    assert (await vendor.act(f"/v1/people/{first}", "deactivate")).problem == "last_admin"

    await signed_up(tenant, second)
    assert (await vendor.act(f"/v1/people/{first}", "deactivate")).status == 200


async def test_of_administrators_who_all_leave_at_once_one_stays(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = await working_partner(vendor)
    paths = [f"/v1/people/{await admin(vendor, made, email=f'admin{number}@globex.de')}" for number in range(6)]

    answers = await asyncio.gather(*(vendor.post(f"{path}/deactivate", if_match="*") for path in paths))

    assert sorted(each.status for each in answers) == [200] * 5 + [409]
    assert [each.problem for each in answers if each.status == 409] == ["last_admin"]
    assert len((await vendor.get("/v1/people", status="invited"))["data"]) == 1


async def test_an_accepted_invitation_activates_the_person_once_however_often_it_is_told(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = await admin(vendor, await partner(vendor))

    await signed_up(tenant, made, times=3)

    seen = await vendor.get(f"/v1/people/{made}")
    assert (seen["status"], seen["version"]) == ("active", 3)
    assert (await vendor.act(f"/v1/people/{made}", "invite")).problem == "invalid_transition"


async def test_a_late_acceptance_does_not_bring_back_who_was_deactivated(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = await partner(vendor)
    path = f"/v1/people/{(await person(vendor, made))['id']}"
    await vendor.act(path, "invite")
    await vendor.act(path, "deactivate", {"reason": "Left the company"})

    await signed_up(tenant, path.rpartition("/")[2])

    assert (await vendor.get(path))["status"] == "deactivated"
    assert (await vendor.act(path, "invite"))["status"] == "invited"
    assert [each["type"] for each in await events(tenant, "partner.user")] == [
        "partner.user.invited.v1",
        "partner.user.deactivated.v1",
        "partner.user.invited.v1",
    ]


async def test_roles_are_known_and_a_partner_does_not_widen_its_own_reach(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = await partner(vendor)
    insider = tenant.partner(made)

    unknown = await person(insider, None, roles=("root",))
    none = await person(insider, None, roles=())
    wider = await person(insider, None, roles=("distributor_admin",))
    granted = await person(vendor, made, roles=("distributor_admin",))
    path, both = f"/v1/people/{granted['id']}", {"roles": ["viewer", "distributor_admin", "viewer"]}
    taken_over = await insider.patch(path, both, if_match="*")
    kept = await changed(vendor, path, both)

    assert (unknown.status, none.status) == (422, 422)
    assert (wider.status, wider.problem) == (403, "beyond_own_rights")
    assert taken_over.problem == "beyond_own_rights"
    assert (granted.status, kept["roles"]) == (201, ["viewer", "distributor_admin"])
    (told,) = await events(tenant, "partner.user.roles_changed")
    assert told["subject"] == granted["id"]


async def test_the_address_is_fixed_once_an_invitation_went_out(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    path = f"/v1/people/{(await person(vendor, await partner(vendor)))['id']}"
    corrected = await changed(vendor, path, {"email": "right@globex.de"})
    await vendor.act(path, "invite")

    late = await changed(vendor, path, {"email": "other@globex.de"})

    assert corrected["email"] == "right@globex.de"
    assert (late.status, late.problem) == (409, "invalid_transition")


@pytest.mark.parametrize("verb", ["suspend", "terminate"])
async def test_a_partner_that_may_not_work_adds_and_invites_nobody(tenant: Tenant, verb: str) -> None:
    vendor = tenant.vendor()
    made = await working_partner(vendor)
    insider = tenant.partner(made)
    waiting = await person(insider, None, email="waiting@globex.de")
    await vendor.act(f"/v1/partners/{made}", verb, {"reason": "Because"})

    assert (await person(insider, None)).problem == "partner_read_only"
    assert (await insider.act(f"/v1/people/{waiting['id']}", "invite")).problem == "partner_read_only"
    assert (await insider.act(f"/v1/people/{waiting['id']}", "deactivate")).status == 200


async def test_audit_rows_and_events_carry_no_personal_field(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = await person(vendor, await partner(vendor), email="canary@globex.de")
    await changed(vendor, f"/v1/people/{made['id']}", {"family_name": "Canaryname", "phone": "+49 30 1234"})

    rows = await tenant.system.superuser.fetch(
        "SELECT changes::text FROM partners.audit_records WHERE tenant_id = $1", tenant.id
    )

    written = " ".join(row["changes"] for row in rows) + " ".join(each["data"] for each in await events(tenant))
    assert "canary" not in written.lower()
    assert "+49" not in written


async def test_a_vendor_names_the_partner_of_a_person(tenant: Tenant) -> None:
    answer = await person(tenant.vendor(), None)

    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/partner_id")
