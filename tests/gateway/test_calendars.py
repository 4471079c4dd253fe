"""Calendars of business hours: kept by the gateway, known to the services that count by them."""

from typing import Any

from services.deals.calendars.queries import calendar_of
from shared.db.tx import transaction
from shared.events.inbox import system_caller
from tests.gateway.make import vendor
from tests.partners.make import changed
from tests.system import System, Tenant

VIENNA: dict[str, Any] = {
    "code": "vienna",
    "name": "Vienna",
    "time_zone": "Europe/Vienna",
    "hours": [{"weekday": "monday", "from": "08:00", "to": "24:00"}],
    "holidays": [{"on": "2026-12-25", "name": "Christmas"}],
}


async def known_to_deals(tenant: Tenant, code: str) -> tuple[int, str, bool] | None:
    """The version, zone and state in which the deals service counts by a calendar."""
    database = tenant.system.apps["deals"].state.database
    caller = system_caller(tenant.id, mode="test")
    async with transaction(database, caller=caller, viewer="*", now=tenant.now(), action="look", engine=True) as tx:
        found = await calendar_of(tx, code)
    return found and (found.version, found.hours.time_zone, found.is_active)


async def test_a_new_tenant_has_the_shipped_calendar(system: System):
    office = await vendor(system)
    place = office.tenant.vendor()

    shipped = (await place.get("/v1/calendars"))["data"]

    assert [(each["code"], each["time_zone"], each["is_default"]) for each in shipped] == [("default", "UTC", True)]
    assert shipped[0]["hours"][4] == {"weekday": "friday", "from": "09:00", "to": "17:00"}
    assert shipped[0]["allowed_actions"] == []
    refused = await place.act(f"/v1/calendars/{shipped[0]['id']}", "retire")
    assert (refused.status, refused.problem) == (409, "default_calendar_stays")


async def test_deals_counts_by_a_calendar_from_its_event_or_by_asking_for_it(tenant: Tenant):
    place = tenant.vendor()
    made = await place.post("/v1/calendars", VIENNA)
    path = f"/v1/calendars/{made['id']}"

    assert made.status == 201, made.json
    assert await known_to_deals(tenant, "vienna") == (1, "Europe/Vienna", True)
    assert (await changed(place, path, {"time_zone": "Europe/Paris"})).status == 200
    assert (await place.act(path, "retire"))["status"] == "retired"
    await tenant.system.settle()
    assert await known_to_deals(tenant, "vienna") == (3, "Europe/Paris", False)
    assert await known_to_deals(tenant, "nowhere") is None
    assert await known_to_deals(tenant, "default") == (0, "UTC", True)


async def test_a_code_is_taken_once_and_stays(tenant: Tenant):
    place = tenant.vendor()
    made = await place.post("/v1/calendars", VIENNA)

    assert (await place.post("/v1/calendars", VIENNA)).problem == "already_exists"
    assert (await changed(place, f"/v1/calendars/{made['id']}", {"code": "wien"})).status == 422


async def test_a_retired_calendar_keeps_its_hours(tenant: Tenant):
    place = tenant.vendor()
    made = await place.post("/v1/calendars", VIENNA)
    path = f"/v1/calendars/{made['id']}"
    retired = await place.act(path, "retire")

    assert (retired["allowed_actions"], retired["editable_fields"]) == (["restore"], ["name"])
    assert (await changed(place, path, {"holidays": []})).problem == "invalid_transition"
    assert (await place.act(path, "restore"))["status"] == "active"


async def test_hours_that_make_no_sense_are_refused_where_they_stand(tenant: Tenant):
    wrong = {
        "time_zone": "Europe/Vindobona",
        "hours": [
            {"weekday": "monday", "from": "10:00", "to": "10:00"},
            {"weekday": "tuesday", "from": "09:00", "to": "09:20"},
            {"weekday": "tuesday", "from": "09:10", "to": "09:30"},
        ],
        "holidays": [{"on": "2026-12-25"}, {"on": "2026-12-25"}],
    }

    refused = await tenant.vendor().post("/v1/calendars", VIENNA | wrong)

    assert refused.status == 422
    assert {(each["pointer"], each["code"]) for each in refused["errors"]} == {
        ("/time_zone", "unknown_time_zone"),
        ("/hours/0/to", "out_of_range"),
        ("/hours/2", "overlaps"),
        ("/hours", "out_of_range"),
        ("/holidays/1/on", "duplicate"),
    }


async def test_partners_read_calendars_and_change_none(tenant: Tenant):
    made = await tenant.vendor().post("/v1/calendars", VIENNA)
    seller = tenant.partner("ptr_01h455vb4pex5vsknk084sn02q")

    seen = await seller.get(f"/v1/calendars/{made['id']}")

    assert (seen["holidays"][0]["on"], seen["allowed_actions"], seen["editable_fields"]) == ("2026-12-25", [], [])
    assert (await seller.post("/v1/calendars", VIENNA | {"code": "other"})).status == 403
