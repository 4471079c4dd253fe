"""The audit trail: who changed what, when and why; and everybody reads what is one's own."""

import csv
import io
import re
from typing import Any

import orjson
import pytest
from sqlalchemy import Text

from tests.audit.make import busy, every_record, logged
from tests.contracts.code import metadatas
from tests.gateway import make as identity
from tests.partners.make import changed, person, working_partner
from tests.system import Client, Tenant

SECRET_NAMES = re.compile(r"secret|password|hash|seed|sealed|token")


async def test_the_trail_of_a_deal_tells_who_changed_what_and_by_which_request(tenant: Tenant) -> None:
    office = await busy(tenant)

    trail = await every_record(office.vendor, subject=office.deal["id"])

    created, submitted = trail[-1], trail[-2]
    assert created["action"] == "create_deal" and created["actor_id"] == office.acme.account_id
    assert created["changes"]["title"] == {"from": None, "to": office.deal["title"]}
    assert created["partner_id"] == office.acme.partner_id and created["on_behalf_of"] is None
    assert submitted["action"] == "submit_deal" and submitted["service"] == "deals"
    assert submitted["changes"]["status"]["from"] == "draft"
    assert submitted["request_id"] is not None
    assert [each["subject_version"] for each in trail] == list(range(len(trail), 0, -1))


