"""Notes on deals, shared or internal, and the tasks of the vendor's staff."""

from datetime import timedelta

from shared.values.ids import new_id
from tests.deals.make import drafts, events_of, world
from tests.gateway import make as identity
from tests.system import Tenant


async def test_notes_are_shared_or_the_vendors_alone(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await drafts(seller)
    path = f"/v1/deals/{deal['id']}/notes"

    internal = await place.vendor.post(path, {"text": "They always say so."})
    shared = await place.vendor.post(path, {"text": "Please add the budget.", "visibility": "shared"})
    answer = await seller.post(path, {"text": "It is in the letter."})
    await tenant.system.settle()

    assert [each["visibility"] for each in (internal, shared, answer)] == ["internal", "shared", "shared"]
    assert (await seller.post(path, {"text": "Hidden", "visibility": "internal"})).status == 422
    for listed in (path, "/v1/deal-notes"):
        assert [each["id"] for each in (await seller.get(listed))["data"]] == [answer["id"], shared["id"]]
        assert len((await place.vendor.get(listed))["data"]) == 3
    assert (await seller.get("/v1/deal-notes/count"))["count"] == 2
    assert (await seller.get(f"/v1/deal-notes/{internal['id']}")).status == 404
    assert (await seller.get("/v1/deal-notes", visibility="internal"))["data"] == []
    heard = [each["subject"] for each in (await seller.get("/v1/events", limit=200))["data"] if "note" in each["type"]]
    assert sorted(heard) == sorted([shared["id"], answer["id"]])
    assert (await seller.get(f"/v1/deals/{deal['id']}"))["version"] == deal["version"]


async def test_an_internal_note_is_in_no_audit_record_of_its_partner(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await drafts(seller)
    for visibility in ("internal", "shared"):
        note = {"text": "canary", "visibility": visibility}
        await place.vendor.post(f"/v1/deals/{deal['id']}/notes", note)

    rows = await tenant.system.superuser.fetch(
        "SELECT partner_id, changes::text FROM deals.audit_records WHERE tenant_id = $1 AND subject LIKE 'dnote_%'"
        " ORDER BY place",
        tenant.id,
    )

    assert [row["partner_id"] for row in rows] == [None, seller.partner_id]
    assert all("canary" not in row["changes"] for row in rows)


async def test_a_task_is_open_until_it_is_done_and_overdue_when_its_day_is_over(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await drafts(seller)
    due = tenant.now().date() + timedelta(days=2)
    task = await place.vendor.post(
        "/v1/deal-tasks", {"deal_id": deal["id"], "title": "Call them", "due_on": due.isoformat()}
    )
    path = f"/v1/deal-tasks/{task['id']}"

    await tenant.advance(days=1)
    early = await place.vendor.get(path)
    await tenant.advance(days=2)
    late = await place.vendor.get(path)
    done = await place.vendor.act(path, "complete")

    assert (task["assignee_id"], early["overdue_at"]) == (place.vendor.account_id, None)
    assert late["overdue_at"].startswith((due + timedelta(days=1)).isoformat())
    assert (done["status"], done["ended_by"]) == ("done", place.vendor.account_id)
    overdue = await events_of(place, "deal.task.overdue.v1")
    assert [each["assignee_id"] for each in overdue] == [place.vendor.account_id]
    assert (await place.vendor.act(path, "cancel")).problem == "invalid_transition"


async def test_a_task_that_is_put_off_or_cancelled_in_time_is_never_overdue(tenant: Tenant):
    place = await world(tenant)
    deal = await drafts(await place.partner())
    body = {"deal_id": deal["id"], "title": "Call them", "due_on": tenant.now().date().isoformat()}
    later = await place.vendor.post("/v1/deal-tasks", body)
    never = await place.vendor.post("/v1/deal-tasks", body)
    put_off = {"due_on": (tenant.now() + timedelta(days=9)).date().isoformat()}

    changed = await place.vendor.patch(f"/v1/deal-tasks/{later['id']}", put_off, if_match='"1"')
    await place.vendor.act(f"/v1/deal-tasks/{never['id']}", "cancel")
    await tenant.advance(days=5)

    assert changed["due_on"] == put_off["due_on"]
    assert await events_of(place, "deal.task.overdue.v1") == []


async def test_no_partner_hears_of_tasks(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await drafts(seller)
    body = {"deal_id": deal["id"], "title": "Call them", "due_on": "2031-01-01"}
    task = await place.vendor.post("/v1/deal-tasks", body)
    await tenant.system.settle()

    assert (await seller.get("/v1/deal-tasks"))["data"] == []
    assert (await seller.get(f"/v1/deal-tasks/{task['id']}")).status == 404
    assert (await seller.post("/v1/deal-tasks", body)).status == 403
    assert not [each for each in (await seller.get("/v1/events", limit=200))["data"] if "task" in each["type"]]


async def test_a_task_goes_to_a_member_of_the_staff_and_to_nobody_else(tenant: Tenant):
    place = await world((await identity.vendor(tenant.system)).tenant)
    vendor = place.vendor
    deal = await drafts(await place.partner())
    colleague = await vendor.post(
        "/v1/accounts",
        {"email": identity.address(), "given_name": "Ada", "family_name": "Long", "roles": ["deal_desk"]},
    )
    body = {"deal_id": deal["id"], "title": "Call them", "due_on": "2031-01-01"}

    given = await vendor.post("/v1/deal-tasks", {**body, "assignee_id": colleague["id"]})
    nobody = await vendor.post("/v1/deal-tasks", {**body, "assignee_id": "acc_01h455vb4pex5vsknk084sn02q"})

    assert given["assignee_id"] == colleague["id"]
    assert (nobody.status, nobody.json["errors"][0]["code"]) == (422, "unknown_account")
    missing = await vendor.post("/v1/deal-tasks", {**body, "deal_id": "deal_01h455vb4pex5vsknk084sn02q"})
    assert missing.status == 404


async def test_a_deal_that_is_not_there_is_said_before_what_is_wrong_with_what_was_sent(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await drafts(rival)

    for noun in ("notes", "activities", "evidence"):
        answers = [
            await seller.post(f"/v1/deals/{each}/{noun}", {}) for each in (deal["id"], new_id("deal", at=tenant.now()))
        ]

        assert [each.status for each in answers] == [404, 404]
        assert (await rival.post(f"/v1/deals/{deal['id']}/{noun}", {})).status == 422
