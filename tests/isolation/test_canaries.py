"""What is written in the texts of a place comes out where it is read, and nowhere else: not in logs, events or exports."""

from typing import Any

import pytest

from tests.isolation.place import Place, inhabited
from tests.isolation.reach import strangers
from tests.system import System

# What machinery keeps of requests, deliveries and failures, in which no text of a caller has a place.
KEPT_OF_REQUESTS = ("gateway.request_logs", "gateway.webhook_deliveries", "gateway.event_log")


def marks(place: Place) -> tuple[str, str]:
    """The texts that must not appear."""
    return place.ours, place.everybodys


async def test_nothing_that_people_write_is_logged(system: System, capfd: pytest.CaptureFixture[str]) -> None:
    place = await inhabited(system)
    refused = await place.vendor.post("/v1/deals", {"title": place.ours, place.ours: place.ours})
    written = "".join(capfd.readouterr())

    assert refused.status == 422
    assert [mark for mark in marks(place) if mark in written] == []


async def test_events_tell_that_something_happened_and_no_text_of_it(place: Place, walls: None) -> None:
    for reader in (place.vendor, place.partner):
        told = (await reader.get("/v1/events", limit=200))["data"]
        # Where a lead came from is a word of the vendor's own list, for the vendor alone.
        texts = [str(each) for each in told if reader is place.partner or each["type"] != "lead.created.v1"]

        assert texts != []
        assert [text for text in texts if any(mark in text for mark in marks(place))] == []


async def test_what_is_kept_of_requests_and_deliveries_has_no_text_of_them(place: Place) -> None:
    superuser = place.tenant.system.superuser
    for table in KEPT_OF_REQUESTS:
        if await superuser.fetchval("SELECT to_regclass($1)", table) is not None:
            rows: list[Any] = await superuser.fetch(
                f"SELECT t::text FROM {table} t WHERE tenant_id = $1",  # noqa: S608
                place.tenant.id,
            )
            assert [row[0] for row in rows if any(mark in row[0] for mark in marks(place))] == [], table


async def test_an_export_has_nothing_of_others(place: Place, other: Place, walls: None) -> None:
    mine = await place.partner.get("/v1/audit-records/export")
    theirs = {str(each["id"]) for each in (await place.partner.get("/v1/audit-records", limit=200))["data"]}

    assert theirs & {each for each in theirs if each in mine.body.decode()}
    for reader in strangers("/v1/audit-records", place, other):
        told = await reader.client.get("/v1/audit-records/export")
        assert told.status in (200, 403), reader.name
        shown = told.body.decode()
        assert not any(each in shown for each in (*theirs, place.ours)), reader.name