async def test_a_reason_is_kept_with_what_was_done_for_it(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    partner_id = await working_partner(vendor, name="Acme")
    await vendor.act(f"/v1/partners/{partner_id}", "suspend", {"reason": "Invoices are open."})
    await logged(tenant.system)

    [suspended] = await every_record(tenant.partner(partner_id), action="suspend_partner")

    assert suspended["reason"] == "Invoices are open."
    assert suspended["changes"]["status"] == {"from": "active", "to": "suspended"}


async def test_what_a_key_does_is_done_on_behalf_of_the_person_who_was_shown_it(tenant: Tenant) -> None:
    office = await identity.vendor(tenant.system)
    admin = await office.admin()
    made = await identity.api_key(admin, "plans:*")
    robot = await identity.with_key(office, made["key"])
    assert (await robot.post("/v1/plans", {"name": "By a script", "currency": "EUR"})).status == 201
    await logged(tenant.system)

    [record] = await every_record(admin, action="create_plan")

    assert record["actor_id"] != admin.account_id and record["on_behalf_of"] == admin.account_id


async def test_personal_values_are_not_in_the_trail(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    partner_id = await working_partner(vendor, name="Acme")
    made = await person(vendor, partner_id, email="ripley@acme.example")
    await changed(vendor, f"/v1/people/{made['id']}", {"family_name": "Ripley-Secret"})
    await logged(tenant.system)

    trail = await every_record(vendor, subject=made["id"])

    assert trail[0]["changes"] == {"family_name": {"sealed": True}}
    assert "ripley@" not in str(trail) and "Ripley-Secret" not in str(trail)


def test_no_column_with_a_secret_is_told_of() -> None:
    telling = [
        f"{service}.{table.name}.{column.name}"
        for service, metadata in metadatas()
        for table in metadata.sorted_tables
        for column in table.columns
        if table.info.get("audited", True) and isinstance(column.type, Text)
        if SECRET_NAMES.search(column.name) and not column.info.get("personal")
    ]

    assert telling == []


async def test_a_partner_reads_the_trail_of_its_own_rows_and_of_no_others(tenant: Tenant) -> None:
    office = await busy(tenant)

    of_acme, of_rival = await every_record(office.acme), await every_record(office.rival)

    assert {each["partner_id"] for each in of_acme} == {office.acme.partner_id}
    assert {each["partner_id"] for each in of_rival} == {office.rival.partner_id}
    assert office.deal["id"] in {each["subject"] for each in of_acme}
    assert {each["service"] for each in await every_record(office.vendor)} == {
        *("gateway", "partners", "deals", "leads", "incentives")
    }


async def test_a_lead_that_went_to_another_partner_tells_neither_of_the_other(tenant: Tenant) -> None:
    office = await busy(tenant)
    [lead, *_] = (await office.vendor.get("/v1/leads"))["data"]
    for holder in (office.acme, office.rival):
        offered = await office.vendor.act(f"/v1/leads/{lead['id']}", "offer", {"partner_id": holder.partner_id})
        assert offered.status == 200, offered.json
        await office.vendor.act(f"/v1/leads/{lead['id']}", "recall", {"reason": "Another one is nearer."})
    await logged(tenant.system)

    of_acme = await every_record(office.acme, subject=lead["id"])
    of_rival = await every_record(office.rival, subject=lead["id"])
    of_vendor = await every_record(office.vendor, subject=lead["id"])

    assert [each["changes"]["status"]["to"] for each in of_acme] == ["offered"]
    assert [each["changes"]["status"]["to"] for each in of_rival] == ["offered"]
    assert str(office.acme.partner_id) not in str(of_rival) and str(office.rival.partner_id) not in str(of_acme)
    recalled = [each for each in of_vendor if each["action"] == "recall_lead"]
    assert {each["partner_id"] for each in recalled} == {None} and len(of_vendor) >= 5


@pytest.mark.parametrize("name", ["subject", "actor_id", "action", "partner_id", "request_id"])
async def test_the_trail_is_searched_by(tenant: Tenant, name: str) -> None:
    office = await busy(tenant)
    everything = await every_record(office.vendor)
    value = next(each[name] for each in everything if each[name])

    found = await every_record(office.vendor, **{name: value})

    assert found == [each for each in everything if each[name] == value] != []


async def test_the_trail_is_searched_by_time_and_read_page_by_page(tenant: Tenant) -> None:
    office = await busy(tenant)
    everything = await every_record(office.vendor)
    middle = everything[len(everything) // 2]["created_at"]

    after = await every_record(office.vendor, **{"created_at[gte]": middle})
    before = await every_record(office.vendor, **{"created_at[lt]": middle})
    page = await office.vendor.get("/v1/audit-records", limit=3)

    assert len(after) + len(before) == len(everything) and {each["id"] for each in after + before} == {
        each["id"] for each in everything
    }
    assert [each["sequence"] for each in everything] == list(range(len(everything) - 1, -1, -1))
    assert page["data"] == everything[:3] and page["has_more"]


async def exported(reader: Client, **query: Any) -> bytes:
    """The file of an export."""
    answer = await reader.get("/v1/audit-records/export", **query)
    assert answer.status == 200, answer.json
    assert f'filename="audit-records.{query.get("format", "ndjson")}"' in answer.headers["content-disposition"]
    return answer.body


async def test_an_export_has_exactly_what_its_reader_sees_in_the_list(tenant: Tenant) -> None:
    office = await busy(tenant)

    for reader in (office.vendor, office.acme, office.rival):
        listed = await every_record(reader)
        assert [orjson.loads(line) for line in (await exported(reader)).splitlines()] == listed
        table = list(csv.DictReader(io.StringIO((await exported(reader, format="csv")).decode(), newline="")))
        assert [row["id"] for row in table] == [each["id"] for each in listed]
        assert [orjson.loads(row["changes"]) for row in table] == [each["changes"] for each in listed]


async def test_an_export_takes_the_filters_of_the_list(tenant: Tenant) -> None:
    office = await busy(tenant)

    lines = (await exported(office.vendor, subject=office.deal["id"], sort="sequence")).splitlines()

    listed = await every_record(office.vendor, subject=office.deal["id"])
    assert [orjson.loads(line)["id"] for line in lines] == [each["id"] for each in reversed(listed)]
    for query in ({"format": "xlsx"}, {"limit": 3}, {"status": "x"}):
        assert (await office.vendor.get("/v1/audit-records/export", **query)).status == 400


async def test_no_cell_of_a_table_is_taken_for_a_formula(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    partner_id = await working_partner(vendor, name="Acme")
    await vendor.act(f"/v1/partners/{partner_id}", "suspend", {"reason": '=HYPERLINK("https://evil.example")'})
    await logged(tenant.system)

    file = await exported(vendor, format="csv", action="suspend_partner")

    [row] = csv.DictReader(io.StringIO(file.decode(), newline=""))
    assert row["reason"].startswith("'=HYPERLINK")


async def test_the_trail_wants_the_right_to_read_it(tenant: Tenant) -> None:
    reader = tenant.vendor("deals:read")

    for path in ("/v1/audit-records", "/v1/audit-records/export", "/v1/receipts/aud_01h455vb4pex5vsknk084sn02q"):
        assert (await reader.get(path)).problem == "forbidden"
