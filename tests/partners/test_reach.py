"""Callers with a narrower view, and the machinery that imports the past."""

from datetime import UTC, date, datetime

from services.partners.applications import commands as applications
from services.partners.partners import commands as partners
from services.partners.partners.tiering import assign_tier
from services.partners.people import commands as people
from services.partners.tiers import commands as tiers
from shared.db.tx import transaction
from shared.events.inbox import system_caller
from tests.partners.make import GERMAN_TAX_ID, applied, events, partner
from tests.system import Tenant


async def test_a_channel_manager_sees_assigned_partners_only_and_makes_none(tenant: Tenant) -> None:
    vendor, manager = tenant.vendor(), tenant.vendor("*:read:assigned *:write:assigned *:approve:assigned")
    mine, other = await partner(vendor, name="Globex"), await partner(vendor, name="Initech")
    await tenant.system.superuser.execute(
        "INSERT INTO partners.visible_partners (tenant_id, viewer, partner_id, level) VALUES ($1, $2, $3, 'records')",
        tenant.id,
        manager.account_id,
        mine,
    )

    assert [each["id"] for each in (await manager.get("/v1/partners"))["data"]] == [mine]
    assert (await manager.get(f"/v1/partners/{other}")).problem == "not_found"
    assert (await manager.act(f"/v1/partners/{mine}", "activate"))["status"] == "active"
    assert (await manager.post("/v1/partners", {"name": "New", "country": "DE"})).problem == "forbidden"


async def test_a_channel_manager_approves_an_application_though_the_new_partner_is_not_assigned(tenant: Tenant) -> None:
    manager = tenant.vendor("*:read:assigned *:write:assigned *:approve:assigned")
    path = f"/v1/applications/{await applied(tenant)}"

    approved = await manager.act(path, "approve")

    assert (approved.status, approved["status"]) == (200, "approved")
    assert (await manager.get(f"/v1/partners/{approved['partner_id']}")).problem == "not_found"


async def test_a_role_without_the_permission_is_refused(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = await partner(vendor)
    auditor = tenant.vendor("*:read")

    assert (await auditor.get(f"/v1/partners/{made}"))["allowed_actions"] == []
    assert (await auditor.act(f"/v1/partners/{made}", "activate")).problem == "forbidden"
    assert (await tenant.anonymous().get("/v1/partners")).problem == "forbidden"


async def test_the_past_is_written_by_the_same_commands_at_its_own_time(tenant: Tenant) -> None:
    database = tenant.system.apps["partners"].state.database
    then = datetime(2024, 1, 15, 9, tzinfo=UTC)
    caller = system_caller(tenant.id, mode="test", actor_id="import")
    async with transaction(database, caller=caller, viewer="*", now=then, action="import", engine=True) as tx:
        await tiers.create(tx, code="gold", name="Gold", rank=2)
        made = await partners.create(tx, name="Globex", country="DE", tax_id=GERMAN_TAX_ID)
        await partners.activate(tx, partner_id=made["id"])
        await assign_tier(tx, partner_id=made["id"], tier="gold", effective_on=date(2024, 1, 1))
        person = await people.create(
            tx,
            partner_id=made["id"],
            given_name="Anna",
            family_name="Meier",
            email="a@globex.de",
            roles=["partner_admin"],
        )
        await people.invite(tx, person_id=person["id"])
        draft = await applications.create(
            tx, legal_name="Initech AG", country="DE", given_name="Bert", family_name="Bo", email="b@initech.de"
        )
        submitted = await applications.submit(tx, application_id=draft["id"])
        approved = await applications.approve(tx, application_id=submitted["id"])

    vendor = tenant.vendor()
    seen = await vendor.get(f"/v1/partners/{made['id']}")
    assert (seen["status"], seen["tier"], seen["created_at"]) == ("active", "gold", "2024-01-15T09:00:00Z")
    assert (await vendor.get(f"/v1/partners/{approved['partner_id']}"))["name"] == "Initech AG"
    assert len(await events(tenant, "partner.approved")) == 1
